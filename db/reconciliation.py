"""Days that were compared with a partner's list, and what did not agree.

A day has one row, the newest comparison; its breaks stay for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import peewee as pw

from db import bulk
from db.connection import Model, fetch, fetch_one, require_write, run
from db.partners import Partner

# `gone`: the newest comparison of the day no longer finds it.
OPEN, RESOLVED, GONE = "open", "resolved", "gone"
_PART = 500  # ids in one statement


class ReconciledDay(Model):
    """The newest comparison of one partner's list of a local day with ours."""

    partner = pw.ForeignKeyField(Partner, column_name="partner", index=False)
    day = pw.CharField(max_length=10)
    matched = pw.IntegerField()
    ours_count = pw.IntegerField()
    ours_total = pw.BigIntegerField()
    theirs_count = pw.IntegerField()
    theirs_total = pw.BigIntegerField()
    outcome = pw.CharField(max_length=64)  # hex SHA-256 of the above and of all breaks
    source = pw.CharField(max_length=8)  # "api" or "file"
    compared_at = pw.BigIntegerField()

    class Meta:
        indexes = ((("partner", "day"), True), (("day",), False))


class ReconciliationBreak(Model):
    """One difference of a day; the same difference found again is the same row."""

    compared = pw.ForeignKeyField(ReconciledDay, column_name="compared_id", index=False)
    fingerprint = pw.CharField(max_length=64)
    type = pw.CharField(max_length=16)
    partner_txn_id = pw.CharField(max_length=64)
    ours_amount = pw.BigIntegerField(null=True)
    ours_status = pw.CharField(max_length=20, null=True)
    theirs_amount = pw.BigIntegerField(null=True)
    theirs_status = pw.CharField(max_length=20, null=True)
    code = pw.CharField(max_length=13, default="")  # the customer, when we know the payment
    state = pw.CharField(max_length=8, default=OPEN)
    reason = pw.CharField(max_length=12, default="")
    note = pw.CharField(max_length=200, default="")
    officer = pw.CharField(max_length=40, default="")
    resolved_at = pw.BigIntegerField(null=True)

    class Meta:
        indexes = ((("compared", "fingerprint"), True),)


class OurRow(NamedTuple):
    """What we recorded under one of a partner's numbers."""

    partner_txn_id: str
    amount: int
    state: str
    voided_at: int | None
    promotion: str  # JSON, "" for none
    code: str


class DayRow(NamedTuple):
    """A compared day with its number of open breaks."""

    id: int
    partner: str
    title: str
    day: str
    matched: int
    ours_count: int
    ours_total: int
    theirs_count: int
    theirs_total: int
    source: str
    compared_at: int
    breaks: int
    open: int


class BreakRow(NamedTuple):
    """A break as the screen shows it."""

    id: int
    type: str
    partner_txn_id: str
    ours_amount: int | None
    ours_status: str | None
    theirs_amount: int | None
    theirs_status: str | None
    code: str
    commune_code: str  # of the customer, "" when unknown
    state: str
    reason: str
    note: str
    officer: str
    resolved_at: int | None


# What a bank credit paid for is listed as the credit itself, whole, as the bank knows it.
_PAYMENTS = ("SELECT p.partner_txn_id, p.amount, p.state, p.voided_at, p.promotion, b.code"
             " FROM payment p JOIN bill b ON b.id = p.bill_id WHERE p.partner = ? AND {}"
             " AND NOT EXISTS (SELECT 1 FROM credit_use u WHERE u.payment_id = p.id)")
# A transfer is listed for each who told of it, under the number that they told; once, however
# often they did. What the bank took back for good counts as voided.
_CREDITS = ("SELECT DISTINCT COALESCE(NULLIF(t.number, ''), c.txn_id), c.amount,"
            " CASE WHEN c.state IN ('matched', 'assigned') THEN 'posted' ELSE c.state END,"
            " CASE WHEN c.state = 'taken_back' THEN c.decided_at END, '', c.code, c.paid_at, c.id"
            " FROM credit_telling t JOIN bank_credit c ON c.id = t.credit_id WHERE t.source = ?"
            " AND t.says = 'credit' AND c.state NOT IN"
            " ('duplicate', 'aside', 'parts', 'conflict', 'reversal') AND {}")


def of_day(partner: str, start: int, end: int) -> list[OurRow]:
    """A partner's payments received from `start` until before `end` (epoch ms), oldest first,
    then the transfers that it told us of and that were paid then."""
    payments = fetch(_PAYMENTS.format("p.received_at >= ? AND p.received_at < ?")
                     + " ORDER BY p.received_at, p.id", partner, start, end)
    credits = fetch(_CREDITS.format("c.paid_at >= ? AND c.paid_at < ?")
                    + " ORDER BY c.paid_at, c.id", partner, start, end)
    return [OurRow._make(row[:6]) for row in payments + credits]


def of_number(partner: str, partner_txn_id: str) -> OurRow | None:
    """What we recorded under this number on any day, or None."""
    row = (fetch_one(_PAYMENTS.format("p.partner_txn_id = ?"), partner, partner_txn_id)
           or fetch_one(_CREDITS.format("t.number = ?"), partner, partner_txn_id))
    return OurRow._make(row[:6]) if row else None


