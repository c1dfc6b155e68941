"""What the billing system changes on bills, on its way in: cancelled, lowered, credited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from db import bulk
from db.connection import fetch_row, run

STAGING, ADJUSTING = "incoming_adjustment", "adjusting_bill"
BILL = ("code", "year", "month", "ky")
KEY = (*BILL, "kind")
COLUMNS = (*KEY, "amount", "day")

_SAME_BILL = " AND ".join(f"b.{name} = {STAGING}.{name}" for name in BILL)
_IS_NEW = ("NOT EXISTS (SELECT 1 FROM bill_adjustment a WHERE a.bill_id = b.id"
           f" AND a.kind = {STAGING}.kind AND a.amount = {STAGING}.amount"
           f" AND a.day = {STAGING}.day)")
_GONE = f"{STAGING}.kind IN ('lower', 'credit') AND b.state = 'cancelled'"
_NOT_BELOW = f"{STAGING}.kind = 'lower' AND b.total <= {STAGING}.amount"
_BILL_WITH = f"EXISTS (SELECT 1 FROM bill b WHERE {_SAME_BILL} AND {{}})"

# Conditions on staged rows.
UNKNOWN = f"NOT EXISTS (SELECT 1 FROM bill b WHERE {_SAME_BILL})"
NO_AMOUNT = "kind IN ('lower', 'credit') AND COALESCE(amount, 0) = 0"
NEGATIVE = "kind IN ('lower', 'cancel') AND amount < 0"
OTHER_TOTAL = _BILL_WITH.format(
    "kind = 'cancel' AND COALESCE(amount, 0) > 0 AND b.state <> 'cancelled' AND b.total <> amount")
CANCELLED = _BILL_WITH.format(f"{_GONE} AND {_IS_NEW}")
NOT_BELOW = _BILL_WITH.format(f"{_NOT_BELOW} AND b.state <> 'cancelled' AND {_IS_NEW}")


class Counts(NamedTuple):
    """What storing the staged rows does, or did."""

    changed: int
    same: int
    left: int  # cancelled, or smaller already, in this moment


class Adjustment(NamedTuple):
    """One row that changes something. `total`: of the bill, before."""

    line: int
    code: str
    year: int
    month: int
    ky: int
    kind: str
    amount: int
    day: str
    total: int


class PaidBack(NamedTuple):
    """A document by which money of a payment is due back."""

    id: int
    bill_id: int
    kind: str
    day: str
    reduction: int
    payment_id: int


def stage() -> None:
    """Make the empty staging table."""
    texts = {"code", "kind", "day"}
    bulk.stage(STAGING, {name: "TEXT" if name in texts else "INTEGER" for name in COLUMNS})


def compare() -> Counts:
    """Find the rows that change a bill, and count all."""
    bulk.stage(ADJUSTING, {"bill_id": "INTEGER", "kind": "TEXT", "amount": "INTEGER",
                           "day": "TEXT", "total": "INTEGER"})
    run(f"INSERT INTO {ADJUSTING} SELECT {STAGING}.line, b.id, {STAGING}.kind,"
        f" CASE {STAGING}.kind WHEN 'cancel' THEN b.total ELSE {STAGING}.amount END,"
        f" {STAGING}.day, b.total FROM {STAGING} {bulk.join()} bill b"
        f" ON {_SAME_BILL}"
        f" WHERE b.state <> 'cancelled' AND NOT ({_NOT_BELOW})"
        f" AND ({STAGING}.kind = 'cancel' OR {_IS_NEW})" + bulk.lock_rows("b"))
    bulk.index(ADJUSTING, ("bill_id",))
    bulk.analyze(ADJUSTING, ("bill_id", "kind", "day"))
    total, left = fetch_row(
        f"SELECT COUNT(*), COUNT(CASE WHEN (({_GONE}) OR (({_NOT_BELOW})"
        f" AND b.state <> 'cancelled')) AND {_IS_NEW} THEN 1 END)"
        f" FROM {STAGING} LEFT JOIN bill b ON {_SAME_BILL}")
    changed = fetch_row(f"SELECT COUNT(*) FROM {ADJUSTING}")[0]
    return Counts(changed, total - changed - left, left)


def changes() -> Iterator[list[Adjustment]]:
    """The rows that `compare` found, in pages."""
    for rows in bulk.in_pages(
            f"SELECT d.line, {', '.join('i.' + name for name in BILL)}, d.kind, d.amount, d.day,"
            f" d.total FROM (SELECT * FROM {ADJUSTING} WHERE line > ? ORDER BY line LIMIT ?) d"
            f" {bulk.join()} {STAGING} i ON i.line = d.line ORDER BY d.line"):
        yield [Adjustment._make(row) for row in rows]


def lower(now: int) -> None:
    """Note the lowerings, then take them off their bills: paid or not, the new total stands, also
    when a payment is taken back for which an older file waits."""
    _note("lower", "b.total - d.amount", now)
    run("DELETE FROM bill_correction WHERE bill_id IN"
        f" (SELECT bill_id FROM {ADJUSTING} WHERE kind = 'lower')")
    run("UPDATE bill AS b SET lowered = b.lowered + b.total - d.amount, total = d.amount,"
        f" corrected_at = ? FROM {ADJUSTING} d WHERE d.kind = 'lower' AND b.id = d.bill_id"
        " AND b.total = d.total AND b.state <> 'cancelled'", now)


def cancel(now: int) -> None:
    """Note the cancellations, then any state → cancelled. Comes after `lower`."""
    _note("cancel", "b.total", now)
    run(f"UPDATE bill AS b SET state = 'cancelled' FROM {ADJUSTING} d WHERE d.kind = 'cancel'"
        " AND b.id = d.bill_id AND b.state <> 'cancelled'")


def give_credit(now: int) -> None:
    """Note the credit notes; no bill changes."""
    _note("credit", "0", now)


def _note(kind: str, reduction: str, now: int) -> None:
    amount = "b.total" if kind == "cancel" else "d.amount"
    run("INSERT INTO bill_adjustment (bill_id, code, kind, amount, day, reduction, payment_id, at)"
        f" SELECT b.id, b.code, d.kind, {amount}, d.day, {reduction}, b.payment_id,"
        f" CAST(? AS BIGINT) FROM {ADJUSTING} d {bulk.join()} bill b ON b.id = d.bill_id"
        f" WHERE d.kind = '{kind}' ORDER BY d.line"
        " ON CONFLICT (bill_id, kind, amount, day) DO NOTHING", now)


def paid_back(kind: str, page: int = 1000) -> Iterator[PaidBack]:
    """The lowerings or cancellations just noted whose bill was paid through us; fetched `page`
    at a time."""
    for rows in bulk.in_pages(
            "SELECT a.id, a.bill_id, a.kind, a.day, a.reduction, a.payment_id"
            " FROM bill_adjustment a"
            f" {bulk.join()} {ADJUSTING} d ON d.bill_id = a.bill_id AND d.kind = a.kind"
            " AND d.day = a.day"
            " WHERE a.kind = ? AND (a.kind = 'cancel' OR a.amount = d.amount)"
            " AND a.payment_id IS NOT NULL AND a.id > ? ORDER BY a.id LIMIT ?", kind, page=page):
        yield from map(PaidBack._make, rows)
