"""A month with two readings: Mẩy owes two bills of October, and each finds its own."""

from __future__ import annotations

import pytest

from db import bills as bill_records
from db.bills import Bill
from db.connection import fetch_row, write
from services.bills import billing
from services.transfers import credits
from services.transfers.credits import Incoming
from sms import replies
from tests.kiosk.person import enter, pay, text
from tests.villagers import MAY, NOON

FIRST, SECOND = 217_836, 108_000
REFERENCE = "PA04VN00000331026"


@pytest.fixture(autouse=True)
def second(app) -> None:
    """The second reading of October; September is paid."""
    first = Bill.get(Bill.code == MAY.code, Bill.month == 10)
    values = {**first.__data__, "ky": 2, "subtotal": 100_000, "vat": 8_000, "total": SECOND,
              "bill_no": "0033202610B"}
    values.pop("id")
    write(lambda: (Bill.create(**values),
                   Bill.update(state="settled").where(Bill.month == 9).execute()))


def transfer(vault, amount: int, number: str = "N1"):
    return credits.record(Incoming("casso", "Casso", number, amount, REFERENCE, NOON, number),
                          vault, NOON)[0]


def owed() -> list[int]:
    return [bill.ky for bill in bill_records.unpaid(MAY.code)]


@pytest.mark.parametrize(("amount", "state", "left"), [
    (FIRST, "matched", [2]), (SECOND, "matched", [1]), (FIRST + SECOND, "matched", []),
    (FIRST + 1, "under", [1, 2]), (FIRST + SECOND + 1, "over", [1, 2])])
def test_a_transfer_finds_its_reading_by_the_amount(vault, amount, state, left) -> None:
    assert transfer(vault, amount).state == state
    assert owed() == left


def test_each_code_at_the_kiosk_asks_for_its_own_amount(client, vault) -> None:
    enter(client, MAY)
    page = text(client.get("/kiosk/bills"))
    assert "Tháng 10/2026 217.836 đ" in page and "Tháng 10/2026 (kỳ 2) 108.000 đ" in page
    code = client.get("/kiosk/pay/202610-2")
    assert "108.000 đ" in text(code) and REFERENCE in text(code)
    transfer(vault, SECOND)
    assert "Đã nhận tiền" in text(client.get("/kiosk/pay/202610-2"))
    assert "Quét mã để trả tiền" in text(client.get("/kiosk/pay/202610-1"))


def test_a_text_tells_the_readings_apart(app) -> None:
    account = billing.due(MAY.code)
    said = replies.render("bills_owed", brand="QUAYDIEN", code=MAY.code, name=MAY.name, own=True,
                          bills=account.unpaid, total=account.total, received=[], credited=0)
    assert "10/2026 217.836d" in said and "10/2026 (ky 2) 108.000d" in said


def test_a_receipt_names_the_reading(clock) -> None:
    pay(bill_records.unpaid(MAY.code)[1], "m-1", clock())
    params = fetch_row("SELECT params FROM outbox_message WHERE kind = 'receipt'")[0]
    assert "10/2026 (kỳ 2)" in params


@pytest.mark.parametrize(("month", "answer"), [
    ("2026-10", "several bills of 2026-10 are unpaid"), ("2026-10-2", '"amount": 108000'),
    ("2026-10-1", '"amount": 217836'), ("2026-10-3", "no bill of")])
def test_an_order_names_its_reading(runner, change_settings, month, answer) -> None:
    change_settings(vnpay_tmn_code="DEMOTMN1", vnpay_secret="s")
    found = runner.invoke(args=["partners", "order", "vnpay", MAY.code, month])
    assert answer in found.output
