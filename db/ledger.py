"""The double-entry ledger: whoever reads or writes its rows does so here.

Every posting adds up to zero. No row is ever changed or deleted: what was wrong, or is taken back,
gets opposite entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import peewee as pw

from db import bulk, transfers
from db.connection import Model, fetch, fetch_row, require_write, run
from db.payments import Payment
from db.transfers import BankCredit

Of = Literal["payment", "credit", "shift", "refund"]
Side = tuple[str, int]  # (account, đ: debit above 0, credit below)


class LedgerEntry(Model):
    """One side of a posting: of a payment, a bank credit, a cash drawer or a refund."""

    payment = pw.ForeignKeyField(Payment, index=True, null=True)
    credit = pw.ForeignKeyField(BankCredit, index=True, null=True)
    shift_id = pw.IntegerField(index=True, null=True)
    refund_id = pw.IntegerField(index=True, null=True)
    account = pw.CharField(max_length=40)
    amount = pw.BigIntegerField()  # đ, debit positive, credit negative
    at = pw.BigIntegerField()


def post(of: Of, number: int, sides: Sequence[Side], now: int) -> None:
    """Append one posting of payment, bank credit, cash shift or refund `number`."""
    require_write()
    rows = ", ".join(["(?, ?, ?, ?)"] * len(sides))
    values = [value for account, amount in _balanced(sides)
              for value in (number, account, amount, now)]
    run(f"INSERT INTO ledger_entry ({of}_id, account, amount, at) VALUES {rows}", *values)


def post_payments(postings: Iterable[tuple[int, Sequence[Side], int]]) -> None:
    """Append the postings of many payments at once: (payment, its sides, epoch ms) of each."""
    require_write()
    bulk.load("ledger_entry", ("payment_id", "account", "amount", "at"), (
        (payment_id, account, amount, at) for payment_id, sides, at in postings
        for account, amount in _balanced(sides)))


def _balanced(sides: Sequence[Side]) -> Sequence[Side]:
    if sum(amount for _account, amount in sides) != 0:
        raise ValueError(f"unbalanced posting: {sides}")
    return sides


def reverse(payment_id: int, now: int) -> int:
    """Append the opposite of a payment's entries; returns how many."""
    require_write()
    return run("INSERT INTO ledger_entry (payment_id, account, amount, at)"
               " SELECT payment_id, account, -amount, ? FROM ledger_entry WHERE payment_id = ?"
               " ORDER BY id", now, payment_id)


# The accounts on which the payer's own money arrives; the rest of a payment is the funders'.
_PAYER = "(e.account = 'partner:' || p.partner OR SUBSTR(e.account, 1, 5) = 'cash:')"


def turn_into_refund(payment_id: int, now: int) -> int:
    """Append the opposite of a payment's entries, but owe what the payer gave instead of
    taking it from where it came; returns how many."""
    require_write()
    return run("INSERT INTO ledger_entry (payment_id, account, amount, at)"
               f" SELECT e.payment_id, CASE WHEN {_PAYER} THEN 'payable:refunds'"
               " ELSE e.account END, -e.amount, ? FROM ledger_entry e"
               " JOIN payment p ON p.id = e.payment_id WHERE p.id = ? ORDER BY e.id",
               now, payment_id)


def paid_in(payment_id: int) -> int:
    """đ of a payment that the payer gave."""
    return int(fetch_row("SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entry e JOIN payment p"
                         f" ON p.id = e.payment_id WHERE p.id = ? AND {_PAYER}", payment_id)[0])


def owe_part(payment_id: int, amount: int, now: int) -> int:
    """`amount` đ of what a payment paid for its bill no longer do so: owe the payer their money,
    and ask a promotion's funders for what is left of it no more. Returns what the payer gets."""
    require_write()
    paid = dict(fetch("SELECT account, SUM(amount) FROM ledger_entry WHERE payment_id = ?"
                      " GROUP BY account ORDER BY account", payment_id))
    funders = {account: int(part) for account, part in paid.items()
               if account.startswith("promotion:") and part > 0}
    back = min(amount, -int(paid["receivable:bills"]) - sum(funders.values()))
    sides, left = [("receivable:bills", amount), ("payable:refunds", -back)], amount - back
    for account, part in funders.items():
        taken = min(part, left)
        sides.append((account, -taken))
        left -= taken
    post("payment", payment_id, [side for side in sides if side[1]], now)
    return back


