"""A piece of work at the officers' desk: found, taken, given back, noted. What waits is listed in
`waiting.py`, how it ends in `endings.py`; `kinds.py` tells of what kinds it is."""

from __future__ import annotations

from collections.abc import Callable

from db import audit
from db import desk as desk_records
from db.calls import TAKEN
from db.connection import write
from db.contracts import ContractRequest
from db.desk import CALL, REQUEST, Note, Work
from services import deadlines
from services.desk.kinds import KINDS
from services.errors import AlreadyDecided, InvalidInput, NotYours, UnknownTicket
from services.officers.rights import SignedIn

_NOTE_MOST = 1000


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
                row.needs_build, meet_on=row.meet_on, meet_part=row.meet_part)


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
    won = change(lambda: desk_records.take(ticket, who.name, now), who, "take", work, now)
    if not won and not holds(find(ticket, who), who):
        raise AlreadyDecided(ticket)


def give_back(ticket: str, who: SignedIn, now: int) -> None:
    """Put taken work back into the queue. A supervisor may do it for a colleague.

    Raises AlreadyDecided when it is not held any more, NotYours when somebody else holds it.
    """
    work = find(ticket, who)
    if not who.answers_for(work.officer):
        raise NotYours(ticket)
    if not change(lambda: desk_records.give_back(ticket, work.officer), who, "back", work, now):
        raise AlreadyDecided(ticket)


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


def change(make: Callable[[], bool], who: SignedIn, action: str, work: Work, now: int,
           detail: str = "") -> bool:
    """Make a change and log it, both or neither; False when somebody was faster."""
    def both() -> bool:
        if not make():
            return False
        _log(who, action, work, now, detail)
        return True
    return write(both)


def _log(who: SignedIn, action: str, work: Work, now: int, detail: str = "") -> None:
    audit.append(now, [(who.name, f"{work.kind}.{action}", work.ticket, detail)])
