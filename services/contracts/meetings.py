"""When an officer meets a customer: half days in a commune, each with room for so many."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from db import audit
from db import contracts as contract_records
from db import meetings as meeting_records
from db.connection import write
from db.contracts import ContractRequest
from services import clock, deadlines
from services.contracts import requests
from services.contracts.requests import ContractFile
from services.errors import AlreadyDecided, InvalidInput, NotYours
from services.officers.rights import SignedIn
from services.outbox import outbox

PARTS = ("morning", "afternoon")
_DAYS_AHEAD = 14
_MOST_ROOM = 99


class Rule(NamedTuple):
    """A commune's days (1 = Monday) and how many customers are met in each half."""

    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    morning: int = 4
    afternoon: int = 4


class Slot(NamedTuple):
    """Half a day with places left."""

    day: str  # ISO
    part: str  # of PARTS
    left: int


def rule(commune_code: str) -> Rule:
    """The commune's own rule, or the usual one."""
    own = meeting_records.rule(commune_code)
    if own is None:
        return Rule()
    return Rule(tuple(map(int, own.weekdays.split(","))), own.morning, own.afternoon)


def set_rule(commune_code: str, weekdays: list[str], morning: str, afternoon: str,
             who: SignedIn, now: int) -> None:
    """Give a commune its days and room. Raises InvalidInput, or NotYours for an officer who does
    not lead or does not work for the commune."""
    if not who.leads or not who.reaches(commune_code):
        raise NotYours(commune_code)
    if not weekdays or not set(weekdays) <= set("1234567"):
        raise InvalidInput("weekdays")
    rooms = [_room(morning, "morning"), _room(afternoon, "afternoon")]

    def work() -> None:
        meeting_records.set_rule(commune_code, ",".join(sorted(set(weekdays))), *rooms)
        audit.append(now, [(who.name, "meeting.rule", commune_code, f"{weekdays} {rooms}")])
    write(work)


def _room(text: str, field: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text) or int(text) > _MOST_ROOM:
        raise InvalidInput(field)
    return int(text)


def free_slots(commune_code: str, now: int) -> list[Slot]:
    """What is still free from tomorrow on, two weeks ahead, without holidays."""
    today, own = clock.local(now).date(), rule(commune_code)
    days = [today + timedelta(days=n) for n in range(1, _DAYS_AHEAD + 1)]
    taken = meeting_records.taken(commune_code, days[0].isoformat(), days[-1].isoformat())
    rooms = {"morning": own.morning, "afternoon": own.afternoon}
    slots = [Slot(day.isoformat(), part, rooms[part] - taken.get((day.isoformat(), part), 0))
             for day in days if _is_met_on(day, own) for part in PARTS]
    return [slot for slot in slots if slot.left > 0]


def _is_met_on(day: date, own: Rule) -> bool:
    # A commune may meet people on a weekend, but nobody on a holiday.
    holiday = day.weekday() < 5 and not deadlines.is_working_day(day)
    return day.isoweekday() in own.weekdays and not holiday


def book(file: ContractFile, choice: str, now: int) -> None:
    """Meet the customer in a free half day, "2026-11-26 morning"; an earlier one is given back.

    The customer is texted. Raises NotYours, InvalidInput("meeting") or AlreadyDecided when the
    last place went to somebody else.
    """
    file.need_hold()
    free = free_slots(file.row.commune_code, now)
    day, _, part = choice.partition(" ")
    if (day, part) not in [(slot.day, slot.part) for slot in free]:
        raise InvalidInput("meeting")
    if not write(lambda: _book(file, day, part, now)):
        raise AlreadyDecided(file.ticket)


def _book(file: ContractFile, day: str, part: str, now: int) -> bool:
    row, who = file.row, file.who
    own = rule(row.commune_code)
    room = own.morning if part == "morning" else own.afternoon
    if not meeting_records.fill(row.commune_code, day, part, room):
        return False
    if not contract_records.set_meeting(row.ticket, who.name, day, part):
        raise AlreadyDecided(row.ticket)
    if row.meet_on:
        meeting_records.free(row.commune_code, row.meet_on, row.meet_part)
    audit.append(now, [(who.name, "request.meeting", row.ticket, f"{day} {part}")])
    _tell("meeting", row, day, part, now)
    return True


def remind(now: int) -> int:
    """Text everybody who is met tomorrow, once; returns how many texts were queued."""
    tomorrow = (clock.local(now).date() + timedelta(days=1)).isoformat()
    return write(lambda: sum(_tell("meeting_soon", row, row.meet_on, row.meet_part, now)
                             for row in contract_records.meeting_on(tomorrow)))


def _tell(kind: str, row: ContractRequest, day: str, part: str, now: int) -> bool:
    phone = requests.phone_of(row)
    return phone is not None and outbox.queue(
        kind, f"{row.ticket}:{day} {part}", phone,
        {"ticket": row.ticket, "meet_on": day, "part": part}, now)
