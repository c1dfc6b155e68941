"""Two partners with keys."""

from __future__ import annotations

import pytest

from services import partners
from tests.partners.signing import PartnerClient


@pytest.fixture
def viettel(client, vault, clock) -> PartnerClient:
    return PartnerClient(client, partners.key("viettel", vault, clock()), clock)


@pytest.fixture
def momo(client, vault, clock) -> PartnerClient:
    return PartnerClient(client, partners.key("momo", vault, clock()), clock)
