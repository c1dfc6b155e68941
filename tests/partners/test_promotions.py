"""A promotion that a partner reports: exactly ours, or nothing is posted."""

from __future__ import annotations

import io
import json

import pypdf
import pytest

from db import checking as checking_records
from db.audit import AuditEntry
from db.bills import Bill
from db.connection import fetch, write
from db.ledger import LedgerEntry, unbalanced_payments
from db.outbox.outbox import OutboxMessage
from db.payments import Payment
from db.promotions import Promotion, PromotionUse
from db.refunds import Refund
from services.cash import receipts
from services.clock import DAY
from services.payments import promotion_files, undoing
from tests.officers import CANBO, at_desk
from tests.partners.signing import HOA_OWES
from tests.villagers import MAY, NOON, PAO

TERMS = {"id": "TET27", "channel": "viettel", "rate_percent": 5, "cap": 20_000,
         "minimum": 200_000, "budget": 50_000, "per_customer": 1, "funders": {"viettel": 100},
         "source": "Thông báo 01/11/2026", "starts_on": "2026-11-01", "ends_on": "2026-11-30"}
CLAIM = {"id": "TET27", "discount": 20_000, "funded_by": "viettel"}


def offer(**changes) -> None:
    """Promotion TET27 of Viettel, with other terms where told."""
    rows = promotion_files.parse(json.dumps([TERMS | changes]).encode())
    write(lambda: promotion_files.put(rows, "test", NOON))


@pytest.fixture(autouse=True)
def offered(app) -> None:
    offer()


def ledger() -> list[tuple[str, int]]:
    return [(row.account, row.amount) for row in LedgerEntry.select().order_by(LedgerEntry.id)]


def used() -> int:
    return Promotion.get_by_id("TET27").used


def test_the_customer_and_the_funder_together_pay_the_gross_amount(viettel) -> None:
    answer = viettel.pay(promotion=CLAIM)
    assert (answer.status_code, answer.json["status"], answer.json["amount"]) == (
        201, "posted", HOA_OWES)
    assert ledger() == [("partner:viettel", HOA_OWES - 20_000), ("promotion:viettel", 20_000),
                        ("receivable:bills", -HOA_OWES)]
    assert used() == 20_000
    assert list(checking_records.problems()) == []


def test_two_funders_owe_their_shares_to_the_dong(viettel) -> None:
    offer(funders={"viettel": 67, "evnnpc": 33}, cap=20_001)
    viettel.pay(promotion={"id": "TET27", "discount": 20_001, "funded_by": "evnnpc + viettel"})
    assert ledger()[1:3] == [("promotion:viettel", 13_400), ("promotion:evnnpc", 6_601)]
    assert list(checking_records.problems()) == []


@pytest.mark.parametrize(("terms", "claim", "reason"), [
    ({}, {"id": "TET28"}, "unknown"),
    ({"channel": "momo"}, {}, "unknown"),
    ({"ends_on": "2026-11-14"}, {}, "dates"),
    ({"starts_on": "2026-11-16"}, {}, "dates"),
    ({"minimum": HOA_OWES + 1}, {}, "minimum"),
    ({}, {"discount": 19_999}, "discount"),
    ({}, {"discount": 20_001}, "discount"),
    ({"cap": 900_000}, {"discount": 27_306}, "discount"),
    ({}, {"funded_by": "evnnpc"}, "funder"),
    ({"funders": {"viettel": 50, "evnnpc": 50}}, {}, "funder"),
    ({"budget": 19_999}, {}, "budget"),
])
def test_what_is_not_ours_is_refused_and_nothing_is_posted(viettel, terms, claim, reason) -> None:
    offer(**terms)
    answer = viettel.pay(promotion=CLAIM | claim)
    assert answer.status_code == 422
    assert (answer.json["title"], answer.json["field"], answer.json["reason"]) == (
        "promotion_refused", "promotion", reason)
    assert answer.json["detail"].endswith("Chưa ghi nhận gì.") and len(answer.json["detail"]) > 40
    assert (Payment.select().count(), LedgerEntry.select().count(), used()) == (0, 0, 0)
    assert PromotionUse.select().count() == 0
    assert viettel.pay(promotion=None).json["receipt_no"].endswith("-000001")  # no gap


def test_half_a_dong_is_rounded_up(viettel) -> None:
    offer(rate_percent=2.5, cap=900_000)  # of 546 108: 13 652.7
    assert viettel.pay(promotion=CLAIM | {"discount": 13_653}).status_code == 201


def test_a_customer_uses_it_no_more_often_than_agreed(viettel) -> None:
    offer(minimum=0, cap=900_000)
    first = viettel.pay("VT-1", bill_id=f"{MAY.code}-202609-1", amount=107_136,
                        promotion=CLAIM | {"discount": 5_357})
    second = viettel.pay("VT-2", bill_id=f"{MAY.code}-202610-1", amount=217_836,
                         promotion=CLAIM | {"discount": 10_892})
    assert first.status_code == 201
    assert (second.status_code, second.json["reason"]) == (422, "customer")
    assert used() == 5_357


def test_the_same_report_again_uses_nothing_again(viettel) -> None:
    offer(budget=20_000)
    first, again = viettel.pay(promotion=CLAIM), viettel.pay(promotion=CLAIM)
    assert (first.status_code, again.status_code, first.data == again.data) == (201, 200, True)
    assert used() == 20_000


