"""Bills that the company's books have cleared, on their way in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from db import bulk
from db.connection import fetch_row, run

STAGING, CLEARING = "incoming_cleared", "clearing_bill"
KEY = ("code", "year", "month", "ky")
COLUMNS = (*KEY, "cleared_on", "cleared_at")  # cleared_at: that local day's start, epoch ms

_SAME_BILL = " AND ".join(f"b.{name} = {STAGING}.{name}" for name in KEY)

# Conditions on staged rows.
UNKNOWN = f"NOT EXISTS (SELECT 1 FROM bill b WHERE {_SAME_BILL})"
CANCELLED = f"EXISTS (SELECT 1 FROM bill b WHERE {_SAME_BILL} AND b.state = 'cancelled')"


class Counts(NamedTuple):
    """What storing the staged rows does, or did."""

    elsewhere: int  # unpaid: paid elsewhere, without a payment of ours
    settled: int  # money received by us: cleared in the books
    same: int
    left: int  # cancelled in this moment


class Clearing(NamedTuple):
    """A bill that the file clears."""

    line: int
    code: str
    year: int
    month: int
    ky: int
    cleared_on: str
    was: str  # its state


def stage() -> None:
    """Make the empty staging table."""
    texts = {"code", "cleared_on"}
    bulk.stage(STAGING, {name: "TEXT" if name in texts else "INTEGER" for name in COLUMNS})


def compare() -> Counts:
    """Find the bills that the file clears, and count all."""
    bulk.stage(CLEARING, {"bill_id": "INTEGER", "was": "TEXT"})
    run(f"INSERT INTO {CLEARING} SELECT {STAGING}.line, b.id, b.state FROM {STAGING}"
        f" {bulk.join()} bill b ON {_SAME_BILL} WHERE b.state IN ('unpaid', 'received')"
        + bulk.lock_rows("b"))
    bulk.index(CLEARING, ("bill_id",))
    bulk.analyze(CLEARING, ("bill_id", "was"))
    total, left = fetch_row(
        "SELECT COUNT(*), COUNT(CASE WHEN b.state = 'cancelled' THEN 1 END)"
        f" FROM {STAGING} LEFT JOIN bill b ON {_SAME_BILL}")
    elsewhere, settled = fetch_row(
        "SELECT COUNT(CASE WHEN was = 'unpaid' THEN 1 END),"
        f" COUNT(CASE WHEN was = 'received' THEN 1 END) FROM {CLEARING}")
    return Counts(elsewhere, settled, total - left - elsewhere - settled, left)


def clearings() -> Iterator[list[Clearing]]:
    """The bills that `compare` found, in pages."""
    for rows in bulk.in_pages(
            f"SELECT i.line, {', '.join('i.' + name for name in KEY)}, i.cleared_on, c.was"
            f" FROM (SELECT line, was FROM {CLEARING} WHERE line > ? ORDER BY line LIMIT ?) c"
            f" {bulk.join()} {STAGING} i ON i.line = c.line ORDER BY i.line"):
        yield [Clearing._make(row) for row in rows]


def clear(now: int) -> None:
    """Note the documents, then unpaid → elsewhere and received → settled."""
    run("INSERT INTO bill_adjustment (bill_id, code, kind, amount, day, reduction, payment_id, at)"
        " SELECT b.id, b.code, 'cleared', b.total, i.cleared_on, 0, b.payment_id,"
        " CAST(? AS BIGINT)"
        f" FROM {CLEARING} c {bulk.join()} {STAGING} i ON i.line = c.line {bulk.join()} bill b"
        " ON b.id = c.bill_id WHERE true ON CONFLICT (bill_id, kind, amount, day) DO NOTHING", now)
    run("UPDATE bill AS b SET state = CASE c.was WHEN 'unpaid' THEN 'elsewhere' ELSE 'settled' END,"
        " paid_at = CASE c.was WHEN 'unpaid' THEN i.cleared_at ELSE b.paid_at END"
        f" FROM {CLEARING} c, {STAGING} i WHERE i.line = c.line AND b.id = c.bill_id"
        " AND b.state = c.was")
