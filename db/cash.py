"""Cash at the counter: officers' shifts, and what was taken in each."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db import paging
from db.connection import Model, fetch, fetch_one, require_write, run
from db.paging import Bookmark, Page

OPEN, CLOSED = "open", "closed"


class CashShift(Model):
    """One officer's drawer from opening to count; at most one open for an officer (partial
    unique index). A closed one never changes, but for who agreed to its difference."""

    officer = pw.CharField(max_length=40, index=True)
    state = pw.CharField(max_length=8, default=OPEN)
    opened_at = pw.BigIntegerField(index=True)
    float_amount = pw.BigIntegerField()  # đ in the drawer at the start
    expected = pw.BigIntegerField()  # đ: float + taken - given back in cash
    counted = pw.BigIntegerField(null=True)  # đ, once closed
    notes = pw.TextField(default="")  # JSON {denomination: how many}, once closed
    reason = pw.CharField(max_length=200, default="")  # of a difference
    closed_at = pw.BigIntegerField(null=True)
    agreed_by = pw.CharField(max_length=40, default="")  # the second person's word on a difference


class CashTaking(Model):
    """One handing over of cash, for one or several bills of a customer."""

    shift = pw.ForeignKeyField(CashShift, index=True)
    form_key = pw.CharField(max_length=32, unique=True)  # the form that was sent, once
    code = pw.CharField(max_length=13, index=True)
    due = pw.BigIntegerField()
    handed = pw.BigIntegerField()
    at = pw.BigIntegerField()


class CashPart(Model):
    """A payment made out of a taking."""

    taking = pw.ForeignKeyField(CashTaking, index=True)
    payment_id = pw.IntegerField(unique=True)


class ShiftRow(NamedTuple):
    """A shift as the doors show it."""

    id: int
    officer: str
    state: str
    opened_at: int
    float_amount: int
    expected: int
    counted: int | None
    notes: str
    reason: str
    closed_at: int | None
    agreed_by: str = ""

    @property
    def difference(self) -> int:
        """đ more (or, below 0, less) than expected; 0 until counted."""
        return self.counted - self.expected if self.counted is not None else 0

    @property
    def account(self) -> str:
        """The ledger account of this drawer."""
        return f"cash:{self.id}"


class TakingRow(NamedTuple):
    """A taking as the doors show it."""

    id: int
    shift_id: int
    form_key: str
    code: str
    due: int
    handed: int
    at: int
    officer: str


_SHIFT = ", ".join(ShiftRow._fields)
_TAKING = "t.id, t.shift_id, t.form_key, t.code, t.due, t.handed, t.at, s.officer"


def add_shift(officer: str, float_amount: int, now: int) -> int | None:
    """Open a shift; its id, or None when the officer has one open."""
    found = fetch(
        "INSERT INTO cash_shift (officer, state, opened_at, float_amount, expected, notes, reason)"
        " VALUES (?, 'open', ?, ?, ?, '', '') ON CONFLICT (officer) WHERE state = 'open'"
        " DO NOTHING RETURNING id", officer, now, float_amount, float_amount)
    return found[0][0] if found else None


def open_shift(officer: str) -> ShiftRow | None:
    """The officer's open shift, or None."""
    row = fetch_one(f"SELECT {_SHIFT} FROM cash_shift WHERE officer = ? AND state = 'open'",
                    officer)
    return ShiftRow._make(row) if row else None


def shift(shift_id: int) -> ShiftRow | None:
    """A shift, or None."""
    row = fetch_one(f"SELECT {_SHIFT} FROM cash_shift WHERE id = ?", shift_id)
    return ShiftRow._make(row) if row else None


def shifts_of(officer: str, after: Bookmark | None) -> Page[ShiftRow]:
    """An officer's shifts, newest first, from `after` on."""
    since = "" if after is None else "AND (opened_at, id) < (?, ?)"
    rows = fetch(f"SELECT {_SHIFT} FROM cash_shift WHERE officer = ? {since}"
                 " ORDER BY opened_at DESC, id DESC LIMIT ?", officer, *(after or ()),
                 paging.SIZE + 1)
    return paging.cut(map(ShiftRow._make, rows), lambda shift: (shift.opened_at, shift.id),
                      newest_first=True)