def keep(partner: str, day: str, figures: tuple, outcome: str, source: str,
         now: int) -> int | None:
    """The day's newest comparison; its id, or None when the outcome is what it was.

    `figures`: matched, ours_count, ours_total, theirs_count, theirs_total.
    """
    found = fetch(
        "INSERT INTO reconciled_day (partner, day, matched, ours_count, ours_total,"
        " theirs_count, theirs_total, outcome, source, compared_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (partner, day) DO UPDATE SET"
        " matched = excluded.matched, ours_count = excluded.ours_count,"
        " ours_total = excluded.ours_total, theirs_count = excluded.theirs_count,"
        " theirs_total = excluded.theirs_total, outcome = excluded.outcome,"
        " source = excluded.source, compared_at = excluded.compared_at"
        " WHERE reconciled_day.outcome <> excluded.outcome RETURNING id",
        partner, day, *figures, outcome, source, now)
    return found[0][0] if found else None


def keep_breaks(day_id: int, rows: Sequence[tuple]) -> None:
    """The breaks found now: new ones are added, open ones not found again are gone, gone ones
    found again are open. Call inside `write`.

    `rows`: fingerprint, type, partner_txn_id, ours_amount, ours_status, theirs_amount,
    theirs_status, code.
    """
    require_write()
    known = {fingerprint: (row_id, state) for row_id, fingerprint, state in fetch(
        "SELECT id, fingerprint, state FROM reconciliation_break WHERE compared_id = ?", day_id)}
    found = {row[0] for row in rows}
    _turn(OPEN, GONE, [row_id for mark, (row_id, state) in known.items()
                       if state == OPEN and mark not in found])
    _turn(GONE, OPEN, [row_id for mark, (row_id, state) in known.items()
                       if state == GONE and mark in found])
    bulk.load(
        "reconciliation_break",
        ("compared_id", "fingerprint", "type", "partner_txn_id", "ours_amount", "ours_status",
         "theirs_amount", "theirs_status", "code", "state", "reason", "note", "officer"),
        [(day_id, *row, OPEN, "", "", "") for row in rows if row[0] not in known])


def _turn(before: str, after: str, ids: list[int]) -> None:
    for first in range(0, len(ids), _PART):
        part = ids[first:first + _PART]
        run("UPDATE reconciliation_break SET state = ? WHERE state = ?"
            f" AND id IN ({', '.join('?' * len(part))})", after, before, *part)


_DAYS = ("SELECT d.id, d.partner, p.title, d.day, d.matched, d.ours_count, d.ours_total,"
         " d.theirs_count, d.theirs_total, d.source, d.compared_at,"
         " COALESCE(SUM(CASE WHEN b.state <> 'gone' THEN 1 ELSE 0 END), 0),"
         " COALESCE(SUM(CASE WHEN b.state = 'open' THEN 1 ELSE 0 END), 0)"
         " FROM reconciled_day d JOIN partner p ON p.name = d.partner"
         " LEFT JOIN reconciliation_break b ON b.compared_id = d.id")


def days(partner: str, after: tuple[str, str], most: int) -> list[DayRow]:
    """Compared days, of one partner or ("") of all, the newest first: those that follow `after`
    (day, partner); ("9", "") is before the first."""
    day, name = after
    rows = fetch(f"{_DAYS} WHERE d.id IN (SELECT id FROM reconciled_day WHERE (partner = ?"
                 " OR ? = '') AND day <= ? AND (day < ? OR partner > ?)"
                 " ORDER BY day DESC, partner LIMIT ?)"
                 " GROUP BY d.id, p.title ORDER BY d.day DESC, d.partner",
                 partner, partner, day, day, name, most)
    return [DayRow._make(row) for row in rows]


def get_day(partner: str, day: str) -> DayRow | None:
    """One compared day, or None."""
    row = fetch_one(f"{_DAYS} WHERE d.partner = ? AND d.day = ? GROUP BY d.id, p.title",
                    partner, day)
    return DayRow._make(row) if row else None


_COLUMNS = ", ".join(f"b.{name}" if name != "commune_code" else "COALESCE(c.commune_code, '')"
                     for name in BreakRow._fields)


def breaks(day_id: int) -> list[BreakRow]:
    """The breaks of a day that the newest comparison still finds: open ones first."""
    rows = fetch(f"SELECT {_COLUMNS} FROM reconciliation_break b"
                 " LEFT JOIN customer c ON c.code = b.code WHERE b.compared_id = ?"
                 " AND b.state <> 'gone' ORDER BY b.state, b.id", day_id)
    return [BreakRow._make(row) for row in rows]


def resolve(break_id: int, reason: str, note: str, officer: str, now: int) -> bool:
    """Open → resolved. True when this officer did it."""
    return run("UPDATE reconciliation_break SET state = 'resolved', reason = ?, note = ?,"
               " officer = ?, resolved_at = ? WHERE id = ? AND state = 'open'",
               reason, note, officer, now, break_id) == 1
