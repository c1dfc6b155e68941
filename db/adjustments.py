"""What the company changed on bills after they were made: documents, and what waits.

A document (BillAdjustment) is kept for ever; `services/importing/adjusting.py` brings them in.
"""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.bills import Bill
from db.connection import Model, fetch, fetch_one, require_write, run

CANCEL, LOWER, CREDIT, CLEARED = "cancel", "lower", "credit", "cleared"


class BillAdjustment(Model):
    """One document about one bill. `amount`: of a cancelled bill what it was, of a lowered one
    what it is now, of a credit note what it gives."""

    bill = pw.ForeignKeyField(Bill, index=False)
    code = pw.CharField(max_length=13)
    kind = pw.CharField(max_length=8)
    amount = pw.BigIntegerField()
    day = pw.CharField(max_length=10)  # of the document
    reduction = pw.BigIntegerField(default=0)  # đ by which the bill became smaller
    payment_id = pw.IntegerField(null=True, index=True)  # that held the bill at that time
    at = pw.BigIntegerField()
    ended_at = pw.BigIntegerField(null=True)  # a credit note: when it was set off
    ended_by = pw.CharField(max_length=40, default="")

    class Meta:
        indexes = ((("bill", "kind", "amount", "day"), True),)


class BillCorrection(Model):
    """What the newest file says of a bill that is paid: it counts as soon as the payment is taken
    back."""

    bill = pw.ForeignKeyField(Bill, unique=True)
    from_date = pw.CharField(max_length=10)
    to_date = pw.CharField(max_length=10)
    old_index = pw.IntegerField()
    new_index = pw.IntegerField()
    kwh = pw.IntegerField()
    subtotal = pw.BigIntegerField()
    vat = pw.BigIntegerField()
    total = pw.BigIntegerField()
    due_on = pw.CharField(max_length=10)
    bill_no = pw.CharField(max_length=40)
    at = pw.BigIntegerField()


CORRECTED = ("from_date", "to_date", "old_index", "new_index", "kwh", "subtotal", "vat", "total",
             "due_on", "bill_no")


class AdjustmentRow(NamedTuple):
    """A document as screens show it."""

    id: int
    bill_id: int
    code: str
    kind: str
    amount: int
    day: str
    reduction: int
    payment_id: int | None
    at: int
    ended_at: int | None
    ended_by: str


_COLUMNS = ", ".join(AdjustmentRow._fields)


def of_bill(bill_id: int) -> list[AdjustmentRow]:
    """The documents about a bill, oldest first."""
    return [AdjustmentRow._make(row) for row in fetch(
        f"SELECT {_COLUMNS} FROM bill_adjustment WHERE bill_id = ? ORDER BY id", bill_id)]


def credit_notes(code: str) -> list[AdjustmentRow]:
    """A customer's credit notes that nobody has set off yet, oldest first."""
    return [AdjustmentRow._make(row) for row in fetch(
        f"SELECT {_COLUMNS} FROM bill_adjustment WHERE code = ? AND kind = 'credit'"
        " AND ended_at IS NULL ORDER BY day, id", code)]


def get(adjustment_id: int) -> AdjustmentRow | None:
    """A document, or None."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM bill_adjustment WHERE id = ?", adjustment_id)
    return AdjustmentRow._make(row) if row else None


def set_off(adjustment_id: int, officer: str, now: int) -> bool:
    """A standing credit note → set off. True when this call did it."""
    return run("UPDATE bill_adjustment SET ended_at = ?, ended_by = ? WHERE id = ?"
               " AND kind = 'credit' AND ended_at IS NULL", now, officer, adjustment_id) == 1


def waiting_total(bill_id: int) -> int | None:
    """đ that the newest file says of a paid bill, where it differs; None when it does not."""
    row = fetch_one("SELECT total FROM bill_correction WHERE bill_id = ?", bill_id)
    return row[0] if row else None


def apply_correction(bill_id: int, now: int) -> bool:
    """A paid bill is unpaid again: what the newest file said meanwhile is its content now. True
    when there was something. Call in the transaction that made it unpaid."""
    require_write()
    assigned = ", ".join(f"{name} = n.{name}" for name in CORRECTED)
    done = run(f"UPDATE bill AS b SET {assigned}, lowered = 0, corrected_at = CASE"
               " WHEN n.total <> b.total THEN ? ELSE b.corrected_at END,"
               " state = CASE WHEN n.total = 0 THEN 'settled' ELSE b.state END"
               " FROM bill_correction n WHERE n.bill_id = b.id AND b.id = ?"
               " AND b.state = 'unpaid'", now, bill_id)
    run("DELETE FROM bill_correction WHERE bill_id = ?", bill_id)
    return done == 1
