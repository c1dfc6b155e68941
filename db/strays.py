"""Reports about money that were not taken in as they came: each a row until somebody has looked."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db import paging
from db.connection import Model, fetch, fetch_one, fetch_row, require_write, run
from db.paging import Reach

# taken: the same number came again and was taken in.
OPEN, RESOLVED, TAKEN = "open", "resolved", "taken"


class Stray(Model):
    """One report, however often it came."""

    source = pw.CharField(max_length=20)  # a partner's or provider's name
    mark = pw.CharField(max_length=64)  # by which the same report is known again
    why = pw.CharField(max_length=12)
    number = pw.CharField(max_length=64)  # theirs, "" when it could not be read
    about = pw.CharField(max_length=64)  # the bill or order that it names
    amount = pw.BigIntegerField(null=True)
    code = pw.CharField(max_length=13)  # the customer's, "" when unknown
    content_sealed = pw.BlobField(null=True)  # what came, where it could not be read
    times = pw.IntegerField()
    first_at = pw.BigIntegerField()
    last_at = pw.BigIntegerField()
    state = pw.CharField(max_length=8)
    note = pw.CharField(max_length=200)
    officer = pw.CharField(max_length=40)
    resolved_at = pw.BigIntegerField(null=True)

    class Meta:
        indexes = ((("source", "mark"), True), (("source", "number"), False),
                   (("state", "id"), False))


class StrayRow(NamedTuple):
    """A stray as the officers' page shows it."""

    id: int
    source: str
    title: str  # the partner's, or its name where none is known
    why: str
    number: str
    about: str
    amount: int | None
    code: str
    content_sealed: bytes | None
    times: int
    first_at: int
    last_at: int
    state: str
    note: str
    officer: str
    resolved_at: int | None


_ROWS = ("SELECT s.id, s.source, COALESCE(p.title, s.source), s.why, s.number, s.about, s.amount,"
         " s.code, s.content_sealed, s.times, s.first_at, s.last_at, s.state, s.note, s.officer,"
         " s.resolved_at FROM stray s LEFT JOIN partner p ON p.name = s.source WHERE ")


def keep(source: str, mark: str, why: str, number: str, about: str, amount: int | None, code: str,
         content_sealed: bytes | None, now: int) -> None:
    """Record a report, or that it came once more. Call inside `write`."""
    require_write()
    run("INSERT INTO stray (source, mark, why, number, about, amount, code, content_sealed, times,"
        " first_at, last_at, state, note, officer)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 'open', '', '')"
        " ON CONFLICT (source, mark) DO UPDATE SET times = stray.times + 1,"
        " last_at = excluded.last_at", source, mark, why, number, about, amount, code,
        content_sealed, now, now)


def take(source: str, number: str, now: int) -> bool:
    """Open → taken: what was refused, or not known, under this number is recorded after all."""
    return run("UPDATE stray SET state = 'taken', resolved_at = ? WHERE source = ? AND number = ?"
               " AND state = 'open' AND why IN ('amount', 'promotion', 'bill', 'time', 'lost')",
               now, source, number) > 0


def page(is_open: bool, before: int, most: int,
         communes: Reach) -> list[StrayRow]:
    """Rows below the id `before`, the newest first: open ones or all others; of customers in
    `communes` (None: all), and those whose customer nobody knows."""
    within, values = paging.of_customers_in(communes)
    rows = fetch(f"{_ROWS}s.state {'=' if is_open else '<>'} 'open' AND s.id < ?"
                 f" AND {within} ORDER BY s.id DESC LIMIT ?", before, *values, most)
    return [StrayRow._make(row) for row in rows]


def get(stray_id: int, communes: Reach) -> StrayRow | None:
    """One of those that `page` shows, or None."""
    within, values = paging.of_customers_in(communes)
    row = fetch_one(f"{_ROWS}s.id = ? AND {within}", stray_id, *values)
    return StrayRow._make(row) if row else None


def count_open(communes: Reach) -> int:
    """How many wait."""
    within, values = paging.of_customers_in(communes)
    return fetch_row(f"SELECT COUNT(*) FROM stray WHERE state = 'open' AND {within}", *values)[0]


def resolve(stray_id: int, note: str, officer: str, now: int) -> bool:
    """Open → resolved. True when this officer did it."""
    return run("UPDATE stray SET state = 'resolved', note = ?, officer = ?, resolved_at = ?"
               " WHERE id = ? AND state = 'open'", note, officer, now, stray_id) == 1
