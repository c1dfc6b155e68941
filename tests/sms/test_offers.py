"""A promotion in the text about a new bill: with its last day and its source, or not at all."""

from __future__ import annotations

import pytest

from db.outbox.outbox import OutboxMessage
from services.messages import campaigns
from sms.send import Worker
from tests.partners.test_promotions import offer
from tests.sms.gateways.gateway_fake import FakeGateway
from tests.villagers import HOA, NOON


@pytest.fixture
def told(app):
    """The text about her new bill that Hoa gets."""
    def once() -> str:
        gateway = FakeGateway()
        campaigns.build_now("new_bill", "test", lambda: NOON, 10_000)
        Worker(app.extensions["office"], [gateway]).drain()
        return next(message.text for message in gateway.sent if message.to == HOA.phone)
    return once


def test_the_text_names_it_with_its_last_day_and_its_source(told) -> None:
    offer(rate_percent=7.5, source="Viettel 11/2026")
    assert told() == (
        "QUAYDIEN: Tien dien ky 10/2026 cua PA04DH0000017: 546.108d, han 20/11/2026."
        " KM Viettel 7,5% den 30/11/2026, nguon Viettel 11/2026. Ngung nhac: soan HUY")
    assert {row.parts for row in OutboxMessage.select()} == {1}


@pytest.mark.parametrize("terms", [
    {"ends_on": "2026-11-14"}, {"minimum": 600_000},
    {"source": "Thông báo rất dài của kênh thanh toán về khuyến mãi tháng 11/2026"},
])
def test_what_is_over_too_small_or_does_not_fit_is_left_out_whole(told, terms) -> None:
    offer(**terms)
    text = told()
    assert "%" not in text and "KM" not in text and "soan QR" in text
    assert {row.parts for row in OutboxMessage.select()} == {1}