def payable(payment_id: int) -> int:
    """đ of a payment that are owed back by its entries."""
    return int(fetch_row("SELECT COALESCE(-SUM(amount), 0) FROM ledger_entry WHERE payment_id = ?"
                         " AND account = 'payable:refunds'", payment_id)[0])


def unbalanced_payments() -> list[int]:
    """Payments whose entries do not add up to zero, or that have none."""
    return [payment_id for (payment_id,) in fetch(
        "SELECT p.id FROM payment p LEFT JOIN ledger_entry e ON e.payment_id = p.id"
        " GROUP BY p.id HAVING COUNT(e.id) < 2 OR SUM(e.amount) <> 0 ORDER BY p.id")]


def unbalanced_credits() -> list[int]:
    """Bank credits whose entries do not add up to zero, or that should have some and have
    none."""
    return [credit_id for (credit_id,) in fetch(
        "SELECT c.id FROM bank_credit c LEFT JOIN ledger_entry e ON e.credit_id = c.id"
        " GROUP BY c.id, c.state, c.before HAVING COALESCE(SUM(e.amount), 0) <> 0"
        f" OR (COUNT(e.id) < 2 AND {transfers.COUNTS}) ORDER BY c.id")]


# Where the ledger and the other records contradict each other: queries for `db/checking.py`.
HELD_BUT_NOT_LEFT = (
    "SELECT held FROM (SELECT COALESCE((SELECT SUM(amount) FROM ledger_entry"
    " WHERE account = 'unapplied:credits'), 0)"
    ' + COALESCE((SELECT SUM("left") FROM bank_credit), 0) AS held) AS sums WHERE held <> 0')
# The source owes us what counts, and nothing of what does not.
MISCOUNTED = (
    "SELECT c.id FROM bank_credit c LEFT JOIN ledger_entry e ON e.credit_id = c.id"
    " AND e.account = 'partner:' || c.source GROUP BY c.id, c.state, c.before, c.amount"
    f" HAVING COALESCE(SUM(e.amount), 0) <> CASE WHEN {transfers.COUNTS} THEN c.amount"
    " ELSE 0 END")
OWED_BUT_NOT_DUE = (
    "SELECT owed FROM (SELECT COALESCE((SELECT SUM(amount) FROM ledger_entry"
    " WHERE account = 'payable:refunds'), 0) + COALESCE((SELECT SUM(amount) FROM refund"
    " WHERE state IN ('due', 'proposed')), 0) AS owed) AS sums WHERE owed <> 0")
WRONG_REFUNDS = (
    "SELECT r.id FROM refund r LEFT JOIN ledger_entry e ON e.refund_id = r.id"
    " GROUP BY r.id, r.state, r.amount HAVING COALESCE(SUM(e.amount), 0) <> 0"
    " OR COALESCE(SUM(ABS(e.amount)), 0) <> CASE r.state WHEN 'given' THEN 2 * r.amount ELSE 0"
    " END")
WRONG_DRAWERS = (
    "SELECT s.id FROM cash_shift s WHERE COALESCE((SELECT SUM(e.amount) FROM ledger_entry e"
    " WHERE e.account = 'cash:' || s.id), 0)"
    " <> CASE s.state WHEN 'open' THEN s.expected ELSE 0 END")
UNBALANCED_SHIFTS = (
    "SELECT shift_id FROM ledger_entry WHERE shift_id IS NOT NULL"
    " GROUP BY shift_id HAVING SUM(amount) <> 0")
PAYABLE_BUT_NOT_DUE = (
    "SELECT p.id FROM payment p WHERE COALESCE((SELECT -SUM(e.amount) FROM ledger_entry e"
    " WHERE e.payment_id = p.id AND e.account = 'payable:refunds'), 0)"
    " <> COALESCE((SELECT SUM(r.amount) FROM refund r WHERE r.payment_id = p.id"
    " AND r.state IN ('due', 'proposed', 'given')), 0)")
