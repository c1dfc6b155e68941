"""Two partners with keys, and the payment providers' machines."""

from __future__ import annotations

import pytest

from services.payments import partner_keys
from tests.partners.signing import PartnerClient
from tests.standins import accounts


@pytest.fixture
def machines():
    with accounts.running() as running:
        yield running


@pytest.fixture
def viettel(client, vault, clock) -> PartnerClient:
    return PartnerClient(client, partner_keys.key("viettel", vault, clock()), clock)


@pytest.fixture
def momo(client, vault, clock) -> PartnerClient:
    return PartnerClient(client, partner_keys.key("momo", vault, clock()), clock)
