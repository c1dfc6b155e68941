"""Electricity bills, one for each customer, month and kỳ."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, run
from db.customers import Customer

UNPAID, RECEIVED, SETTLED, ELSEWHERE, CANCELLED = (
    "unpaid", "received", "settled", "elsewhere", "cancelled")
# What every look-up asks for. As the partial index `bill_open` says it, word for word, or SQLite
# does not use it; beside it the exact state may be asked for.
OPEN = "state IN ('unpaid', 'received')"


class Bill(Model):
    """A bill from the billing system. `received`: the money came in; `settled`: the
    company's own books have cleared it (đã gạch nợ); `elsewhere`: they cleared it without a payment
    of ours; `cancelled`: the company took it back. subtotal + vat - lowered = total."""

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
    state = pw.CharField(max_length=10, default=UNPAID)
    paid_at = pw.BigIntegerField(null=True)
    payment_id = pw.IntegerField(null=True)  # the payment that settled it
    lowered = pw.BigIntegerField(default=0)  # đ taken off by the company after it was made
    corrected_at = pw.BigIntegerField(null=True)  # when the company last changed the total

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
    lowered: int = 0
    corrected_at: int | None = None

    @property
    def public_id(self) -> str:
        """The bill's name outside: CODE-YYYYMM-KY."""
        return f"{self.code}-{self.name}"

    @property
    def name(self) -> str:
        """The bill's name among those of its customer: YYYYMM-KY."""
        return f"{self.year}{self.month:02}-{self.ky}"


_COLUMNS = ", ".join(BillRow._fields)


def unpaid(code: str) -> list[BillRow]:
    """Unpaid bills of a customer, oldest first."""
    rows = fetch(f"SELECT {_COLUMNS} FROM bill WHERE code = ? AND {OPEN} AND state = 'unpaid'"
                 " ORDER BY year, month, ky", code)
    return [BillRow._make(row) for row in rows]


_OF_BILL = ", ".join(f"b.{name}" for name in BillRow._fields)


# đ of the company's credit notes that nobody has set off yet.
_CREDITED = ("(SELECT CAST(COALESCE(SUM(a.amount), 0) AS BIGINT) FROM bill_adjustment a"
             " WHERE a.code = c.code AND a.kind = 'credit' AND a.ended_at IS NULL)")


def open_of(code: str) -> tuple[str, list[BillRow], int] | None:
    """(customer's name, bills unpaid or received, oldest first, đ credited by the company) in
    one query (hot path); None for an unknown code."""
    rows = fetch(f"SELECT c.name, {_CREDITED}, {_OF_BILL} FROM customer c LEFT JOIN bill b"
                 f" ON b.code = c.code AND b.{OPEN} WHERE c.code = ?"
                 " ORDER BY b.year, b.month, b.ky", code)
    if not rows:
        return None
    bills = [BillRow._make(row[2:]) for row in rows if row[2] is not None]
    return rows[0][0], bills, rows[0][1]


class Caller(NamedTuple):
    """Who texts about a code: what the answer needs to know besides the bills."""

    name: str  # the customer's
    own_codes: int | None  # how many codes the phone is on file for; None: not for this one
    state: str | None  # of the phone's Conversation, this and the next; None: no row
    expires_at: int | None
    last_code: str | None
    accents: int | None
    turn: int | None
    credited: int  # đ, by the company's credit notes
    alike: int  # equal texts of the phone that were answered of late


_OF_CALLER = len(Caller._fields)


def unpaid_for_phone(code: str, phone_hash: str, text: str,
                     since: int) -> tuple[Caller, list[BillRow]] | None:
    """`open_of` for who texts about it, still in one query (hot path); None for an unknown
    code. `since`: from when on equal texts are counted (ms)."""
    rows = fetch("SELECT c.name, CASE WHEN p.id IS NOT NULL THEN (SELECT COUNT(*) FROM"
                 " customer_phone q WHERE q.phone_hash = p.phone_hash) END,"
                 f" t.state, t.expires_at, t.last_code, t.accents, t.turn, {_CREDITED},"
                 " (SELECT COUNT(*) FROM inbound_message i WHERE i.phone_hash = ?"
                 f" AND i.received_at > ? AND i.text = ? AND i.reply <> ''), {_OF_BILL}"
                 " FROM customer c"
                 " LEFT JOIN customer_phone p ON p.code = c.code AND p.phone_hash = ?"
                 " LEFT JOIN conversation t ON t.phone_hash = ?"
                 f" LEFT JOIN bill b ON b.code = c.code AND b.{OPEN}"
                 " WHERE c.code = ? ORDER BY b.year, b.month, b.ky",
                 phone_hash, since, text, phone_hash, phone_hash, code)
    if not rows:
        return None
    return (Caller._make(rows[0][:_OF_CALLER]),
            [BillRow._make(row[_OF_CALLER:]) for row in rows if row[_OF_CALLER] is not None])


def latest(code: str, most: int = 12) -> list[BillRow]:
    """The newest bills of a customer, newest first."""
    rows = fetch(f"SELECT {_COLUMNS} FROM bill WHERE code = ?"
                 " ORDER BY year DESC, month DESC, ky DESC LIMIT ?", code, most)
    return [BillRow._make(row) for row in rows]


def last_paid(code: str, most: int) -> list[Bill]:
    """The newest bills of a customer that are paid, newest first."""
    query = Bill.select().where((Bill.code == code) & Bill.state.not_in([UNPAID, CANCELLED]))
    return list(query.order_by(Bill.year.desc(), Bill.month.desc(), Bill.ky.desc()).limit(most))


def newest(code: str) -> Bill | None:
    """The newest bill of a customer that stands, with its meter readings, or None."""
    query = Bill.select().where((Bill.code == code) & (Bill.state != CANCELLED))
    return query.order_by(Bill.year.desc(), Bill.month.desc(), Bill.ky.desc()).first()


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


def get_with_readings(bill_id: int) -> Bill | None:
    """One bill by its row id with its period and meter readings, or None."""
    return Bill.get_or_none(id=bill_id)


def mark_received(bill: BillRow, payment_id: int, now: int) -> bool:
    """Unpaid → received, for one payment only. True when this payment won; False also when
    an import corrected the total after `bill` was read."""
    return run("UPDATE bill SET state = 'received', paid_at = ?, payment_id = ?"
               " WHERE id = ? AND state = 'unpaid' AND total = ?",
               now, payment_id, bill.id, bill.total) == 1


def release(bill_id: int, payment_id: int) -> bool:
    """Received → unpaid, when `payment_id` is taken back; a cancelled bill stays cancelled. False
    when the company's own books have cleared the bill, or another payment holds it."""
    return run("UPDATE bill SET state = CASE state WHEN 'received' THEN 'unpaid' ELSE state END,"
               " paid_at = NULL, payment_id = NULL WHERE id = ? AND payment_id = ?"
               " AND state IN ('received', 'cancelled')", bill_id, payment_id) == 1
