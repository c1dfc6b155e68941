"""A partner reports a payment: exactly once, the first channel settles, nothing is lost."""

from __future__ import annotations

import json

import pytest

from db import bills as bill_records
from db.audit import AuditEntry
from db.bills import Bill
from db.connection import write
from db.customers import CustomerPhone
from db.ledger import LedgerEntry, unbalanced_payments
from db.outbox.outbox import OutboxMessage
from db.payments import Payment
from tests.partners.signing import HOA_BILL, HOA_OWES, PAYMENTS, paid
from tests.partners.test_promotions import CLAIM, offer
from tests.villagers import HOA, MAY, PAO


def state_of(public_id: str) -> str:
    code, period, ky = public_id.split("-")
    bill = bill_records.get(code, int(period[:4]), int(period[4:]), int(ky))
    assert bill is not None
    return bill.state


def queued() -> list[tuple[str, dict]]:
    return [(row.kind, json.loads(row.params))
            for row in OutboxMessage.select().order_by(OutboxMessage.id)]


def ledger() -> list[tuple[str, int]]:
    entries = LedgerEntry.select().order_by(LedgerEntry.id)
    return [(entry.account, entry.amount) for entry in entries]


def test_a_payment_is_posted(viettel) -> None:
    answer = viettel.pay()
    assert answer.status_code == 201
    assert answer.json == {
        "payment_id": answer.json["payment_id"], "receipt_no": "PA04DH-2026-000001",
        "bill_id": HOA_BILL, "amount": HOA_OWES, "status": "posted"}
    assert state_of(HOA_BILL) == "received"
    assert ledger() == [("partner:viettel", HOA_OWES), ("receivable:bills", -HOA_OWES)]
    assert unbalanced_payments() == []


def test_the_receipt_waits_for_the_customers_phone(viettel) -> None:
    viettel.pay()
    assert queued() == [("receipt", {"code": HOA.code, "period": "10/2026", "amount": HOA_OWES,
                                     "receipt_no": "PA04DH-2026-000001"})]


def test_who_has_no_phone_is_paid_for_all_the_same(viettel) -> None:
    answer = viettel.pay(bill_id=f"{PAO.code}-202610-1", amount=1_534_140)
    assert answer.json["status"] == "posted"
    assert queued() == []


def test_what_was_reported_is_kept(viettel, clock) -> None:
    offer()
    viettel.pay(payer="Trần Văn Tú 😀", paid_at="2026-11-15T04:59:30.25Z", promotion=CLAIM)
    row = Payment.get()
    assert (row.payer, row.paid_at, row.received_at) == (
        "Trần Văn Tú 😀", clock() - 29_750, clock())
    assert json.loads(row.promotion) == CLAIM


def test_the_same_again_gets_the_same_answer(viettel) -> None:
    first, again = viettel.pay(), viettel.pay()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    assert (Payment.select().count(), len(ledger()), len(queued())) == (1, 2, 1)


def test_the_same_content_in_another_spelling_is_the_same(viettel) -> None:
    first = viettel.pay(payer="Tú")
    spelt = json.dumps(dict(reversed(paid(payer="Tú").items())), indent=2, ensure_ascii=False)
    again = viettel.post(PAYMENTS, spelt.encode())
    assert (again.status_code, again.data) == (200, first.data)


@pytest.mark.parametrize("change", [
    {"amount": HOA_OWES - 1}, {"bill_id": f"{MAY.code}-202610-1"}, {"bill_id": "nobody's"},
    {"paid_at": "2026-11-15T11:59:31+07:00"}, {"payer": "Tú"},
    {"promotion": {"id": "A", "discount": 1, "funded_by": "x"}},
])
def test_the_same_number_with_other_content_is_a_conflict_and_an_alarm(viettel, change) -> None:
    viettel.pay()
    answer = viettel.pay(**change)
    assert answer.status_code == 409
    assert answer.json["title"] == "idempotency_conflict"
    assert Payment.select().count() == 1
    alarm = AuditEntry.get(AuditEntry.action == "payment.conflict")
    assert (alarm.actor, alarm.subject) == ("viettel", "VT-1")


