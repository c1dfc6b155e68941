"""The rules of money as a machine: partners, transfers, cash, undoing, giving back, and crashes
in any order; after each step the check of everything stored finds nothing wrong.

The machine knows who may win only roughly. What it holds for certain: no đồng is lost or made.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from db import cash as cash_records
from db import checking as checking_records
from db import transfers as transfer_records
from db.bills import Bill
from db.connection import fetch, write
from services import clock
from services.cash import refunds, shifts, takings
from services.cash.shifts import Count
from services.errors import ServiceError
from services.payments import payments, undoing
from services.payments.payments import Report
from services.payments.undoing import Limits
from services.privacy import Vault
from services.transfers import credit_desk, credits, doubts, reversals, taking_back
from tests.officers import CANBO, GIAMSAT, VO, at_desk
from tests.services.transfers.test_credits import transfer
from tests.villagers import NOON, PAO

AMOUNT, LIMIT, CUTOFF = 1_000, 1_000, "23:55"  # every amount of one bill needs two officers
BILLS = st.sampled_from([0, 1])
PARTNERS = st.sampled_from(["viettel", "momo"])
NUMBERS = st.sampled_from(["1", "2"])
OFFICERS = st.sampled_from([at_desk(person) for person in (CANBO, VO, GIAMSAT)])
PICKS = st.integers(0, 5)
_years = itertools.count(2030)  # bills of a run are its own, so that runs share a database
_keys = itertools.count(1)


class _Crash(Exception):
    """The machine stops in the middle of a transaction."""


def _rows(query: str, *params) -> list[int]:
    return [row[0] for row in fetch(query, *params)]


class Money(RuleBasedStateMachine):
    """One customer with two bills, two partners, three officers."""

    vault = Vault("machine")

    def __init__(self) -> None:
        super().__init__()
        self.run, self.now = next(_years), NOON
        self.bills = [self._bill(month) for month in (1, 2)]
        self.books = self._totals()

    def _bill(self, month: int) -> str:
        write(lambda: Bill.create(
            code=PAO.code, year=self.run, month=month, from_date="2026-01-01",
            to_date="2026-01-31", old_index=0, new_index=1, kwh=1, subtotal=920, vat=80,
            total=AMOUNT, due_on="2026-02-20", bill_no=f"{self.run}-{month}"))
        return f"{PAO.code}-{self.run}{month:02}-1"

    def _totals(self) -> int:
        return fetch("SELECT COALESCE(SUM(amount), 0) FROM ledger_entry")[0][0]

    def _try(self, work: Callable[[], object]) -> None:
        """A refusal is an answer too; a defect is not."""
        before = self._counts()
        try:
            work()
        except ServiceError:
            # A look and an alarm stay on record; money does not move.
            assert self._counts() == before

    def _counts(self) -> list[tuple]:
        return fetch("SELECT (SELECT COUNT(*) FROM ledger_entry), (SELECT COUNT(*) FROM payment),"
                     " (SELECT COUNT(*) FROM refund), (SELECT COUNT(*) FROM cash_taking)")

    def _report(self, partner: str, number: str, bill: int, amount: int = AMOUNT) -> Report:
        return Report(partner, f"{self.run}:{number}", self.bills[bill], amount, self.now,
                      f"{bill} {amount}")

    @rule(partner=PARTNERS, number=NUMBERS, bill=BILLS)
    def pay(self, partner: str, number: str, bill: int) -> None:
        self._try(lambda: payments.post(self._report(partner, number, bill), self.now))

    @rule(partner=PARTNERS, bill=BILLS)
    def pay_a_wrong_amount(self, partner: str, bill: int) -> None:
        self._try(lambda: payments.post(self._report(partner, "w", bill, AMOUNT + 1), self.now))

    @rule(partner=PARTNERS, number=NUMBERS)
    def void(self, partner: str, number: str) -> None:
        self._try(lambda: payments.void(partner, f"{self.run}:{number}", "nhầm", CUTOFF, self.now))

    @rule(number=NUMBERS, bill=BILLS, amount=st.sampled_from([AMOUNT, AMOUNT - 1, 2 * AMOUNT]),
          named=st.booleans(), source=st.sampled_from(["sepay", "casso"]))
    def transfer(self, number: str, bill: int, amount: int, named: bool, source: str) -> None:
        text = f"{PAO.code} thang {bill + 1} nam {self.run}" if named else "tien dien"
        self._try(lambda: credits.record(transfer(
            amount, text, f"{self.run}:{number}", source=source, paid_at=self.now,
            bank_ref=f"FT{self.run}{bill}{amount:08}"), self.vault, self.now))

    @rule(pick=PICKS, bills=st.sets(BILLS, min_size=1), who=OFFICERS)
    def assign(self, pick: int, bills: set[int], who) -> None:
        credit = self._pick("SELECT id FROM bank_credit ORDER BY id DESC", pick)
        names = [self.bills[bill] for bill in bills]
        self._try(lambda: credit_desk.assign([credit], names, who, self.now))

    @rule(pick=PICKS, word=st.sampled_from(["keep", "owe", "separate", "dismiss"]))
    def decide(self, pick: int, word: str) -> None:
        credit = self._pick("SELECT id FROM bank_credit ORDER BY id DESC", pick)
        words = {"keep": lambda: credit_desk.keep(credit, PAO.code, "vo", "", self.now),
                 "owe": lambda: credit_desk.owe_back(credit, "vo", "", self.now),
                 "separate": lambda: doubts.separate(credit, at_desk(VO), "", self.vault, self.now),
                 "dismiss": lambda: doubts.dismiss(credit, at_desk(VO), "", self.now)}
        self._try(words[word])

    @rule(pick=PICKS, source=st.sampled_from(["sepay", "casso"]))
    def take_back(self, pick: int, source: str) -> None:
        """The bank takes a credit back."""
        credit = self._pick("SELECT id FROM bank_credit WHERE identity IS NOT NULL"
                            " ORDER BY id DESC", pick)
        row = transfer_records.get_by_id(credit)
        if row is not None and not row.identity.startswith("-"):
            number = row.bank_ref
            self._try(lambda: write(lambda: reversals.take(transfer(
                row.amount, "hoan tra", f"r{next(_keys)}", bank_ref=number, source=source,
                paid_at=self.now), self.vault, self.now)))

    @rule(pick=PICKS, who=OFFICERS, word=st.sampled_from(["gone", "stands", "agree", "no"]))
    def decide_what_was_taken_back(self, pick: int, who, word: str) -> None:
        credit = self._pick("SELECT id FROM bank_credit WHERE state = 'reversed'"
                            " ORDER BY id DESC", pick)
        words = {"agree": lambda: taking_back.agree(credit, who, self.now),
                 "no": lambda: taking_back.turn_down(credit, who, self.now)}
        self._try(words.get(word, lambda: taking_back.ask(credit, word, who, "báo", self.now)))

    @rule(who=OFFICERS, amount=st.sampled_from([0, 5_000]))
    def open_shift(self, who, amount: int) -> None:
        self._try(lambda: shifts.open_shift(who, amount, self.now))

    @rule(who=OFFICERS, bills=st.sets(BILLS, min_size=1), twice=st.booleans())
    def take_cash(self, who, bills: set[int], twice: bool) -> None:
        key, names = f"{next(_keys):032}", [self.bills[bill] for bill in bills]
        for _time in range(1 + twice):
            self._try(lambda: takings.take(who, PAO.code, names, 5_000, key, self.now))

    @rule(who=OFFICERS, counted=st.sampled_from([0, 5_000]), reason=st.sampled_from(["", "thiếu"]))
    def close_shift(self, who, counted: int, reason: str) -> None:
        self._try(lambda: shifts.close(who, Count({counted: 1} if counted else {}), reason,
                                       self.now))

    @rule(pick=PICKS, who=OFFICERS, limit=st.sampled_from([LIMIT, LIMIT * 9]))
    def undo(self, pick: int, who, limit: int) -> None:
        payment = self._pick("SELECT id FROM payment ORDER BY id DESC", pick)
        self._try(lambda: undoing.ask(who, payment, "nhầm", Limits(limit, limit), CUTOFF,
                                      self.now))

    @rule(pick=PICKS, who=OFFICERS, way=st.sampled_from(["cash", "transfer", "partner"]),
          limit=st.sampled_from([LIMIT, LIMIT * 9]))
    def propose(self, pick: int, who, way: str, limit: int) -> None:
        refund = self._pick("SELECT id FROM refund WHERE ended_at IS NULL ORDER BY id DESC", pick)
        self._try(lambda: refunds.propose(who, refund, way, "FT1", Limits(limit, limit),
                                            self.now))

    @rule(pick=PICKS, who=OFFICERS, yes=st.booleans())
    def second_officer(self, pick: int, who, yes: bool) -> None:
        refund = self._pick("SELECT id FROM refund WHERE ended_at IS NULL ORDER BY id DESC", pick)
        answer = refunds.approve if yes else refunds.turn_down
        self._try(lambda: answer(who, refund, Limits(LIMIT, LIMIT), self.now))

    def _pick(self, query: str, pick: int) -> int:
        found = _rows(f"{query} LIMIT 6")
        return found[pick % len(found)] if found else 0

    @rule(bill=BILLS)
    def crash(self, bill: int) -> None:
        """A payment was made, a shift opened, a bill settled, and then the machine stopped."""
        def work() -> None:
            payments.post(self._report("momo", f"crash {bill}", bill), self.now)
            shifts.open_shift(at_desk(VO), 1, self.now)
            raise _Crash
        before = self._counts()
        with pytest.raises((_Crash, ServiceError)):
            write(work)
        assert self._counts() == before

    @rule()
    def next_day(self) -> None:
        self.now += clock.DAY

    @precondition(lambda self: self.now > NOON)
    @rule(bill=BILLS)
    def books_clear(self, bill: int) -> None:
        """The billing system acknowledges a bill whose money has come."""
        month = bill + 1
        write(lambda: Bill.update(state="settled").where(
            (Bill.year == self.run) & (Bill.month == month) & (Bill.state == "received")).execute())

    @invariant()
    def nothing_contradicts_itself(self) -> None:
        assert list(checking_records.problems()) == []

    @invariant()
    def the_books_add_up_to_zero(self) -> None:
        assert self._totals() == self.books == 0

    @invariant()
    def nobody_has_two_open_drawers(self) -> None:
        assert all(len(_rows("SELECT id FROM cash_shift WHERE officer = ? AND state = 'open'",
                             name)) <= 1 for name in ("canbo", "vo", "giamsat"))
        assert all(cash_records.shift(shift).expected >= 0 for shift in _rows(
            "SELECT id FROM cash_shift"))

    @invariant()
    def receipts_have_no_gaps(self) -> None:
        numbers = sorted(int(number[-6:]) for (number,) in fetch("SELECT receipt_no FROM payment"
                         " WHERE receipt_no LIKE ?", f"{PAO.code[:6]}-2026-%"))
        assert numbers == list(range(1, len(numbers) + 1))


def test_no_order_of_events_loses_or_makes_money(app) -> None:
    run_state_machine_as_test(Money, settings=settings(
        max_examples=40, stateful_step_count=30, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow]))
