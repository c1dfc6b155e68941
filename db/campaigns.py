"""Reminders in bulk: whom to remind of what, found and queued by set-based statements."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.bills import OPEN
from db.connection import Model, fetch, fetch_one, fetch_row, run

ASKED, BUILDING, DONE, CAPPED = "asked", "building", "done", "capped"
LAST = "Z"  # after every customer code (P…) in any collation


class Campaign(Model):
    """One run of one kind of reminder. `capped`: the day's number was reached before the end."""

    name = pw.CharField(max_length=80, unique=True)  # what makes it one run: "due_soon:2026-11-15"
    kind = pw.CharField(max_length=10)
    asked_by = pw.CharField(max_length=40)  # an officer, or "" for the daily round
    asked_at = pw.BigIntegerField(index=True)
    state = pw.CharField(max_length=10, default=ASKED)
    lease_until = pw.BigIntegerField(default=0)
    queued = pw.IntegerField(default=0)
    ended_at = pw.BigIntegerField(null=True)

    class Meta:
        indexes = ((("state", "lease_until"), False),)


class Due(NamedTuple):
    """Unpaid bills of one kind of reminder: due from one local day to another (ISO)."""

    kind: str
    first: str
    last: str


class Cut(NamedTuple):
    """What all reminders that one step queues have in common."""

    campaign_id: int
    next_at: int
    expires_at: int
    now: int
    midnight: int
    a_phone: int  # most reminders to one phone since midnight
    most: int  # most rows of this step


# The number that a customer is texted at: `db.customers.phone_on_file` for many at once.
_PHONE = ("JOIN customer_phone p ON p.id = (SELECT q.id FROM customer_phone q WHERE q.code = {code}"
          " ORDER BY CASE q.source WHEN 'registered' THEN 0 ELSE 1 END, q.id LIMIT 1)")
_WANTED = ("NOT EXISTS (SELECT 1 FROM opt_out x WHERE x.phone_hash = p.phone_hash)"
           " AND NOT EXISTS (SELECT 1 FROM outbox_message m WHERE m.dedupe = {dedupe})")
_TODAY = ("(SELECT COUNT(*) FROM outbox_message m WHERE m.to_hash = d.phone_hash"
          " AND m.lane = 2 AND m.created_at >= ?)")
_BILL_PARAMS = (
    """'{"bill":' || b.id || ',"code":"' || b.code || '","period":"' ||"""
    " CASE WHEN b.month < 10 THEN '0' ELSE '' END || b.month || '/' || b.year ||"
    """ '","amount":' || b.total || ',"due_on":"' || b.due_on || '"}'""")
_INSERT = ("INSERT INTO outbox_message (kind, dedupe, to_hash, to_sealed, params, text, state,"
           " lane, parts, campaign_id, attempts, next_at, lease_until, expires_at, gateway,"
           " gateway_id, error, created_at) SELECT '{kind}', d.dedupe, d.phone_hash,"
           " d.phone_sealed, {params}, '', 'queued', 2, 0, ?, 0, ?, 0, ?, '', '', '', ?"
           " FROM ({rows}) AS d WHERE {fits} LIMIT ? ON CONFLICT (dedupe) DO NOTHING")
_COUNT = ("SELECT COUNT(*), COALESCE(SUM(t.accents), 0) FROM ({rows}) AS d"
          " LEFT JOIN conversation t ON t.phone_hash = d.phone_hash WHERE {fits}")
_BILL_FITS = f"d.place + {_TODAY} <= ?"
_OUTAGE_FITS = f"d.place = 1 AND {_TODAY} < ?"


def _bills(kind: str) -> str:
    """Rows of (dedupe, phone_hash, phone_sealed, params, place among those of its phone)."""
    dedupe = f"'{kind}:' || b.id"
    return (f"SELECT {dedupe} AS dedupe, p.phone_hash, p.phone_sealed, {_BILL_PARAMS} AS params,"
            " ROW_NUMBER() OVER (PARTITION BY p.phone_hash ORDER BY b.due_on, b.id) AS place"
            f" FROM bill b {_PHONE.format(code='b.code')}"
            f" WHERE b.{OPEN} AND b.state = 'unpaid' AND b.code > ? AND b.code <= ?"
            " AND b.due_on >= ? AND b.due_on <= ?"
            f" AND {_WANTED.format(dedupe=dedupe)}")


def _households() -> str:
    """The phones of a commune. `place`: a phone with several codes gets one notice."""
    dedupe = "'outage:' || CAST(? AS BIGINT) || ':' || p.phone_hash"
    return (f"SELECT {dedupe} AS dedupe, p.phone_hash, p.phone_sealed,"
            " ROW_NUMBER() OVER (PARTITION BY p.phone_hash ORDER BY c.code) AS place"
            f" FROM customer c {_PHONE.format(code='c.code')}"
            f" WHERE c.commune_code = ? AND {_WANTED.format(dedupe=dedupe)}")


def page_end(after: str, size: int) -> str:
    """The code at which a page of `size` open bills after `after` ends; LAST (after every
    code) for the last page."""
    row = fetch_one(f"SELECT code FROM bill WHERE {OPEN} AND code > ?"
                    " ORDER BY code LIMIT 1 OFFSET ?", after, size - 1)
    return row[0] if row else LAST


