"""The officers' work: contract requests and calls as one queue, under their tickets."""

from __future__ import annotations

from typing import NamedTuple

from db.calls import DeskNote
from db.connection import fetch, fetch_one, fetch_row, run
from db.paging import Reach

REQUEST, CALL = "request", "call"
_ANYBODYS = "commune_code = '' OR danger > 0 OR"  # calls within everybody's reach
_TABLES = {"HD": "contract_request", "GAP": '"call"'}


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
    meet_on: str = ""  # ISO day on which the customer is met, and its part
    meet_part: str = ""
    unseen: int = 0  # papers that came and that nobody decided on
    kiosk: str = ""  # the machine where a call was made, and its hall
    hall: str = ""
    here_until: int | None = None  # until when the person is believed to stand there (ms)
    rank: int = 0  # of RANKS, in a list of what waits


class Note(NamedTuple):
    """What an officer wrote."""

    at: int
    officer: str
    text: str


# How urgent work is: the order of the list.
RANKS = DANGER, STANDING, OVERDUE, TODAY, ANSWERED, NEW, REST = range(7)


class Filter(NamedTuple):
    """Which work is listed: within `reach`, and ("" for all) of one kind."""

    reach: Reach
    kind: str
    officer: str  # who looks
    whole_reach: bool  # also what this officer holds outside of it
    mine: bool = False  # only what this officer holds
    to_approve: bool = False  # only contracts of colleagues that wait for a second officer


class Rules(NamedTuple):
    """What the ranks depend on today. Times in ms, pairs: (usual, where poles are needed)."""

    now: int
    today: str  # ISO
    call_late: int  # calls by text from before this have waited too long
    overdue: tuple[int, ...]  # requests from before this are past their deadline
    due_today: tuple[int, ...]  # those from before this are due today


_SHARED = "channel, state, outcome, officer, created_at, taken_at, done_at"
_ALL = (f"SELECT ticket, 'request' AS kind, name, commune_code, phone_sealed, phone_hash, purpose,"
        f" meet_when, '' AS code, '' AS place, {_SHARED}, stage, needs_build,"
        f" 0 AS danger, NULL AS words_sealed, NULL AS heard_at, meet_on, meet_part,"
        f" (SELECT COUNT(*) FROM contract_paper AS paper WHERE paper.ticket ="
        f" contract_request.ticket AND paper.state = 'received') AS unseen,"
        f" '' AS kiosk, '' AS hall, NULL AS here_until"
        f" FROM contract_request WHERE %s"
        f" UNION ALL SELECT ticket, 'call', '', commune_code, phone_sealed, phone_hash, '',"
        f" '', code, place, {_SHARED}, '', 0, danger, words_sealed, heard_at, '', '', 0, kiosk,"
        f" COALESCE((SELECT device.place FROM kiosk_device AS device"
        f" WHERE device.name = \"call\".kiosk), ''), here_until"
        f" FROM \"call\" WHERE %s")
# A call from a machine whose person has left sinks to the rest.
_RANKED = (f"SELECT work.*, CASE WHEN danger > 0 THEN {DANGER} WHEN here_until > ? THEN {STANDING}"
           f" WHEN kind = 'call' AND channel = 'kiosk' THEN {REST}"
           f" WHEN kind = 'call' AND state = 'open' AND created_at < ? THEN {OVERDUE}"
           f" WHEN kind = 'call' THEN {TODAY}"
           f" WHEN created_at < CASE needs_build WHEN 0 THEN ? ELSE ? END THEN {OVERDUE}"
           f" WHEN meet_on = ? OR created_at < CASE needs_build WHEN 0 THEN ? ELSE ? END"
           f" THEN {TODAY} WHEN unseen > 0 OR stage = 'to_approve' THEN {NEW} ELSE {REST} END"
           f" AS rank"
           f" FROM ({_ALL}) AS work")
# Who waits for an officer now, of all calls that nobody has taken.
_CALLING = ("state = 'open' AND place <> 'DK' AND (danger > 0 OR here_until > ?"
            " OR COALESCE(heard_at, created_at) > ?)")