def test_a_void_takes_all_of_it_back(viettel) -> None:
    viettel.pay(promotion=CLAIM)
    viettel.void()
    assert used() == 0
    assert sum(amount for account, amount in ledger() if account == "promotion:viettel") == 0
    assert PromotionUse.get().taken_back_at == NOON
    viettel.void()
    assert used() == 0
    assert viettel.pay("VT-2", promotion=CLAIM).json["status"] == "posted"
    assert list(checking_records.problems()) == []


def test_who_pays_a_bill_second_is_owed_what_was_paid_not_the_discount(viettel, momo) -> None:
    momo.pay("MM-1")
    answer = viettel.pay(promotion=CLAIM)
    assert answer.json["status"] == "refund_due"
    assert ledger()[2:] == [("partner:viettel", HOA_OWES - 20_000),
                            ("payable:refunds", 20_000 - HOA_OWES)]
    assert used() == 0
    assert list(checking_records.problems()) == []


def test_the_day_we_learn_of_it_counts_as_well_as_the_day_it_was_made(viettel, clock) -> None:
    offer(ends_on="2026-11-15")
    clock.ms += DAY
    late = viettel.pay(promotion=CLAIM)
    assert (late.status_code, late.json["reason"], Payment.select().count()) == (422, "dates", 0)
    early = viettel.pay(promotion=CLAIM, paid_at="2026-10-31T23:59:59+07:00")
    assert (early.status_code, early.json["reason"]) == (422, "dates")


def test_what_was_recorded_in_time_is_answered_for_ever(viettel, clock) -> None:
    offer(ends_on="2026-11-15")
    first = viettel.pay(promotion=CLAIM)
    clock.ms += 500 * DAY
    again = viettel.pay(promotion=CLAIM)
    assert (again.status_code, again.json) == (200, first.json)


@pytest.mark.parametrize(("terms", "claim", "reason"), [
    ({}, {"id": "TET28"}, "unknown"),
    ({"channel": "momo"}, {}, "unknown"),
    ({"ends_on": "2026-11-14"}, {}, "dates"),
    ({}, {"discount": 500_000}, "discount"),
    ({}, {"funded_by": "evnnpc"}, "funder"),
    ({"budget": 19_999}, {}, "budget"),
])
def test_a_paid_bill_makes_no_promotion_of_what_is_none(viettel, momo, terms, claim,
                                                        reason) -> None:
    momo.pay("MM-1")
    offer(**terms)
    answer = viettel.pay(promotion=CLAIM | claim)
    assert (answer.status_code, answer.json["reason"]) == (422, reason)
    assert (Payment.select().count(), Refund.select().count()) == (1, 0)
    assert list(checking_records.problems()) == []


def test_a_customer_who_used_it_up_gets_no_second_discount_on_a_paid_bill(viettel) -> None:
    viettel.pay("VT-1", promotion=CLAIM)
    answer = viettel.pay("VT-2", promotion=CLAIM)
    assert (answer.status_code, answer.json["reason"]) == (422, "customer")
    assert used() == 20_000


def test_the_text_and_the_papers_say_what_really_comes_back(viettel, momo) -> None:
    momo.pay("MM-1")
    payment_id = viettel.pay(promotion=CLAIM).json["payment_id"]
    text = OutboxMessage.get(OutboxMessage.kind == "refund_due")
    assert json.loads(text.params)["amount"] == HOA_OWES - 20_000
    assert Refund.get().amount == receipts.due_back(payment_id) == HOA_OWES - 20_000
    printed = receipts.pdf(receipts.of_payment(payment_id, at_desk(CANBO)), "a5", "EVN")
    page = pypdf.PdfReader(io.BytesIO(printed)).pages[0].extract_text()
    assert "Hoàn lại" in page and "526.108" in page


def test_new_terms_keep_what_was_used_and_are_on_the_record(viettel) -> None:
    viettel.pay(promotion=CLAIM)
    offer(budget=90_000)
    assert (used(), Promotion.get_by_id("TET27").budget) == (20_000, 90_000)
    rows = AuditEntry.select().where(AuditEntry.action == "promotion.terms")
    assert [row.subject for row in rows] == ["TET27", "TET27"]


def test_a_bill_of_pao_clears_at_its_gross_amount(viettel) -> None:
    viettel.pay(bill_id=f"{PAO.code}-202610-1", amount=1_534_140, promotion=CLAIM)
    assert Bill.get(Bill.code == PAO.code, Bill.month == 10).state == "received"
    assert unbalanced_payments() == []


def test_an_officers_undoing_later_gives_it_back_too(viettel, clock) -> None:
    payment_id = viettel.pay(promotion=CLAIM).json["payment_id"]
    clock.ms += DAY
    undoing.ask(at_desk(CANBO), payment_id, "trả nhầm mã", undoing.Limits(10**9, 10**9), "23:55",
                clock())
    assert used() == 0
    sums = dict(fetch("SELECT account, SUM(amount) FROM ledger_entry GROUP BY account"))
    assert (sums["promotion:viettel"], sums["payable:refunds"]) == (0, 20_000 - HOA_OWES)
    assert list(checking_records.problems()) == []
