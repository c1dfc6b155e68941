"""How work at the desk ends, and how an officer takes that back.

The customer is texted a minute after the end. Until then **Lấy lại** makes the work as it was and
drops the text; of that and the worker that sends it, whoever comes later loses.
"""

from __future__ import annotations

from db import calls as call_records
from db import contracts as contract_records
from db import desk as desk_records
from db import meetings as meeting_records
from db.calls import DONE
from db.contracts import TO_APPROVE, WITHDRAWN
from db.desk import REQUEST, Work
from services import clock
from services.desk import desk
from services.desk.kinds import OUTCOMES, STAGES
from services.errors import AlreadyDecided, EndStands, InvalidInput, NotYours
from services.officers.rights import SignedIn
from services.outbox import outbox

GRACE = clock.MINUTE  # how long an end may be taken back

_OF_CALLS = ("helped", "withdrawn", "unreachable")


def outcomes(work: Work) -> tuple[str, ...]:
    """How this work may end. Whether a telephone is tied is decided on a page of its own."""
    if work.kind == REQUEST:
        return tuple(OUTCOMES)
    return _OF_CALLS[1:] if work.place == call_records.REGISTER else _OF_CALLS


def end(ticket: str, who: SignedIn, outcome: str, now: int, lacking: str = "") -> None:
    """End work that this officer holds. Whoever was helped, or refused a request, is texted so
    a minute later.

    `lacking`: what the officer was told is missing, for the record. Raises InvalidInput
    ("outcome"; "signed" for a contract that cannot be undone here, "approval" for one that waits
    for a second officer and would be forgotten), NotYours or AlreadyDecided.
    """
    work = desk.find(ticket, who)
    if outcome not in outcomes(work):
        raise InvalidInput("outcome")
    if work.officer != who.name:
        raise NotYours(ticket)
    if work.stage == TO_APPROVE and outcome not in STAGES:
        raise InvalidInput("outcome", "approval")
    detail = f"{outcome} {lacking}".strip()
    if not desk.change(lambda: _end(work, outcome, now), who, "end", work, now, detail):
        raise AlreadyDecided(ticket)


def _end(work: Work, outcome: str, now: int) -> bool:
    state = OUTCOMES[outcome] if work.kind == REQUEST else DONE
    if not desk_records.end(work.ticket, work.officer, state, outcome, now):
        return False
    if work.kind == REQUEST:
        _end_file(desk_records.get(work.ticket) or work, outcome, now)
    return True


def _end_file(work: Work, outcome: str, now: int) -> None:
    stage = STAGES.get(outcome, "")
    if stage and not contract_records.close(work.ticket, stage):
        raise InvalidInput("outcome", "signed")
    if work.meet_on > clock.local_day(now):
        meeting_records.free(work.commune_code, work.meet_on, work.meet_part)
    kind = _text_of(work, outcome)
    if kind:
        params = {"ticket": work.ticket} | ({"outcome": outcome} if stage else {})
        outbox.queue(kind, _dedupe(work.ticket, now), (work.phone_hash, work.phone_sealed or b""),
                     params, now, due_at=now + GRACE)


def _text_of(work: Work, outcome: str) -> str:
    """The kind of text that tells the customer of this end; "" for none."""
    stage = STAGES.get(outcome, "")
    if work.kind != REQUEST or not work.phone_sealed or stage == WITHDRAWN:
        return ""
    return "request_over" if stage else "done"


def _dedupe(ticket: str, done_at: int) -> str:
    # Work that was taken back ends once more, and is told of then.
    return f"{ticket}:{done_at}"


def tells_at(work: Work, now: int) -> int | None:
    """When the customer will be texted of an end that can still be taken back (ms); 0 when nobody
    is texted; None when the end stands."""
    if work.done_at is None or not work.officer or now >= work.done_at + GRACE:
        return None
    if work.outcome not in outcomes(work):
        return None  # another way to end: a telephone tied, the day of supply
    return work.done_at + GRACE if _text_of(work, work.outcome) else 0


def take_back(ticket: str, who: SignedIn, now: int) -> None:
    """The work is held again by who ended it, exactly as it was, and no text goes out.

    For that officer, or one who leads. Raises NotYours; EndStands ("late", "sent") or
    AlreadyDecided when it was changed since.
    """
    work = desk.find(ticket, who)
    if not who.answers_for(work.officer):
        raise NotYours(ticket)
    if work.done_at is None:
        raise AlreadyDecided(ticket)
    if tells_at(work, now) is None:
        raise EndStands("late")
    if not desk.change(lambda: _take_back(work), who, "reopen", work, now, work.outcome):
        raise AlreadyDecided(ticket)


def _take_back(work: Work) -> bool:
    done_at = work.done_at or 0
    if not desk_records.take_back(work.ticket, work.officer, work.outcome, done_at):
        return False
    if work.kind != REQUEST:
        return True
    contract_records.restore_stage(work.ticket)
    if work.meet_on > clock.local_day(done_at):
        meeting_records.keep(work.commune_code, work.meet_on, work.meet_part)
    kind = _text_of(work, work.outcome)
    if kind and not outbox.take_back(kind, _dedupe(work.ticket, done_at)):
        raise EndStands("sent")  # undoes all of it
    return True