def page(found: Filter, rules: Rules, after: tuple[int, int, str], most: int) -> list[Work]:
    """What waits or is held, the most urgent first, then the oldest: up to `most` rows that follow
    (rank, created_at, ticket). Calls without a commune, and danger, are within everybody's
    reach."""
    ranked, params = _ranked(found, rules)
    rows = fetch(f"SELECT * FROM ({ranked}) AS ranked WHERE (rank, created_at, ticket) > (?, ?, ?)"
                 " ORDER BY rank, created_at, ticket LIMIT ?", *params, *after, most)
    return [_work(row) for row in rows]


def count_ranks(found: Filter, rules: Rules) -> dict[int, int]:
    """How much of it there is, by rank."""
    ranked, params = _ranked(found, rules)
    return dict(fetch(f"SELECT rank, COUNT(*) FROM ({ranked}) AS ranked GROUP BY rank", *params))


def _ranked(found: Filter, rules: Rules) -> tuple[str, tuple]:
    parts, params = [], ()
    for kind, otherwise in ((REQUEST, ""), (CALL, _ANYBODYS)):
        where, within = _within(found.reach, otherwise)
        if found.whole_reach:
            where, within = f"({where} OR officer = ?)", (*within, found.officer)
        if found.mine:
            where, within = f"{where} AND officer = ?", (*within, found.officer)
        if found.to_approve:
            waits = "stage = 'to_approve'" if kind == REQUEST else "1 = 0"
            where, within = f"{where} AND {waits} AND officer <> ?", (*within, found.officer)
        chosen = "1 = 1" if found.kind in ("", kind) else "1 = 0"
        parts.append(f"state IN ('open', 'taken') AND {chosen} AND {where}")
        params += within
    thresholds = (rules.now, rules.call_late, *rules.overdue, rules.today, *rules.due_today)
    return _RANKED % tuple(parts), thresholds + params


def newest_call(reach: Reach, now: int, since: int) -> Work | None:
    """The newest call within reach that nobody has taken: those of danger or of somebody at a
    machine first, then what came after `since` (ms). Danger told of again is as new as that."""
    where, within = _within(reach, _ANYBODYS)
    rows = fetch(f"SELECT * FROM ({_ALL % ('1 = 0', f'{_CALLING} AND {where}')}) AS work"
                 " ORDER BY CASE WHEN danger > 0 OR here_until > ? THEN 0 ELSE 1 END,"
                 " COALESCE(heard_at, created_at) DESC, ticket DESC LIMIT 1",
                 now, since, *within, now)
    return _work(rows[0]) if rows else None


def count_calls(reach: Reach, now: int, since: int) -> tuple[int, int]:
    """(how many such calls there are, how many of them tell of danger)."""
    where, within = _within(reach, _ANYBODYS)
    return fetch_row("SELECT COUNT(*), COUNT(CASE WHEN danger > 0 THEN 1 END) FROM \"call\""
                     f" WHERE {_CALLING} AND {where}", now, since, *within)


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


def take_back(ticket: str, officer: str, outcome: str, done_at: int) -> bool:
    """Ended by this officer in this way at this time → taken again. True when it still was so."""
    return run(f"UPDATE {_table(ticket)} SET state = 'taken', outcome = '', done_at = NULL"
               " WHERE ticket = ? AND state IN ('done', 'cancelled') AND officer = ?"
               " AND outcome = ? AND done_at = ?", ticket, officer, outcome, done_at) == 1


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
    work = Work(*row)
    return work._replace(phone_sealed=_bytes(work.phone_sealed),
                         words_sealed=_bytes(work.words_sealed))


def _bytes(found: bytes | memoryview | None) -> bytes | None:
    return bytes(found) if found else None


def _both(where: str, params: tuple, reach: Reach) -> tuple[tuple[str, str], tuple]:
    requests, within = _within(reach, "")
    calls, _same = _within(reach, _ANYBODYS)
    return (f"{where} AND {requests}", f"{where} AND {calls}"), (params + within) * 2


def _within(reach: Reach, otherwise: str) -> tuple[str, tuple]:
    if reach is None:
        return "1 = 1", ()
    marks = ", ".join("?" * len(reach)) or "NULL"
    return f"({otherwise} commune_code IN ({marks}))", tuple(reach)
