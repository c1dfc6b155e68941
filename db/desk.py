"""The officers' work: contract requests and calls as one queue, under their tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from db.calls import DeskNote
from db.connection import fetch, fetch_one, fetch_row, run

REQUEST, CALL = "request", "call"
_TABLES = {"HD": "contract_request", "GAP": '"call"'}
Reach = Sequence[str] | None  # commune codes, None = all


class Work(NamedTuple):
    """One piece of work. What its kind does not have is ""."""

    ticket: str
    kind: str  # REQUEST or CALL
    name: str
    commune_code: str  # "" = not known (calls only)
    phone_sealed: bytes | None
    phone_hash: str
    purpose: str
    meet_when: str
    code: str  # customer on the screen when the call was made
    place: str
    channel: str
    state: str
    outcome: str
    officer: str
    created_at: int
    taken_at: int | None
    done_at: int | None
    stage: str  # of a request's file
    needs_build: int
    danger: int = 0  # how many texts told of danger; 0 = none
    words_sealed: bytes | None = None  # what they said
    heard_at: int | None = None  # when the newest of them came


class Note(NamedTuple):
    """What an officer wrote."""

    at: int
    officer: str
    text: str


_SHARED = "channel, state, outcome, officer, created_at, taken_at, done_at"
_ALL = (f"SELECT ticket, 'request' AS kind, name, commune_code, phone_sealed, phone_hash, purpose,"
        f" meet_when, '' AS code, '' AS place, {_SHARED}, stage, needs_build,"
        f" 0 AS danger, NULL AS words_sealed, NULL AS heard_at"
        f" FROM contract_request WHERE %s"
        f" UNION ALL SELECT ticket, 'call', '', commune_code, phone_sealed, phone_hash, '',"
        f" '', code, place, {_SHARED}, '', 0, danger, words_sealed, heard_at"
        f" FROM \"call\" WHERE %s")


def waiting(reach: Reach, most: int) -> list[Work]:
    """Open work within reach: danger first, then oldest first. Calls without a commune are within
    everybody's."""
    return _works("state = 'open'", (), reach,
                  f"ORDER BY danger = 0, created_at, ticket LIMIT {most:d}")


def count_waiting(reach: Reach) -> int:
    """How much open work is within reach."""
    where, params = _both("state = 'open'", (), reach)
    return fetch_row(f"SELECT COUNT(*) FROM ({_ALL % where}) AS work", *params)[0]


def calls_since(reach: Reach, since: int) -> list[str]:
    """Tickets of open calls within reach that came in after `since` (ms), danger first, then
    oldest first. Danger that is told of again rings again."""
    where, within = _within(reach, "commune_code = '' OR danger > 0 OR")
    rows = fetch("SELECT ticket FROM \"call\" WHERE state = 'open' AND"
                 f" COALESCE(heard_at, created_at) > ? AND {where}"
                 " ORDER BY danger = 0, created_at, ticket", since, *within)
    return [ticket for (ticket,) in rows]


def taken_by(officer: str) -> list[Work]:
    """Work that this officer holds, danger first, then oldest first."""
    return _works("state = 'taken' AND officer = ?", (officer,), None,
                  "ORDER BY danger = 0, taken_at, ticket")


def taken_by_others(officer: str, reach: Reach, most: int) -> list[Work]:
    """Work within reach that other officers hold, danger first, then oldest first."""
    return _works("state = 'taken' AND officer <> ?", (officer,), reach,
                  f"ORDER BY danger = 0, taken_at, ticket LIMIT {most:d}")


def ended_since(officer: str, since: int) -> list[Work]:
    """Work that this officer ended after `since` (ms), newest first."""
    return _works("state IN ('done', 'cancelled') AND officer = ? AND done_at >= ?",
                  (officer, since), None, "ORDER BY done_at DESC, ticket")


def get(ticket: str) -> Work | None:
    """The work under this ticket, or None."""
    row = fetch_one(_ALL % ("ticket = ?", "ticket = ?"), ticket, ticket)
    return _work(row) if row else None


def take(ticket: str, officer: str, now: int) -> bool:
    """Open → taken, for one officer only. True when this one won."""
    return run(f"UPDATE {_table(ticket)} SET state = 'taken', officer = ?, taken_at = ?"
               " WHERE ticket = ? AND state = 'open'", officer, now, ticket) == 1


def give_back(ticket: str, holder: str) -> bool:
    """Taken by `holder` → open. True when it still was theirs."""
    return run(f"UPDATE {_table(ticket)} SET state = 'open', officer = '', taken_at = NULL"
               " WHERE ticket = ? AND state = 'taken' AND officer = ?", ticket, holder) == 1


def end(ticket: str, holder: str, state: str, outcome: str, now: int) -> bool:
    """Taken by `holder` → `state` (done or cancelled). True when it still was theirs."""
    return run(f"UPDATE {_table(ticket)} SET state = ?, outcome = ?, done_at = ?"
               " WHERE ticket = ? AND state = 'taken' AND officer = ?",
               state, outcome, now, ticket, holder) == 1


def add_note(ticket: str, officer: str, text: str, now: int) -> None:
    """Write a note under a ticket."""
    DeskNote.create(ticket=ticket, officer=officer, text=text, at=now)


def notes(ticket: str) -> list[Note]:
    """Notes under a ticket, oldest first."""
    return [Note._make(row) for row in fetch(
        "SELECT at, officer, text FROM desk_note WHERE ticket = ? ORDER BY at, id", ticket)]


def _table(ticket: str) -> str:
    return _TABLES[ticket.partition("-")[0]]


def _works(where: str, params: tuple, reach: Reach, tail: str) -> list[Work]:
    both, all_params = _both(where, params, reach)
    # Around the union, since only outside it may rows be put in order by more than bare columns.
    return [_work(row) for row in fetch(f"SELECT * FROM ({_ALL % both}) AS work {tail}",
                                        *all_params)]


def _work(row: tuple) -> Work:
    work = Work._make(row)
    return work._replace(phone_sealed=_bytes(work.phone_sealed),
                         words_sealed=_bytes(work.words_sealed))


def _bytes(found: bytes | memoryview | None) -> bytes | None:
    return bytes(found) if found else None


def _both(where: str, params: tuple, reach: Reach) -> tuple[tuple[str, str], tuple]:
    requests, within = _within(reach, "")
    calls, _same = _within(reach, "commune_code = '' OR danger > 0 OR")
    return (f"{where} AND {requests}", f"{where} AND {calls}"), (params + within) * 2


def _within(reach: Reach, otherwise: str) -> tuple[str, tuple]:
    if reach is None:
        return "1 = 1", ()
    marks = ", ".join("?" * len(reach)) or "NULL"
    return f"({otherwise} commune_code IN ({marks}))", tuple(reach)
