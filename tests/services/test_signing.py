"""From a complete file to the sealed contract: drafted, confirmed, sealed, and what is refused."""

from __future__ import annotations

import pytest

from db import agreements as records
from services import sealing
from tests import officers
from tests.contracts import signed, stage_of


@pytest.fixture(autouse=True)
def hired(app) -> None:
    officers.hire()


def test_a_contract_is_signed_by_code_and_sealed(settings, vault):
    ticket = signed(settings, vault)
    assert stage_of(ticket) == "signed"
    found = records.current(ticket)
    assert found is not None and found.state == "signed"
    pdf = sealing.read(found, settings, vault)
