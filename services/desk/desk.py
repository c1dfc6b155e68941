"""The officers' desk: what waits, who does it, how it ended. `kinds.py` tells of what kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from db import audit
from db import contracts as contract_records
from db import desk as desk_records
from db import meetings as meeting_records
from db.calls import DONE, TAKEN
from db.connection import write
from db.contracts import WITHDRAWN, ContractRequest
from db.desk import CALL, REQUEST, Note, Reach, Work
from services import clock, deadlines
from services.desk.kinds import KINDS, OUTCOMES, STAGES
from services.errors import AlreadyDecided, InvalidInput, NotYours, UnknownTicket
from services.officers.rights import SignedIn
from services.outbox import outbox

_MOST_SHOWN = 100
_MOST_OTHERS = 30
_NOTE_MOST = 1000


class Queue(NamedTuple):
    """The desk as one officer sees it."""

    waiting: list[Work]  # danger first, then oldest first
    total: int  # all that waits, also what is not shown
    mine: list[Work]
    others: list[Work]
    ended: list[Work]  # mine, today, newest first


def queue(who: SignedIn, commune: str, now: int) -> Queue:
    """The desk, of one commune or ("") of all within reach; raises NotYours."""
    reach = _narrowed(who.reach, commune)
    waiting = desk_records.waiting(reach, _MOST_SHOWN)
    total = desk_records.count_waiting(reach) if len(waiting) == _MOST_SHOWN else len(waiting)
    midnight = clock.at_local(clock.local(now).date())
    return Queue(waiting, total, desk_records.taken_by(who.name),
                 desk_records.taken_by_others(who.name, reach, _MOST_OTHERS),
                 desk_records.ended_since(who.name, midnight))


def new_calls(who: SignedIn, commune: str, since: int) -> list[str]:
    """Tickets of open calls that came in after `since`; raises NotYours."""
    return desk_records.calls_since(_narrowed(who.reach, commune), since)


def _narrowed(reach: Reach, commune: str) -> Reach:
    if not commune:
        return reach
    if reach is not None and commune not in reach:
        raise NotYours(commune)
    return (commune,)


def urgency(work: Work, now: int) -> str:
    """ "danger", or "fresh", "waiting" or "late": how long it has been since somebody asked."""
    if work.danger:
        return "danger"
    kind, age = KINDS[work.kind], now - work.created_at
    if age < kind.waits_long:
        return "fresh"
    return "waiting" if age < kind.waits_too_long else "late"


def stand(work: Work, limit: deadlines.Limits, now: int) -> deadlines.Standing | None:
    """How much time a request still has; None for a call and for what has ended."""
    if work.kind != REQUEST or work.done_at is not None:
        return None
    return deadlines.stand(work.created_at, bool(work.needs_build), "", now, limit)


def find(ticket: str, who: SignedIn) -> Work:
    """The work under a ticket; raises UnknownTicket, also for what is out of reach."""
    work = desk_records.get(ticket)
    if work is None or not (is_within_reach(work, who) or _is_anybodys(work)):
        raise UnknownTicket(ticket)
    return work


def is_within_reach(work: Work | ContractRequest, who: SignedIn) -> bool:
    """The officer works for its commune, or took it themselves."""
    return who.reaches(work.commune_code) or work.officer == who.name


def _is_anybodys(work: Work) -> bool:
    """Of no known commune, or danger: whoever is there must be able to help."""
    return work.kind == CALL and (not work.commune_code or work.danger > 0)


def work_of(row: ContractRequest) -> Work:
    """A request as a piece of work, without another look at the database."""
    sealed = bytes(row.phone_sealed) if row.phone_sealed else None
    return Work(row.ticket, REQUEST, row.name, row.commune_code, sealed, row.phone_hash,
                row.purpose, row.meet_when, "", "", row.channel, row.state, row.outcome,
                row.officer, row.created_at, row.taken_at, row.done_at, row.stage,
                row.needs_build)


def look_at(work: Work, who: SignedIn, now: int) -> tuple[list[Note], bool]:
    """(notes, whether the whole phone number may be shown), and a line in the audit.

    The number is for the officer who took the work, as long as they hold it.
    """
    whole = holds(work, who) and work.phone_sealed is not None
    write(lambda: _log(who, "view", work, now, "phone" if whole else ""))
    return desk_records.notes(work.ticket), whole


def holds(work: Work | ContractRequest, who: SignedIn) -> bool:
    """The officer took this work and still has it."""
    return work.state == TAKEN and work.officer == who.name


def take(ticket: str, who: SignedIn, now: int) -> None:
    """Take open work. Raises AlreadyDecided when a colleague was faster; twice is once."""
    work = find(ticket, who)
    won = _won(lambda: desk_records.take(ticket, who.name, now), who, "take", work, now)
    if not won and not holds(find(ticket, who), who):
        raise AlreadyDecided(ticket)


def give_back(ticket: str, who: SignedIn, now: int) -> None:
    """Put taken work back into the queue. A supervisor may do it for a colleague.

    Raises AlreadyDecided when it is not held any more, NotYours when somebody else holds it.
    """
    work = find(ticket, who)
    if not who.answers_for(work.officer):
        raise NotYours(ticket)
    if not _won(lambda: desk_records.give_back(ticket, work.officer), who, "back", work, now):
        raise AlreadyDecided(ticket)


def end(ticket: str, who: SignedIn, outcome: str, now: int) -> None:
    """End work that this officer holds. Whoever was helped, or refused a request, is texted so.

    Raises InvalidInput (outcome; "signed" for a contract that cannot be undone here), NotYours
    or AlreadyDecided.
    """
    if outcome not in OUTCOMES:
        raise InvalidInput("outcome")
    work = find(ticket, who)
    if work.officer != who.name:
        raise NotYours(ticket)
    state = OUTCOMES[outcome] if work.kind == REQUEST else DONE
    if not _won(lambda: _end(work, state, outcome, now), who, "end", work, now, outcome):
        raise AlreadyDecided(ticket)


def _end(work: Work, state: str, outcome: str, now: int) -> bool:
    if not desk_records.end(work.ticket, work.officer, state, outcome, now):
        return False
    if work.kind == REQUEST:
        _end_file(work, outcome, now)
    return True


def _end_file(work: Work, outcome: str, now: int) -> None:
    stage = STAGES.get(outcome, "")
    if stage and not contract_records.close(work.ticket, stage):
        raise InvalidInput("outcome", "signed")
    row = contract_records.get(work.ticket)
    if row is not None and row.meet_on > clock.local_day(now):
        meeting_records.free(row.commune_code, row.meet_on, row.meet_part)
    if work.phone_sealed and stage != WITHDRAWN:
        kind = "request_over" if stage else "done"
        params = {"ticket": work.ticket} | ({"outcome": outcome} if stage else {})
        outbox.queue(kind, work.ticket, (work.phone_hash, work.phone_sealed), params, now)


def add_note(ticket: str, who: SignedIn, text: str, now: int) -> None:
    """Write a note under a ticket; raises InvalidInput ("empty", "long")."""
    work = find(ticket, who)
    cleaned = "".join(c for c in text.strip() if c.isprintable() or c == "\n")
    if not cleaned:
        raise InvalidInput("note", "empty")
    if len(cleaned) > _NOTE_MOST:
        raise InvalidInput("note", "long")

    def keep() -> None:
        desk_records.add_note(ticket, who.name, cleaned, now)
        _log(who, "note", work, now)
    write(keep)


def _won(change: Callable[[], bool], who: SignedIn, action: str, work: Work, now: int,
         detail: str = "") -> bool:
    """Make a change and log it, both or neither; False when somebody was faster."""
    def both() -> bool:
        if not change():
            return False
        _log(who, action, work, now, detail)
        return True
    return write(both)


def _log(who: SignedIn, action: str, work: Work, now: int, detail: str = "") -> None:
    audit.append(now, [(who.name, f"{work.kind}.{action}", work.ticket, detail)])