def test_numbers_of_two_partners_do_not_meet(viettel, momo) -> None:
    viettel.pay("1")
    answer = momo.pay("1", bill_id=f"{PAO.code}-202610-1", amount=1_534_140)
    assert (answer.status_code, answer.json["status"]) == (201, "posted")


def test_a_bill_paid_by_another_channel_is_due_back(viettel, momo) -> None:
    first = viettel.pay().json
    second = momo.pay("MM-1")
    assert second.status_code == 201
    assert second.json == {**first, "payment_id": second.json["payment_id"],
                           "receipt_no": "PA04DH-2026-000002", "status": "refund_due",
                           "settled_by": first["payment_id"]}
    assert ledger()[2:] == [("partner:momo", HOA_OWES), ("payable:refunds", -HOA_OWES)]
    assert [kind for kind, _params in queued()] == ["receipt", "refund_due"]
    assert momo.pay("MM-1").data == second.data


def test_the_same_channel_twice_is_due_back_too(viettel) -> None:
    viettel.pay("VT-1")
    assert viettel.pay("VT-2").json["status"] == "refund_due"


def test_a_bill_that_the_books_cleared_by_themselves_is_due_back(viettel) -> None:
    answer = viettel.pay(bill_id=f"{HOA.code}-202609-1", amount=_total(HOA.code, 9))
    assert (answer.status_code, answer.json["status"]) == (201, "refund_due")
    assert answer.json["settled_by"] is None


def _total(code: str, month: int) -> int:
    bill = bill_records.get(code, 2026, month, 1)
    assert bill is not None
    return bill.total


@pytest.mark.parametrize("amount", [1, HOA_OWES - 1, HOA_OWES + 1, HOA_OWES * 100, 10**13 - 1])
def test_another_amount_than_the_bills_posts_nothing(viettel, amount: int) -> None:
    answer = viettel.pay(amount=amount)
    assert (answer.status_code, answer.json["title"]) == (422, "amount_mismatch")
    assert Payment.select().count() == 0
    assert state_of(HOA_BILL) == "unpaid"
    assert viettel.pay().json["receipt_no"] == "PA04DH-2026-000001"


@pytest.mark.parametrize("bill_id", ["x", HOA.code, f"{HOA.code}-202611-1", HOA_BILL.lower(),
                                     "PA04DH9999999-202610-1", HOA_BILL + " "])
def test_an_unknown_bill_posts_nothing(viettel, bill_id: str) -> None:
    answer = viettel.pay(bill_id=bill_id)
    assert (answer.status_code, answer.json["title"]) == (404, "unknown_bill")
    assert Payment.select().count() == 0


def test_receipts_are_numbered_by_office_and_without_gaps(viettel, momo) -> None:
    viettel.pay("VT-1")
    viettel.pay("VT-1")
    viettel.pay("VT-2", amount=1)
    momo.pay("MM-1")
    viettel.pay("VT-1", payer="Tú")
    viettel.pay("VT-3", bill_id=f"{MAY.code}-202609-1", amount=107_136)
    viettel.pay("VT-4", bill_id=f"{HOA.code}-202608-1", amount=_total(HOA.code, 8))
    assert [row.receipt_no for row in Payment.select().order_by(Payment.id)] == [
        "PA04DH-2026-000001", "PA04DH-2026-000002", "PA04VN-2026-000001", "PA04DH-2026-000003"]


def test_receipts_start_over_in_the_new_year(viettel, clock) -> None:
    viettel.pay()
    clock.ms += 47 * 86_400_000
    answer = viettel.pay("VT-2")
    assert answer.json["receipt_no"] == "PA04DH-2027-000001"


def test_a_phone_registered_later_gets_the_receipt_before_the_billing_systems(viettel, vault,
                                                                              clock) -> None:
    newer = vault.seal_phone("+84333000099")
    write(lambda: CustomerPhone.create(code=HOA.code, phone_hash=newer[0], phone_sealed=newer[1],
                                       source="registered", registered_at=clock()))
    viettel.pay()
    assert OutboxMessage.get().to_hash == newer[0]


def test_an_amount_changed_by_the_billing_system_counts(viettel) -> None:
    write(lambda: Bill.update(total=500_000).where(Bill.code == HOA.code).execute())
    assert viettel.pay().json["title"] == "amount_mismatch"
    assert viettel.pay(amount=500_000).status_code == 201
