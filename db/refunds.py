"""Money that is due back to a customer, and who gave it back how."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db import paging
from db.connection import Model, fetch, fetch_one, fetch_row, require_write, run
from db.paging import Bookmark, Page, Reach

# asked: an officer wants a payment undone, a second one must agree. due: the money is owed.
# proposed: somebody says how it goes back, a second one must agree. given: it went back.
# cancelled: nothing is owed after all. credited: the undone payment's transfer holds it again.
ASKED, DUE, PROPOSED, GIVEN, CANCELLED, CREDITED = (
    "asked", "due", "proposed", "given", "cancelled", "credited")
DOUBLE, UNDONE, CREDIT = "double", "undone", "credit"  # why
# Also why: the company lowered or cancelled the bill, or its books had cleared it before.
LOWERED, CANCEL, CLEARED = "lowered", "cancel", "cleared"
CASH, TRANSFER, PARTNER = "cash", "transfer", "partner"  # ways


class Refund(Model):
    """One amount due back: of a payment, or of a bank credit. At most one for a payment that
    is neither cancelled nor credited, besides what lowerings gave back (partial unique index)."""

    payment_id = pw.IntegerField(null=True, index=True)
    credit_id = pw.IntegerField(null=True, index=True)
    code = pw.CharField(max_length=13, default="")
    amount = pw.BigIntegerField()
    why = pw.CharField(max_length=8)
    state = pw.CharField(max_length=10)
    reason = pw.CharField(max_length=200, default="")
    way = pw.CharField(max_length=8, default="")
    evidence = pw.CharField(max_length=80, default="")  # a voucher's or transfer's number
    created_at = pw.BigIntegerField()
    proposed_by = pw.CharField(max_length=40, default="")  # also who asked for undoing
    proposed_at = pw.BigIntegerField(null=True)
    approved_by = pw.CharField(max_length=40, default="")
    ended_at = pw.BigIntegerField(null=True)
    shift_id = pw.IntegerField(null=True, index=True)  # cash: the drawer it came from

    class Meta:
        indexes = ((("state", "created_at", "id"), False), (("ended_at", "id"), False))


class RefundRow(NamedTuple):
    """A refund as the back office and the screens need it."""

    id: int
    payment_id: int | None
    credit_id: int | None
    code: str
    amount: int
    why: str
    state: str
    reason: str
    way: str
    evidence: str
    created_at: int
    proposed_by: str
    proposed_at: int | None
    approved_by: str
    ended_at: int | None
    shift_id: int | None


_COLUMNS = ", ".join(RefundRow._fields)


def add(payment_id: int | None, credit_id: int | None, code: str, amount: int, why: str,
        now: int, state: str = DUE, reason: str = "", officer: str = "") -> int | None:
    """Record what is due back, or asked for; its id. None: the payment has one already."""
    found = fetch(
        "INSERT INTO refund (payment_id, credit_id, code, amount, why, state, reason, way,"
        " evidence, created_at, proposed_by, approved_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, '') ON CONFLICT DO NOTHING RETURNING id",
        payment_id, credit_id, code, amount, why, state, reason[:200], now, officer)
    return found[0][0] if found else None


def get(refund_id: int) -> RefundRow | None:
    """A refund, or None."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM refund WHERE id = ?", refund_id)
    return RefundRow._make(row) if row else None


def of_payment(payment_id: int) -> RefundRow | None:
    """What was last due back, or asked for, of a payment; None when nothing ever was."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM refund WHERE payment_id = ?"
                    " ORDER BY id DESC LIMIT 1", payment_id)
    return RefundRow._make(row) if row else None


def waiting(states: tuple[str, ...], reach: Reach, after: Bookmark | None) -> Page[RefundRow]:
    """Refunds in any of `states` whose customer is within reach or not known, the longest waiting
    first, from `after` on."""
    rows = paging.waiting("refund", _COLUMNS, "created_at", states, reach, after)
    return paging.cut(map(RefundRow._make, rows), lambda refund: (refund.created_at, refund.id))


def ended(reach: Reach, after: Bookmark | None) -> Page[RefundRow]:
    """Refunds that are over, the last first, from `after` on."""
    within, communes = paging.of_customers_in(reach)
    since = "" if after is None else "AND (ended_at, id) < (?, ?)"
    rows = fetch(f"SELECT {_COLUMNS} FROM refund WHERE ended_at IS NOT NULL AND {within} {since}"
                 " ORDER BY ended_at DESC, id DESC LIMIT ?", *communes, *(after or ()),
                 paging.SIZE + 1)
    return paging.cut(map(RefundRow._make, rows),
                      lambda refund: (refund.ended_at or 0, refund.id), newest_first=True)


def count(states: tuple[str, ...], reach: Reach) -> int:
    """How many refunds within reach are in any of `states`; not counted beyond
    paging.MOST_COUNTED."""
    return paging.count("refund", states, reach)


def sum_of(officer: str, since: int, until: int, apart_from: int = 0) -> int:
    """đ that this officer asked to undo or to give back from `since` until before `until` (ms),
    besides one refund."""
    return fetch_row("SELECT COALESCE(SUM(amount), 0) FROM refund WHERE proposed_by = ?"
                     " AND COALESCE(proposed_at, created_at) >= ?"
                     " AND COALESCE(proposed_at, created_at) < ?"
                     " AND state <> 'cancelled' AND id <> ?",
                     officer, since, until, apart_from)[0]


def hold_sum_of(officer: str) -> None:
    """Until the transaction ends, nobody else reckons this officer's sum. Call inside `write`."""
    require_write()
    run("UPDATE officer SET role = role WHERE name = ?", officer)