def shifts_between(start: int, end: int) -> list[ShiftRow]:
    """All shifts opened from `start` until before `end` (epoch ms), oldest first."""
    rows = fetch(f"SELECT {_SHIFT} FROM cash_shift WHERE opened_at >= ? AND opened_at < ?"
                 " ORDER BY opened_at, id", start, end)
    return [ShiftRow._make(row) for row in rows]


def move(officer: str, amount: int) -> int | None:
    """Put `amount` (below 0: take) into the officer's open drawer and hold its row until the
    transaction ends; the shift's id. None: no shift is open, or there is not so much in it. Call
    inside `write`."""
    require_write()
    found = fetch("UPDATE cash_shift SET expected = expected + ? WHERE officer = ?"
                  " AND state = 'open' AND expected + ? >= 0 RETURNING id",
                  amount, officer, amount)
    return found[0][0] if found else None


def close_shift(found: ShiftRow, counted: int, notes: str, reason: str, now: int) -> bool:
    """Open → closed, if nothing moved in the drawer since `found` was read."""
    return run("UPDATE cash_shift SET state = 'closed', counted = ?, notes = ?, reason = ?,"
               " closed_at = ? WHERE id = ? AND state = 'open' AND expected = ?",
               counted, notes, reason, now, found.id, found.expected) == 1


def agree(shift_id: int, officer: str) -> bool:
    """A second person agrees to the difference of a closed shift. True for one call only."""
    return run("UPDATE cash_shift SET agreed_by = ? WHERE id = ? AND state = 'closed'"
               " AND counted <> expected AND agreed_by = '' AND officer <> ?",
               officer, shift_id, officer) == 1


def to_agree() -> list[ShiftRow]:
    """Closed shifts whose difference nobody has agreed to, the oldest first; not more than
    paging.MOST_COUNTED."""
    rows = fetch(f"SELECT {_SHIFT} FROM cash_shift WHERE state = 'closed' AND counted <> expected"
                 " AND agreed_by = '' ORDER BY closed_at, id LIMIT ?", paging.MOST_COUNTED)
    return [ShiftRow._make(row) for row in rows]


def add_taking(shift_id: int, form_key: str, code: str, due: int, handed: int,
               now: int) -> int:
    """Record a taking; its id. A key that is known breaks the unique index."""
    return fetch("INSERT INTO cash_taking (shift_id, form_key, code, due, handed, at)"
                 " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                 shift_id, form_key, code, due, handed, now)[0][0]


def add_part(taking_id: int, payment_id: int) -> None:
    """Note a payment made out of a taking."""
    run("INSERT INTO cash_part (taking_id, payment_id) VALUES (?, ?)", taking_id, payment_id)


def taking_by_key(form_key: str) -> TakingRow | None:
    """The taking that a form made, or None."""
    row = fetch_one(f"SELECT {_TAKING} FROM cash_taking t JOIN cash_shift s ON s.id = t.shift_id"
                    " WHERE t.form_key = ?", form_key)
    return TakingRow._make(row) if row else None


def taking(taking_id: int) -> TakingRow | None:
    """A taking, or None."""
    row = fetch_one(f"SELECT {_TAKING} FROM cash_taking t JOIN cash_shift s ON s.id = t.shift_id"
                    " WHERE t.id = ?", taking_id)
    return TakingRow._make(row) if row else None


def taking_of(payment_id: int) -> int | None:
    """Id of the taking that a payment was made of, or None."""
    row = fetch_one("SELECT taking_id FROM cash_part WHERE payment_id = ?", payment_id)
    return row[0] if row else None


def parts(taking_id: int) -> list[int]:
    """Ids of the payments made out of a taking."""
    return [payment_id for (payment_id,) in fetch(
        "SELECT payment_id FROM cash_part WHERE taking_id = ? ORDER BY id", taking_id)]


def takings_of(shift_id: int) -> list[TakingRow]:
    """What was taken in a shift, newest first."""
    rows = fetch(f"SELECT {_TAKING} FROM cash_taking t JOIN cash_shift s ON s.id = t.shift_id"
                 " WHERE t.shift_id = ? ORDER BY t.id DESC", shift_id)
    return [TakingRow._make(row) for row in rows]
