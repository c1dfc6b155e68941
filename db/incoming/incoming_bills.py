"""Bills on their way in: the staging table beside the records, and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from db import bulk
from db.adjustments import CORRECTED
from db.connection import fetch, fetch_row, run

STAGING, DIFFERENT = "incoming_bill", "different_bill"
KEY = ("code", "year", "month", "ky")
CONTENT = ("from_date", "to_date", "old_index", "new_index", "kwh", "subtotal", "vat", "total",
           "due_on", "bill_no")
COLUMNS = (*KEY, *CONTENT)
_TEXTS = {"code", "from_date", "to_date", "due_on", "bill_no"}

_SAME_BILL = " AND ".join(f"b.{name} = i.{name}" for name in KEY)
# A bill may change while nobody has paid it; one of 0 đ has nothing to pay. In the place of a
# cancelled one another invoice may come.
_OPEN = ("(b.state = 'unpaid' OR (b.total = 0 AND b.state = 'settled' AND b.payment_id IS NULL)"
         " OR (b.state = 'cancelled' AND b.payment_id IS NULL AND b.bill_no <> i.bill_no))")
_STATE = "CASE WHEN i.total = 0 THEN 'settled' ELSE 'unpaid' END"
# A file that knows nothing of a later lowering says what the last one said.
_OURS = ", ".join("b.total + b.lowered" if name == "total" else f"b.{name}" for name in CONTENT)
_THEIRS = ", ".join(f"i.{name}" for name in CONTENT)


# Conditions on staged rows.
WRONG_TOTAL = "subtotal + vat <> total"
ENDS_EARLY = "to_date < from_date"
# Meters of four to six digits start again at 0.
ODD_KWH = "kwh - (new_index - old_index) NOT IN (0, 10000, 100000, 1000000)"


class Counts(NamedTuple):
    """What storing the staged bills does, or did."""

    new: int
    changed: int
    same: int
    left: int  # paid or cancelled, and different


class Change(NamedTuple):
    """An unpaid bill that the file changes. `old`, `new`: values in the order of CONTENT."""

    line: int
    code: str
    year: int
    month: int
    ky: int
    old: Sequence
    new: Sequence


def stage(more: Sequence[str] = ()) -> None:
    """Make the empty staging table, with `more` columns of text."""
    kinds = {name: "TEXT" if name in _TEXTS else "INTEGER" for name in COLUMNS}
    bulk.stage(STAGING, kinds | dict.fromkeys(more, "TEXT"))


def compare() -> Counts:
    """Find the staged bills that differ from the recorded ones, and count all."""
    bulk.stage(DIFFERENT, {"bill_id": "INTEGER", "open": "INTEGER"})
    run(f"INSERT INTO {DIFFERENT} SELECT i.line, b.id, CASE WHEN {_OPEN} THEN 1 ELSE 0 END"
        f" FROM {STAGING} i {bulk.join()} bill b ON {_SAME_BILL} WHERE ({_OURS}) <> ({_THEIRS})"
        + bulk.lock_rows("b"))
    bulk.index(DIFFERENT, ("bill_id",))
    bulk.analyze(DIFFERENT, ("bill_id", "open"))
    return _counts()


def _counts() -> Counts:
    total, known = fetch_row(
        f"SELECT COUNT(*), COUNT(b.id) FROM {STAGING} i LEFT JOIN bill b ON {_SAME_BILL}")
    changed, left = fetch_row(
        "SELECT COUNT(CASE WHEN open = 1 THEN 1 END), COUNT(CASE WHEN open = 0 THEN 1 END)"
        f" FROM {DIFFERENT}")
    return Counts(total - known, changed, known - changed - left, left)


def left(most: int) -> list[tuple]:
    """Bills that the file would change and that are closed: (line, code, year, month, ky, state,
    recorded total, total in the file), by line."""
    return fetch(
        f"SELECT i.line, {', '.join('i.' + name for name in KEY)}, b.state, b.total, i.total"
        f" FROM {DIFFERENT} d {bulk.join()} {STAGING} i ON i.line = d.line {bulk.join()} bill b"
        " ON b.id = d.bill_id WHERE d.open = 0 ORDER BY i.line LIMIT ?", most)


def changes() -> Iterator[list[Change]]:
    """Changes of unpaid bills, in pages."""
    width = len(CONTENT)
    for rows in bulk.in_pages(
            f"SELECT i.line, {', '.join('i.' + name for name in KEY)}, {_OURS}, {_THEIRS}"
            f" FROM (SELECT line, bill_id FROM {DIFFERENT} WHERE open = 1 AND line > ?"
            f" ORDER BY line LIMIT ?) d {bulk.join()} {STAGING} i ON i.line = d.line"
            f" {bulk.join()} bill b ON b.id = d.bill_id ORDER BY i.line"):
        yield [Change(line, code, year, month, ky, rest[:width], rest[width:])
               for line, code, year, month, ky, *rest in rows]


def add_new() -> None:
    """Bring the staged bills that are new into the records."""
    names = ", ".join(COLUMNS)
    run(f"INSERT INTO bill ({names}, state) SELECT {names}, {_STATE} FROM {STAGING} i"
        f" WHERE NOT EXISTS (SELECT 1 FROM bill b WHERE {_SAME_BILL})" + bulk.read_first())


def change_open(now: int) -> None:
    """Bring the changes of unpaid bills, found by `compare`, into the records."""
    assigned = ", ".join(f"{name} = i.{name}" for name in CONTENT)
    run(f"UPDATE bill AS b SET {assigned}, lowered = 0, state = {_STATE}, corrected_at = CASE"
        " WHEN b.total <> i.total AND b.state = 'unpaid' THEN CAST(? AS BIGINT)"
        " ELSE b.corrected_at END"
        f" FROM {DIFFERENT} d, {STAGING} i"
        f" WHERE d.open = 1 AND d.bill_id = b.id AND i.line = d.line AND {_OPEN}", now)


def remember_closed(now: int) -> None:
    """Keep what the file says of paid bills, for when their payment is taken back; what an
    earlier file said and this one does not say any more is forgotten."""
    run(f"DELETE FROM bill_correction WHERE bill_id IN (SELECT b.id FROM {STAGING} i"
        f" {bulk.join()} bill b ON {_SAME_BILL})")
    names = ", ".join(CORRECTED)
    run(f"INSERT INTO bill_correction (bill_id, {names}, at) SELECT b.id,"
        f" {', '.join('i.' + name for name in CORRECTED)}, CAST(? AS BIGINT)"
        f" FROM {DIFFERENT} d {bulk.join()} {STAGING} i ON i.line = d.line {bulk.join()} bill b"
        " ON b.id = d.bill_id WHERE d.open = 0 AND b.payment_id IS NOT NULL"
        " AND b.state <> 'cancelled'", now)
