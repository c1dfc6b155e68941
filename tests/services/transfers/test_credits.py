"""Money that reaches the account: settled when certain, held when not, never lost."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import checking as checking_records
from db import connection, tellings
from db import transfers as transfer_records
from db.audit import AuditEntry
from db.bills import Bill
from db.ledger import LedgerEntry
from db.outbox.outbox import OutboxMessage
from db.payments import Payment
from db.transfers import BankCredit
from services.bills import billing
from services.errors import IdempotencyConflict
from services.payments import payments
from services.payments.payments import Report
from services.transfers import booking, credits, matching
from services.transfers.credits import Incoming
from tests.villagers import HOA, MAY, PAO, SON

OWED, SEPTEMBER, OCTOBER = 546_108, 107_136, 217_836  # Hoa's bill; Mẩy's two
pytestmark = pytest.mark.usefixtures("sound_books")


def transfer(amount: int, text: str, number: str = "1", **changes) -> Incoming:
    facts = f"{number}|{amount}|{text}"
    fields = {"source": "sepay", "title": "SePay", "txn_id": number, "amount": amount,
              "text": text, "paid_at": 1794718740000,
              "body_digest": hashlib.sha256(facts.encode()).hexdigest(), **changes}
    return Incoming(**fields)


@pytest.fixture
def arrive(app, vault, clock):
    """Call with amount and text: the credit that it becomes."""
    def record(amount: int, text: str, number: str = "1", **changes) -> BankCredit:
        credits.record(transfer(amount, text, number, **changes), vault, clock())
        return BankCredit.get(txn_id=number)
    return record


def state_of(code: str, month: int) -> str:
    return Bill.get(Bill.code == code, Bill.month == month).state


def balance(account: str) -> int:
    return connection.fetch_row("SELECT COALESCE(SUM(amount), 0) FROM ledger_entry"
                                " WHERE account = ?", account)[0]


# amount, text → state, customer, months settled of the named people
DECISIONS = {
    "the reference": (OWED, HOA.code + "1026", "matched", HOA.code, ["Hoa 10"]),
    "the bare code": (OWED, HOA.code, "matched", HOA.code, ["Hoa 10"]),
    "by hand": (OWED, "pa04dh0000017 thang 10", "matched", HOA.code, ["Hoa 10"]),
    "the month of paying, of which there is no bill": (
        OWED, HOA.code + " thang 11", "matched", HOA.code, ["Hoa 10"]),
    "a time of day beside the code": (OWED, HOA.code + " 0826", "matched", HOA.code, ["Hoa 10"]),
    "newer month named": (OCTOBER, MAY.code + "1026", "matched", MAY.code, ["May 10"]),
    "older month named": (SEPTEMBER, MAY.code + "0926", "matched", MAY.code, ["May 9"]),
    "all that is due": (SEPTEMBER + OCTOBER, MAY.code, "matched", MAY.code, ["May 9", "May 10"]),
    "the oldest of what is due": (SEPTEMBER, MAY.code, "matched", MAY.code, ["May 9"]),
    "two months named": (SEPTEMBER + OCTOBER, MAY.code + " thang 9, 10", "matched", MAY.code,
                         ["May 9", "May 10"]),
    "two households": (OWED + SEPTEMBER, f"{HOA.code}1026 {MAY.code}0926", "matched", "",
                       ["Hoa 10", "May 9"]),
    "a household and a stranger's code": (OWED, f"PA04DH9999999 {HOA.code}1026", "matched",
                                          HOA.code, ["Hoa 10"]),
    "the newer bill by the bare code": (OCTOBER, MAY.code, "under", MAY.code, []),
    "one đồng less": (OWED - 1, HOA.code, "under", HOA.code, []),
    "one đồng more": (OWED + 1, HOA.code, "over", HOA.code, []),
    "both for the month of one": (SEPTEMBER + OCTOBER, MAY.code + "1026", "over", MAY.code, []),
    "two households, too little": (OWED, f"{HOA.code}1026 {MAY.code}0926", "under", "", []),
    "a month paid long ago": (300_000, HOA.code + "0926", "already_paid", HOA.code, []),
    "nothing owed": (90_000, SON.code, "already_paid", SON.code, []),
    "nobody's code": (OWED, "PA04DH9999999", "unmatched", "", []),
    "no code": (OWED, "tien dien thang 10", "unmatched", "", []),
    "nothing": (OWED, "", "unmatched", "", []),
}


@pytest.mark.parametrize("case", DECISIONS)
def test_decisions(arrive, case: str) -> None:
    amount, text, state, code, settled = DECISIONS[case]
    credit = arrive(amount, text)
    people = {"Hoa": HOA.code, "May": MAY.code, "Pao": PAO.code}
    received = [f"{name} {bill.month}" for name, who in people.items()
                for bill in Bill.select().where((Bill.code == who) & (Bill.state == "received"))
                .order_by(Bill.month)]
    assert (credit.state, credit.code, received) == (state, code, settled)
    assert credit.left == (0 if settled else amount)


def test_a_matched_credit_is_a_payment_with_receipt_and_balanced_books(arrive) -> None:
    arrive(OWED, HOA.code + "1026", "FT26319")
    payment = Payment.get()
    assert (payment.partner_id, payment.partner_txn_id, payment.amount, payment.state) == (
        "sepay", "FT26319", OWED, "posted")
    assert payment.receipt_no == "PA04DH-2026-000001"
    assert [message.kind for message in OutboxMessage.select()] == ["receipt"]
    assert balance("partner:sepay") == OWED
    assert balance("receivable:bills") == -OWED
    assert balance(matching.HELD) == 0


def test_what_the_payer_wrote_is_sealed(arrive, vault) -> None:
    credit = arrive(5000, "0912000017 chuyen", payer="NGUYEN THI HOA")
    row = connection.fetch_row("SELECT * FROM bank_credit")
    assert not any("0912000017" in str(value) or "HOA" in str(value) for value in row)
    assert booking.words(transfer_records.get_by_id(credit.id), vault) == (
        "0912000017 chuyen", "NGUYEN THI HOA")


def test_two_bills_are_two_payments_of_one_credit(arrive) -> None:
    arrive(SEPTEMBER + OCTOBER, MAY.code, "FT7")
    numbers = [payment.partner_txn_id for payment in Payment.select().order_by(Payment.id)]
    assert [number.split("#")[0] for number in numbers] == ["FT7", "FT7"]
    assert len(set(numbers)) == 2
    assert balance("partner:sepay") == SEPTEMBER + OCTOBER


def test_held_money_is_on_the_books_too(arrive) -> None:
    arrive(OWED - 1, HOA.code)
    assert balance("partner:sepay") == OWED - 1
    assert balance(matching.HELD) == 1 - OWED
    assert Payment.select().count() == 0


def test_the_same_twice_is_one(arrive, vault, clock) -> None:
    arrive(OWED, HOA.code)
    credit, new = credits.record(transfer(OWED, HOA.code), vault, clock())
    assert (credit.state, new) == ("matched", False)
    assert BankCredit.select().count() == 1


def test_the_same_number_of_another_source_is_another_credit(arrive, vault, clock) -> None:
    arrive(OWED, HOA.code)
    assert credits.record(transfer(5000, "x", source="casso", title="Casso"), vault, clock())[1]


def test_another_content_under_the_same_number_is_an_alarm(arrive, vault, clock) -> None:
    arrive(OWED, HOA.code)
    with pytest.raises(IdempotencyConflict):
        credits.record(transfer(OWED, MAY.code), vault, clock())
    assert [entry.action for entry in AuditEntry.select()] == ["credit.conflict"]
    first, other = BankCredit.select().order_by(BankCredit.id)
    assert (other.state, other.left, other.same_as) == ("conflict", 0, first.id)
    with pytest.raises(IdempotencyConflict):
        credits.record(transfer(OWED, MAY.code), vault, clock())
    assert BankCredit.select().count() == 2


def pay_by_partner(clock) -> None:
    payments.post(Report("viettel", "VT-1", f"{HOA.code}-202610-1", OWED, clock(), "d" * 64),
                  clock())


def test_money_for_a_bill_that_a_partner_has_paid_waits(arrive, clock) -> None:
    pay_by_partner(clock)
    assert arrive(OWED, HOA.code + "1026").state == "already_paid"


def test_money_after_a_void_waits_for_somebody_to_look(arrive, clock) -> None:
    pay_by_partner(clock)
    payments.void("viettel", "VT-1", "trả nhầm", "23:55", clock())
    credit = arrive(OWED, HOA.code + "1026")
    assert (credit.state, credit.code) == ("after_void", HOA.code)
    assert state_of(HOA.code, 10) == "unpaid"


def test_a_void_gives_the_money_back_to_its_credit(arrive, clock) -> None:
    arrive(OWED, HOA.code + "1026", "FT1")
    payments.void("sepay", "FT1", "khách nhầm", "23:55", clock())
    credit = BankCredit.get()
    assert (credit.state, credit.left) == ("after_void", OWED)
    assert state_of(HOA.code, 10) == "unpaid"
    assert balance(matching.HELD) == -OWED


SAME = {"bank_ref": "FT26319000001", "account": "113366668888"}


def test_the_same_money_of_several_sources_is_one_credit(arrive, vault, clock) -> None:
    first = arrive(OWED, HOA.code, "a", **SAME)
    for source in ("casso", "payos", "vietinbank"):
        credit, new = credits.record(transfer(OWED, HOA.code, "b", source=source, title=source,
                                              **SAME), vault, clock())
        assert (credit.id, new) == (first.id, False)
    assert [row.source for row in tellings.of_credit(first.id)] == [
        "sepay", "casso", "payos", "vietinbank"]
    assert balance("partner:casso") == 0


# What differs of two tellings of the same amount and text → what the second is.
DIFFERENT = {
    "another reference": ({"bank_ref": "FT26319000002"}, "already_paid"),
    "another account": ({"account": "999"}, "already_paid"),
    "no reference": ({"bank_ref": ""}, "held"),
    "a reference too short to be one transaction's": ({"bank_ref": "FT1"}, "held"),
    "a word": ({"bank_ref": "NOTPROVIDED"}, "held"),
    "no reference, another text": ({"bank_ref": "", "text": MAY.code}, "over"),
    "no reference, another week": (
        {"bank_ref": "", "paid_at": 1794718740000 + 7 * 86_400_000}, "already_paid"),
    "another week": ({"paid_at": 1794718740000 + 7 * 86_400_000}, "conflict"),
    "another amount": ({"amount": 1_000}, "conflict"),
    "the same source under another number": ({"source": "sepay", "title": "SePay"}, "held"),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_rule_1_and_3_what_is_not_surely_told_before_is_seen(arrive, case: str) -> None:
    arrive(OWED, HOA.code, "a", **SAME)
    changes, state = DIFFERENT[case]
    told = {"source": "casso", "title": "Casso", "amount": OWED, "text": HOA.code, **SAME,
            **changes}
    again = arrive(told.pop("amount"), told.pop("text"), "b", **told)
    assert again.state == state
    assert again.left == (0 if state in ("held", "conflict") else again.amount)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None,
          max_examples=15)
@given(st.lists(st.tuples(
    st.sampled_from([OWED, OWED - 1, OWED + 1, SEPTEMBER, OCTOBER, SEPTEMBER + OCTOBER, 1]),
    st.sampled_from([HOA.code + "1026", HOA.code, MAY.code, MAY.code + "0926", SON.code, "x"]),
    st.integers(1, 4)), max_size=8))
def test_whatever_arrives_each_đồng_is_somewhere(app, vault, clock, arrivals) -> None:
    """Paid + held = received, no bill is paid twice, and the check of the database agrees."""
    before = BankCredit.select().count()
    for amount, text, number in arrivals:
        with_number = f"{before}-{number}"
        try:
            credits.record(transfer(amount, text, with_number), vault, clock())
        except IdempotencyConflict:
            continue
    received = sum(credit.amount for credit in BankCredit.select()
                   if credit.state not in transfer_records.NOT_COUNTED)
    held = sum(credit.left for credit in BankCredit.select())
    assert received == held + sum(payment.amount for payment in Payment.select())
    assert list(checking_records.problems()) == []
    assert billing.due(SON.code).unpaid == []
    assert LedgerEntry.select().where(LedgerEntry.amount == 0).count() == 0
