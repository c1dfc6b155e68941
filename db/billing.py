"""Electricity bills, one a customer, month and kỳ."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, run
from db.customers import Customer

UNPAID, RECEIVED, SETTLED = "unpaid", "received", "settled"


class Bill(Model):
    """A bill from the billing system. `received`: the money came in; `settled`: the
    company's own books have cleared it (đã gạch nợ)."""

    code = pw.ForeignKeyField(Customer, column_name="code", index=False)
    year = pw.IntegerField()
    month = pw.IntegerField()
    ky = pw.IntegerField(default=1)
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
    state = pw.CharField(max_length=8, default=UNPAID)
    paid_at = pw.BigIntegerField(null=True)
    payment_id = pw.IntegerField(null=True)  # the payment that settled it

    class Meta:
        indexes = ((("code", "year", "month", "ky"), True),)


class BillRow(NamedTuple):
    """What the doors show of a bill."""

    id: int
    code: str
    year: int
    month: int
    ky: int
    kwh: int
    subtotal: int
    vat: int
    total: int
    due_on: str
    state: str
    payment_id: int | None

    @property
    def public_id(self) -> str:
        """The bill's name outside: CODE-YYYYMM-KY."""
        return f"{self.code}-{self.year}{self.month:02}-{self.ky}"


_COLUMNS = ", ".join(BillRow._fields)


def unpaid(code: str) -> list[BillRow]:
    """Unpaid bills of a customer, oldest first."""
    rows = fetch(f"SELECT {_COLUMNS} FROM bill WHERE code = ? AND state = 'unpaid'"
                 " ORDER BY year, month, ky", code)
    return [BillRow._make(row) for row in rows]


def latest(code: str, most: int = 12) -> list[BillRow]:
    """The newest bills of a customer, newest first."""
    rows = fetch(f"SELECT {_COLUMNS} FROM bill WHERE code = ?"
                 " ORDER BY year DESC, month DESC, ky DESC LIMIT ?", code, most)
    return [BillRow._make(row) for row in rows]


def get(code: str, year: int, month: int, ky: int) -> BillRow | None:
    """One bill by its natural key, or None."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM bill"
                    " WHERE code = ? AND year = ? AND month = ? AND ky = ?",
                    code, year, month, ky)
    return BillRow._make(row) if row else None


def get_by_id(bill_id: int) -> BillRow | None:
    """One bill by its row id, or None."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM bill WHERE id = ?", bill_id)
    return BillRow._make(row) if row else None


def mark_received(bill_id: int, payment_id: int, now: int) -> bool:
    """Unpaid → received, for one payment only. True when this payment won."""
    return run("UPDATE bill SET state = 'received', paid_at = ?, payment_id = ?"
               " WHERE id = ? AND state = 'unpaid'", now, payment_id, bill_id) == 1
