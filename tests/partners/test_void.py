"""A payment is taken back on its own day; the record is added to, never rewritten."""

from __future__ import annotations

from datetime import date

import pytest

from db import bills as bill_records
from db.audit import AuditEntry
from db.bills import Bill
from db.connection import write
from db.ledger import LedgerEntry, unbalanced_payments
from db.outbox.outbox import OutboxMessage
from db.payments import Payment
from services.clock import DAY, at_local
from tests.partners.signing import HOA_BILL, HOA_OWES, PAYMENTS
from tests.villagers import HOA


def hoas_bill() -> bill_records.BillRow:
    found = bill_records.get(HOA.code, 2026, 10, 1)
    assert found is not None
    return found


def books() -> dict[str, int]:
    """Each account's sum."""
    sums: dict[str, int] = {}
    for entry in LedgerEntry.select():
        sums[entry.account] = sums.get(entry.account, 0) + entry.amount
    return sums


def test_a_payment_of_today_can_be_taken_back(viettel) -> None:
    posted = viettel.pay().json
    answer = viettel.void(reason="khách bấm nhầm")
    assert answer.status_code == 200
    assert answer.json == {**posted, "status": "voided", "void": {
        "state": "voided", "at": "2026-11-15T12:00:00+07:00", "reason": "khách bấm nhầm"}}
    assert (hoas_bill().state, hoas_bill().payment_id) == ("unpaid", None)


def test_the_ledger_gets_the_opposite_entries_and_keeps_the_old(viettel) -> None:
    viettel.pay()
    viettel.void()
    assert LedgerEntry.select().count() == 4
    assert books() == {"partner:viettel": 0, "receivable:bills": 0}
    assert unbalanced_payments() == []


def test_again_gets_the_same_answer_also_days_later(viettel, clock) -> None:
    viettel.pay()
    first = viettel.void()
    clock.ms += 3 * DAY
    again = viettel.void(reason="lý do khác")
    assert (again.status_code, again.data) == (200, first.data)
    assert LedgerEntry.select().count() == 4


def test_who_got_a_receipt_is_told_that_it_no_longer_holds(viettel, momo) -> None:
    viettel.pay("VT-1")
    momo.pay("MM-1")
    momo.void("MM-1")
    viettel.void("VT-1")
    viettel.void("VT-1")
    assert [row.kind for row in OutboxMessage.select().order_by(OutboxMessage.id)] == [
        "receipt", "refund_due", "voided"]


def test_a_void_is_on_the_record(viettel) -> None:
    viettel.pay()
    viettel.void()
    entry = AuditEntry.get(AuditEntry.action == "payment.void")
    assert (entry.actor, entry.subject, entry.detail) == ("viettel", "VT-1", HOA_BILL)


def test_the_state_of_a_payment_tells_of_the_void(viettel) -> None:
    posted = viettel.pay().json
    assert viettel.get(f"{PAYMENTS}/VT-1").json == {**posted, "void": None}
    voided = viettel.void()
    assert viettel.get(f"{PAYMENTS}/VT-1").data == voided.data


def test_the_report_sent_once_more_gets_its_first_answer(viettel) -> None:
    posted = viettel.pay()
    viettel.void()
    again = viettel.pay()
    assert (again.status_code, again.data) == (200, posted.data)
    assert hoas_bill().state == "unpaid"


def test_the_bill_can_be_paid_again_under_a_new_number(viettel) -> None:
    viettel.pay("VT-1")
    viettel.void("VT-1")
    assert viettel.pay("VT-2").json["status"] == "posted"
    assert hoas_bill().payment_id == Payment.get(Payment.partner_txn_id == "VT-2").id
    assert books() == {"partner:viettel": HOA_OWES, "receivable:bills": -HOA_OWES}


def test_a_second_payment_that_was_due_back_stays_so(viettel, momo) -> None:
    viettel.pay("VT-1")
    momo.pay("MM-1")
    viettel.void("VT-1")
    assert momo.get(f"{PAYMENTS}/MM-1").json["status"] == "refund_due"
    assert hoas_bill().state == "unpaid"


def test_a_payment_due_back_can_be_taken_back_and_leaves_the_bill_paid(viettel, momo) -> None:
    viettel.pay("VT-1")
    momo.pay("MM-1")
    answer = momo.void("MM-1")
    assert (answer.status_code, answer.json["status"]) == (200, "voided")
    assert hoas_bill().state == "received"
    assert books()["payable:refunds"] == 0


@pytest.mark.parametrize(("cutoff", "hour", "minute", "status"), [
    ("23:55", 23, 54, 200), ("23:55", 23, 55, 409), ("17:30", 17, 29, 200), ("17:30", 17, 30, 409),
    ("24:00", 23, 59, 200)])
def test_until_the_cut_off_of_the_day(viettel, clock, change_settings, cutoff, hour, minute,
                                      status) -> None:
    change_settings(void_cutoff=cutoff)
    viettel.pay()
    clock.ms = at_local(date(2026, 11, 15), hour, minute)
    assert viettel.void().status_code == status


def test_midnight_is_local_not_utc(viettel, clock) -> None:
    clock.ms = at_local(date(2026, 11, 15), 0, 10)  # still 14 November in UTC
    viettel.pay(paid_at="2026-11-15T00:05:00+07:00")
    clock.ms = at_local(date(2026, 11, 15), 8)
    assert viettel.void().status_code == 200


def test_the_next_day_is_too_late_and_stays_so(viettel, clock) -> None:
    viettel.pay()
    clock.ms = at_local(date(2026, 11, 16), 0, 5)
    answers = [viettel.void(), viettel.void()]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].data == answers[1].data
    assert answers[0].json["title"] == "void_window_closed"
    assert (hoas_bill().state, LedgerEntry.select().count()) == ("received", 2)


def test_what_the_companys_books_have_cleared_is_too_late(viettel) -> None:
    viettel.pay()
    write(lambda: Bill.update(state="settled").where(Bill.code == HOA.code).execute())
    answer = viettel.void()
    assert (answer.status_code, answer.json["title"]) == (409, "void_window_closed")
    assert viettel.get(f"{PAYMENTS}/VT-1").json["void"] is None
    assert LedgerEntry.select().count() == 2


def test_nobody_takes_back_anothers_payment(viettel, momo) -> None:
    viettel.pay("VT-1")
    answer = momo.void("VT-1")
    assert (answer.status_code, answer.json["title"]) == (404, "unknown_payment")
    assert momo.get(f"{PAYMENTS}/VT-1").status_code == 404
    assert hoas_bill().state == "received"


@pytest.mark.parametrize("number", ["none", "x" * 65, "%01", "a%20b", "%E1%BB%91"])
def test_a_number_that_was_never_reported_is_unknown(viettel, number: str) -> None:
    answers = [viettel.get(f"{PAYMENTS}/{number}"), viettel.void(number)]
    assert [(answer.status_code, answer.json["title"]) for answer in answers] == [
        (404, "unknown_payment")] * 2


@pytest.mark.parametrize(("body", "status"), [
    ({}, 422), ({"reason": ""}, 422), ({"reason": 1}, 422), ({"reason": "x" * 201}, 422),
    ({"reason": "x", "amount": 1}, 422), ([], 422), (b"", 400), ({"reason": "x" * 200}, 200)])
def test_a_reason_is_needed(viettel, body, status: int) -> None:
    viettel.pay()
    answer = viettel.post(f"{PAYMENTS}/VT-1/void", body)
    assert answer.status_code == status
    assert (Payment.get().voided_at is None) == (status != 200)
