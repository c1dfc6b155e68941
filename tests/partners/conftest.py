"""Two partners with keys."""

from __future__ import annotations

import pytest

from services.payments import partner_keys
from tests.partners.signing import PartnerClient


@pytest.fixture
def viettel(client, vault, clock) -> PartnerClient:
    return PartnerClient(client, partner_keys.key("viettel", vault, clock()), clock)


@pytest.fixture
def momo(client, vault, clock) -> PartnerClient:
    return PartnerClient(client, partner_keys.key("momo", vault, clock()), clock)