def queue_bills(due: Due, page: tuple[str, str], cut: Cut) -> int:
    """Queue a reminder for each bill of a page of codes (after, up to) that had none of this
    kind, and that its phone has room for today; returns how many."""
    sql = _INSERT.format(kind=due.kind, params="d.params", rows=_bills(due.kind), fits=_BILL_FITS)
    return run(sql, cut.campaign_id, cut.next_at, cut.expires_at, cut.now, *page, due.first,
               due.last, cut.midnight, cut.a_phone, cut.most)


def queue_outage(outage_id: int, commune_code: str, params: str, cut: Cut) -> int:
    """Queue a notice for each phone of a commune, once an outage; returns how many."""
    sql = _INSERT.format(kind="outage", params="CAST(? AS TEXT)", rows=_households(),
                         fits=_OUTAGE_FITS)
    return run(sql, params, cut.campaign_id, cut.next_at, cut.expires_at, cut.now, outage_id,
               commune_code, outage_id, cut.midnight, cut.a_phone, cut.most)


def count_bills(due: Due, midnight: int, a_phone: int) -> tuple[int, int]:
    """(reminders that would be queued, how many of them with accents)."""
    sql = _COUNT.format(rows=_bills(due.kind), fits=_BILL_FITS)
    total, accents = fetch_row(sql, "", LAST, due.first, due.last, midnight, a_phone)
    return total, int(accents)


def count_outage(outage_id: int, commune_code: str, midnight: int,
                 a_phone: int) -> tuple[int, int]:
    """(notices that would be queued, how many of them with accents)."""
    sql = _COUNT.format(rows=_households(), fits=_OUTAGE_FITS)
    total, accents = fetch_row(sql, outage_id, commune_code, outage_id, midnight, a_phone)
    return total, int(accents)


def outages(since: int, until: int) -> list[tuple[int, str, str, int, int]]:
    """(id, commune, area, starts_at, ends_at) of outages that begin in that time."""
    return fetch("SELECT id, commune_code, area, starts_at, ends_at FROM outage"
                 " WHERE starts_at > ? AND starts_at <= ? ORDER BY starts_at, id", since, until)


def ask(name: str, kind: str, by: str, now: int) -> bool:
    """Ask for a run; False when this one was asked for before."""
    return run("INSERT INTO campaign (name, kind, asked_by, asked_at, state, lease_until, queued)"
               " VALUES (?, ?, ?, ?, 'asked', 0, 0) ON CONFLICT (name) DO NOTHING",
               name, kind, by, now) == 1


class Taken(NamedTuple):
    """A run that this process builds, as long as `lease_until` is what it wrote there."""

    id: int
    kind: str
    lease_until: int


def take(now: int, lease_until: int) -> Taken | None:
    """Take the oldest run that nobody builds, or whose builder died."""
    row = fetch_one("UPDATE campaign SET state = 'building', lease_until = ? WHERE id ="
                    " (SELECT id FROM campaign WHERE state IN ('asked', 'building')"
                    " AND lease_until < ? ORDER BY id LIMIT 1) AND lease_until < ?"
                    " RETURNING id, kind, lease_until", lease_until, now, now)
    return Taken._make(row) if row else None


def advance(taken: Taken, queued: int, lease_until: int) -> bool:
    """Count what a step queued and keep the lease; False when somebody else has it now."""
    return run("UPDATE campaign SET queued = queued + ?, lease_until = ? WHERE id = ?"
               " AND state = 'building' AND lease_until = ?",
               queued, lease_until, taken.id, taken.lease_until) == 1


def end(taken: Taken, state: str, now: int) -> bool:
    """Building → done or capped; False when somebody else has it now."""
    return run("UPDATE campaign SET state = ?, ended_at = ? WHERE id = ? AND state = 'building'"
               " AND lease_until = ?", state, now, taken.id, taken.lease_until) == 1


def queued_since(since: int) -> int:
    """Reminders queued by runs that were asked for since then."""
    return int(fetch_row("SELECT COALESCE(SUM(queued), 0) FROM campaign WHERE asked_at >= ?",
                         since)[0])


def queued_by(name: str) -> int:
    """How many reminders a run queued."""
    return fetch_row("SELECT queued FROM campaign WHERE name = ?", name)[0]


class RunRow(NamedTuple):
    """A run as the screen shows it."""

    id: int
    kind: str
    asked_by: str
    asked_at: int
    state: str
    queued: int


def newest(most: int) -> list[RunRow]:
    """The last runs, newest first; daily rounds that found nobody are left out."""
    rows = fetch("SELECT id, kind, asked_by, asked_at, state, queued FROM campaign"
                 " WHERE queued > 0 OR asked_by <> '' OR state <> 'done'"
                 " ORDER BY id DESC LIMIT ?", most)
    return [RunRow._make(row) for row in rows]


def states(campaign_ids: list[int]) -> dict[int, dict[str, int]]:
    """By run: how many of its messages are in each state."""
    found: dict[int, dict[str, int]] = {}
    for campaign_id in campaign_ids:
        rows = fetch("SELECT state, COUNT(*) FROM outbox_message WHERE campaign_id = ?"
                     " GROUP BY state", campaign_id)
        found[campaign_id] = dict(rows)
    return found