def holds(payment_id: int) -> bool:
    """True when a payment's money is, or was, given back by us and not by its partner."""
    return fetch_one("SELECT 1 FROM refund WHERE payment_id = ? AND state <> 'cancelled'",
                     payment_id) is not None


def cancel(payment_id: int, now: int) -> bool:
    """Asked or due → cancelled, because its partner took the payment back. True when this
    call did it."""
    return run("UPDATE refund SET state = 'cancelled', ended_at = ?"
               " WHERE payment_id = ? AND state IN ('asked', 'due')", now, payment_id) == 1


def cancel_of_credit(credit_id: int, now: int) -> int:
    """Due or proposed → cancelled, because the bank took the credit back; returns the đ."""
    return sum(amount for (amount,) in fetch(
        "UPDATE refund SET state = 'cancelled', ended_at = ? WHERE credit_id = ?"
        " AND state IN ('due', 'proposed') RETURNING amount", now, credit_id))


def drop(payment_id: int, now: int) -> int:
    """What is asked for, due or proposed of a payment → cancelled, because the bank took its
    transfer back; returns the đ that are given back already."""
    run("UPDATE refund SET state = 'cancelled', ended_at = ? WHERE payment_id = ?"
        " AND state IN ('asked', 'due', 'proposed')", now, payment_id)
    return fetch_row("SELECT COALESCE(SUM(amount), 0) FROM refund WHERE payment_id = ?"
                     " AND state = 'given'", payment_id)[0]


def withdraw(payment_id: int, now: int) -> bool:
    """Asked → cancelled: the company took the bill back, so nobody need agree to undoing its
    payment any more. True when this call did it."""
    return run("UPDATE refund SET state = 'cancelled', ended_at = ?"
               " WHERE payment_id = ? AND state = 'asked'", now, payment_id) == 1


def take_lowerings_back(payment_id: int, now: int) -> bool:
    """What lowerings of its bill owe of a payment: due → cancelled, because the whole payment is
    undone. False when some of it is on its way back already."""
    run("UPDATE refund SET state = 'cancelled', ended_at = ?"
        " WHERE payment_id = ? AND why = 'lowered' AND state = 'due'", now, payment_id)
    return fetch_one("SELECT 1 FROM refund WHERE payment_id = ? AND why = 'lowered'"
                     " AND state <> 'cancelled'", payment_id) is None


def propose(refund_id: int, officer: str, way: str, evidence: str, now: int) -> bool:
    """Due → proposed. True when this call did it."""
    return run("UPDATE refund SET state = 'proposed', proposed_by = ?, proposed_at = ?, way = ?,"
               " evidence = ? WHERE id = ? AND state = 'due'",
               officer, now, way, evidence, refund_id) == 1


def give(refund_id: int, officer: str, approver: str, shift_id: int | None, now: int) -> bool:
    """Proposed by `officer` → given. `approver`: "" below the amount that needs a second one."""
    return run("UPDATE refund SET state = 'given', approved_by = ?, shift_id = ?, ended_at = ?"
               " WHERE id = ? AND state = 'proposed' AND proposed_by = ?"
               " AND proposed_by <> ?", approver, shift_id, now, refund_id, officer,
               approver) == 1


def owe(refund_id: int, approver: str) -> bool:
    """Asked → due: the payment is undone. True when this call did it."""
    return run("UPDATE refund SET state = 'due', approved_by = ?"
               " WHERE id = ? AND state = 'asked' AND proposed_by <> ?",
               approver, refund_id, approver) == 1


def credit(refund_id: int, approver: str, now: int) -> bool:
    """Asked → credited: the payment is undone, its transfer holds the money again."""
    return run("UPDATE refund SET state = 'credited', approved_by = ?, ended_at = ?"
               " WHERE id = ? AND state = 'asked' AND proposed_by <> ?",
               approver, now, refund_id, approver) == 1


def turn_down(found: RefundRow, officer: str, now: int) -> bool:
    """Asked → cancelled, proposed → due: somebody does not agree to what was read."""
    if found.state == ASKED:
        return run("UPDATE refund SET state = 'cancelled', approved_by = ?, ended_at = ?"
                   " WHERE id = ? AND state = 'asked'", officer, now, found.id) == 1
    return run("UPDATE refund SET state = 'due', way = '', evidence = '', proposed_by = ''"
               " WHERE id = ? AND state = 'proposed' AND proposed_by = ?",
               found.id, found.proposed_by) == 1


def reopen_bill(bill_id: int, payment_id: int) -> bool:
    """Received or settled → unpaid, because an officer undid the payment that holds it."""
    return run("UPDATE bill SET state = 'unpaid', paid_at = NULL, payment_id = NULL"
               " WHERE id = ? AND payment_id = ? AND state IN ('received', 'settled')",
               bill_id, payment_id) == 1
