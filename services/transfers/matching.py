"""Which bills a transfer pays: certain only when its text names them and the amount is theirs to
the đồng."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from db import bills as bill_records
from db import customers as customer_records
from db import ledger
from db import payments as payment_records
from db import transfers as transfer_records
from db.bills import BillRow
from db.transfers import CreditRow
from services.bills.due import paid_by
from services.payments import payments
from services.payments.payments import Posting, Report
from services.transfers import references
from services.transfers.references import Reference

HELD = "unapplied:credits"  # the ledger's account of money between arrival and bill
MOST_BILLS = 36  # looked through when a month is named: three years
_LONGEST = 64  # characters of a payment's number


class Decision(NamedTuple):
    """What a credit is: its state, the customer if it is one, the bills it settles."""

    state: str
    code: str = ""
    bills: tuple[BillRow, ...] = ()


class Beaten(Exception):
    """What the decision rested on changed before it was written."""


def decide(text: str, amount: int) -> Decision:
    """What a transfer of `amount` with this text is, by today's bills."""
    named = [ref for ref in references.find(text) if customer_records.name_of(ref.code) is not None]
    if not named:
        return Decision(transfer_records.UNMATCHED)
    code = named[0].code if len(named) == 1 else ""
    due = tuple(bill for ref in sorted(named) for bill in _due(ref))
    if not due:
        return Decision(transfer_records.ALREADY_PAID, code)
    pays = paid_by(amount, due, everything=len(named) == 1 and not named[0].periods)
    if not pays:
        total = sum(bill.total for bill in due)
        return Decision(transfer_records.UNDER if amount < total else transfer_records.OVER, code)
    if any(_was_voided(bill) for bill in pays):
        return Decision(transfer_records.AFTER_VOID, code)
    return Decision(transfer_records.MATCHED, code, pays)


def _due(ref: Reference) -> list[BillRow]:
    """The unpaid bills that a reference names, oldest first."""
    unpaid = bill_records.unpaid(ref.code)
    if not ref.periods:
        return unpaid
    history = bill_records.latest(ref.code, MOST_BILLS)
    named = {(bill.year, bill.month) for period in ref.periods
             for bill in _of_period(history, unpaid, *period)}
    chosen = [bill for bill in unpaid if (bill.year, bill.month) in named]
    # "thang 11" of somebody who pays in November what October cost: there is no such bill.
    unclear = not named or (not chosen and not ref.sure)
    return unpaid if unclear else chosen


def _of_period(history: list[BillRow], unpaid: list[BillRow], month: int,
               year: int | None) -> list[BillRow]:
    """The bills of a month; without a year those unpaid, or else the newest."""
    if year is not None:
        return [bill for bill in history if (bill.year, bill.month) == (year, month)]
    same = [bill for bill in history if bill.month == month]
    return [bill for bill in unpaid if bill.month == month] or same[:1]


def _was_voided(bill: BillRow) -> bool:
    # Is this the voided payment's own money, or new money? An officer can tell.
    return any(payment.voided_at is not None for payment in payment_records.of_bill(bill.id))


def settle(credit: CreditRow, decision: Decision, now: int) -> CreditRow:
    """Pay the bills of a decision out of a credit; raises Beaten when one is no longer owed."""
    for bill in decision.bills:
        paid, new = pay(credit, bill, now, alone=len(decision.bills) == 1)
        if not new or paid.payment.state != payment_records.POSTED:
            raise Beaten
        transfer_records.use(credit.id, paid.payment.id, bill.total)
    if not transfer_records.decide(credit, transfer_records.MATCHED, 0, decision.code):
        raise Beaten
    return credit._replace(left=0, state=transfer_records.MATCHED)


def pay(credit: CreditRow, bill: BillRow, now: int, alone: bool = False) -> tuple[Posting, bool]:
    """Post a payment of a whole bill out of money that is held, under a number of this attempt."""
    return payments.post(Report(
        credit.source, _attempt(credit, bill, alone), bill.public_id, bill.total, credit.paid_at,
        credit.body_digest, funds=HELD), now)


def _attempt(credit: CreditRow, bill: BillRow, alone: bool) -> str:
    """A number that no payment has: what was undone can be done again. The first attempt for one
    bill goes by the bank's own number."""
    base = credit.txn_id[:_LONGEST - 20]
    numbers = itertools.chain([credit.txn_id] if alone else [], [f"{base}#{bill.id}"],
                              (f"{base}#{bill.id}.{again}" for again in itertools.count(2)))
    return next(number for number in numbers
                if payment_records.get(credit.source, number) is None)


def arrive(credit: CreditRow, now: int) -> None:
    """The ledger's side of money that has come: the source owes it to us, we hold it."""
    ledger.post("credit", credit.id, [(f"partner:{credit.source}", credit.amount),
                                      (HELD, -credit.amount)], now)


def leave(credit: CreditRow, now: int) -> None:
    """The opposite: money that is whole and held did not come after all, or is told elsewhere."""
    ledger.post("credit", credit.id, [(HELD, credit.amount),
                                      (f"partner:{credit.source}", -credit.amount)], now)
