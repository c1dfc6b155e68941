"""Money by any order of events: a small model beside the real books, compared after each step.

Partners pay, pay again, pay what another has paid, take back in time or too late; days pass.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from db import bills as bill_records
from db import counters, ledger
from db.bills import Bill
from db.connection import fetch, write
from db.payments import Payment
from services import clock
from services.errors import (
    AmountMismatch,
    IdempotencyConflict,
    UnknownBill,
    UnknownPayment,
    VoidWindowClosed,
)
from services.payments import payments
from services.payments.payments import Report
from tests.villagers import NOON, PAO

AMOUNT = 107_136
CUTOFF = "23:55"
PARTNERS = st.sampled_from(["viettel", "momo"])
NUMBERS = st.sampled_from(["1", "2", "3"])
BILLS = st.sampled_from([0, 1])
_years = itertools.count(2030)  # bills of a run are its own, so that runs share a database


class Told:
    """What the model knows of a payment."""

    def __init__(self, bill: int, body: str, day: int, settled_by: Told | None):
        self.bill, self.body, self.day, self.settled_by = bill, body, day, settled_by
        self.voided = False


class Books(RuleBasedStateMachine):
    """Two partners, two bills, one office."""

    def __init__(self) -> None:
        super().__init__()
        self.run = next(_years)
        self.bills = [self._new_bill(month) for month in (1, 2)]
        self.day = 0
        self.told: dict[tuple[str, str], Told] = {}
        self.holder: dict[int, Told | None] = {0: None, 1: None}

    def _new_bill(self, month: int) -> str:
        write(lambda: Bill.create(
            code=PAO.code, year=self.run, month=month, from_date="2026-01-01",
            to_date="2026-01-31", old_index=0, new_index=50, kwh=50, subtotal=99_200, vat=7_936,
            total=AMOUNT, due_on="2026-02-20", bill_no=f"{self.run}-{month}"))
        return f"{PAO.code}-{self.run}{month:02}-1"

    def now(self) -> int:
        return NOON + self.day * clock.DAY

    def report(self, partner: str, number: str, bill: int, amount: int, body: str) -> Report:
        return Report(partner, f"{self.run}:{number}", self.bills[bill], amount, self.now(), body)

    @rule(partner=PARTNERS, number=NUMBERS, bill=BILLS)
    def pay(self, partner: str, number: str, bill: int) -> None:
        known = self.told.get((partner, number))
        report = self.report(partner, number, bill, AMOUNT, f"{bill}")
        if known and known.body != report.body_digest:
            with pytest.raises(IdempotencyConflict):
                payments.post(report, self.now())
            return
        said, new = payments.post(report, self.now())
        assert new == (known is None)
        if known is None:
            known = self._remember(partner, number, bill, report.body_digest)
        assert (said.payment.state == "refund_due") == (known.settled_by is not None)

    def _remember(self, partner: str, number: str, bill: int, body: str) -> Told:
        told = self.told[partner, number] = Told(bill, body, self.day, self.holder[bill])
        if self.holder[bill] is None:
            self.holder[bill] = told
        return told

    @rule(partner=PARTNERS, number=NUMBERS, bill=BILLS, amount=st.sampled_from([1, AMOUNT + 1]))
    def pay_another_amount(self, partner: str, number: str, bill: int, amount: int) -> None:
        expected = IdempotencyConflict if (partner, number) in self.told else AmountMismatch
        with pytest.raises(expected):
            payments.post(self.report(partner, number, bill, amount, "other"), self.now())

    @rule(partner=PARTNERS, number=NUMBERS)
    def pay_an_unknown_bill(self, partner: str, number: str) -> None:
        expected = IdempotencyConflict if (partner, number) in self.told else UnknownBill
        report = self.report(partner, number, 0, AMOUNT, "other")
        with pytest.raises(expected):
            payments.post(report._replace(bill_id="PA04PY9999999-202601-1"), self.now())

    @rule(partner=PARTNERS, number=NUMBERS)
    def void(self, partner: str, number: str) -> None:
        told = self.told.get((partner, number))
        in_time = told is not None and (told.voided or told.day == self.day)
        arguments = (partner, f"{self.run}:{number}", "trả nhầm", CUTOFF, self.now())
        if not in_time:
            with pytest.raises(VoidWindowClosed if told else UnknownPayment):
                payments.void(*arguments)
            return
        assert told is not None
        assert payments.void(*arguments).payment.voided_at is not None
        told.voided = True
        if self.holder[told.bill] is told:
            self.holder[told.bill] = None

    @precondition(lambda self: self.day < 3)
    @rule()
    def a_day_passes(self) -> None:
        self.day += 1

    @invariant()
    def every_posting_balances(self) -> None:
        assert ledger.unbalanced_payments() == []

    @invariant()
    def each_bill_is_held_by_whom_the_model_says(self) -> None:
        for number, name in enumerate(self.bills):
            month = int(name.split("-")[1][4:])
            bill = bill_records.get(PAO.code, self.run, month, 1)
            assert bill is not None
            assert (bill.state == "received") == (self.holder[number] is not None)
            assert (bill.payment_id is not None) == (bill.state == "received")

    @invariant()
    def the_accounts_are_what_the_model_adds_up(self) -> None:
        standing = [told for told in self.told.values() if not told.voided]
        due = sum(AMOUNT for told in standing if told.settled_by is not None)
        assert self._sum_of("partner:%") == AMOUNT * len(standing)
        assert self._sum_of("payable:refunds") == -due
        assert self._sum_of("receivable:bills") == due - AMOUNT * len(standing)

    def _sum_of(self, account: str) -> int:
        rows = fetch("SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entry e"
                     " JOIN payment p ON p.id = e.payment_id"
                     " WHERE p.partner_txn_id LIKE ? AND e.account LIKE ?",
                     f"{self.run}:%", account)
        return int(rows[0][0])

    @invariant()
    def receipts_have_no_gap(self) -> None:
        numbers = sorted(int(row.receipt_no[-6:]) for row in Payment.select())
        assert numbers == list(range(1, len(numbers) + 1))


def test_the_books_hold_whatever_comes_in_whatever_order(app) -> None:
    run_state_machine_as_test(Books, settings=settings(
        max_examples=15, stateful_step_count=25, deadline=None, database=None))


def test_a_number_is_given_back_when_its_work_fails(app) -> None:
    def work() -> None:
        counters.next_number("receipt:X:2026")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write(work)
    assert write(lambda: counters.next_number("receipt:X:2026")) == 1


def test_an_unbalanced_posting_is_refused(app) -> None:
    with pytest.raises(ValueError, match="unbalanced"):
        write(lambda: ledger.post("payment", 1, [("a", 1), ("b", -2)], NOON))
