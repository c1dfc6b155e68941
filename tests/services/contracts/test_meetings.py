"""Half days with room for so many, booked once each, and reminded of the day before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from db import connection
from db.connection import fetch
from services import clock
from services.contracts import meetings, requests
from services.contracts.requests import Wish
from services.desk import desk, endings
from services.errors import AlreadyDecided, InvalidInput, NotYours
from tests import officers
from tests.contracts import opened
from tests.officers import CANBO, GIAMSAT, HANH, at_desk
from tests.villagers import HOA, NOON

WHO, LEADER = at_desk(CANBO), at_desk(GIAMSAT)
MONDAY = "2026-11-16"


@pytest.fixture
def ask(app, vault):
    """Somebody's request, taken by Cán bộ."""
    officers.hire()

    def make() -> str:
        ticket = requests.request(Wish(HOA.name, vault.seal_phone(HOA.phone), HOA.commune_code,
                                       "any", "sms"), NOON)
        desk.take(ticket, WHO, NOON)
        return ticket
    return make


def left(day: str, part: str) -> int:
    return {(slot.day, slot.part): slot.left
            for slot in meetings.free_slots(HOA.commune_code, NOON)}.get((day, part), 0)


def texts(kind: str) -> list[str]:
    return [params for (params,) in fetch(
        "SELECT params FROM outbox_message WHERE kind = ?", kind)]


def test_the_usual_days_are_monday_to_friday(app) -> None:
    slots = meetings.free_slots(HOA.commune_code, NOON)
    assert slots[0] == meetings.Slot(MONDAY, "morning", 4)
    assert {date.fromisoformat(slot.day).isoweekday() for slot in slots} == {1, 2, 3, 4, 5}


def test_nobody_is_met_on_a_holiday(app) -> None:
    slots = meetings.free_slots(HOA.commune_code, clock.at_local(date(2026, 4, 24)))
    assert "2026-04-27" not in {slot.day for slot in slots}


def test_a_meeting_takes_a_place_and_is_told(ask) -> None:
    ticket = ask()
    meetings.book(opened(ticket), f"{MONDAY} morning", NOON)
    assert left(MONDAY, "morning") == 3
    assert texts("meeting") == [
        f'{{"ticket":"{ticket}","meet_on":"{MONDAY}","part":"morning"}}']


def test_another_one_gives_the_first_place_back(ask) -> None:
    ticket = ask()
    meetings.book(opened(ticket), f"{MONDAY} morning", NOON)
    meetings.book(opened(ticket), f"{MONDAY} afternoon", NOON)
    assert (left(MONDAY, "morning"), left(MONDAY, "afternoon")) == (4, 3)


def test_a_request_that_ends_gives_its_place_back(ask) -> None:
    ticket = ask()
    meetings.book(opened(ticket), f"{MONDAY} morning", NOON)
    endings.end(ticket, WHO, "withdrawn", NOON)
    assert left(MONDAY, "morning") == 4


@pytest.mark.parametrize("choice", ["", "2026-11-15 morning", f"{MONDAY} night",
                                    "2026-11-21 morning", "2027-05-01 morning"])
def test_what_is_not_offered_is_not_booked(ask, choice: str) -> None:
    with pytest.raises(InvalidInput):
        meetings.book(opened(ask()), choice, NOON)


def test_only_who_holds_the_request_books(ask) -> None:
    with pytest.raises(NotYours):
        meetings.book(opened(ask(), HANH), f"{MONDAY} morning", NOON)


def test_the_last_place_goes_to_one_of_many_at_once(ask) -> None:
    meetings.set_rule(HOA.commune_code, ["1"], "1", "0", LEADER, NOON)
    tickets = [ask() for _ in range(4)]

    def book(ticket: str) -> bool:
        try:
            meetings.book(opened(ticket), f"{MONDAY} morning", NOON)
        except (AlreadyDecided, InvalidInput):
            return False
        finally:
            connection.database.close()
        return True
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(book, tickets)) == [False, False, False, True]
    assert fetch("SELECT taken FROM meeting_slot") == [(1,)]


def test_a_reminder_goes_out_once_the_day_before(ask) -> None:
    ticket = ask()
    meetings.book(opened(ticket), "2026-11-17 morning", NOON)
    assert meetings.remind(NOON) == 0
    assert meetings.remind(NOON + clock.DAY) == 1
    assert meetings.remind(NOON + clock.DAY + clock.HOUR) == 0
    assert ticket in texts("meeting_soon")[0]


@pytest.mark.parametrize(("days", "morning", "field"), [
    ([], "4", "weekdays"), (["8"], "4", "weekdays"), (["1"], "x", "morning"),
    (["1"], "100", "morning"), (["1"], "", "morning")])
def test_a_rule_that_cannot_be_is_named(app, days, morning, field) -> None:
    with pytest.raises(InvalidInput) as refusal:
        meetings.set_rule(HOA.commune_code, days, morning, "4", LEADER, NOON)
    assert refusal.value.field == field


def test_only_who_leads_sets_the_days(app) -> None:
    with pytest.raises(NotYours):
        meetings.set_rule(HOA.commune_code, ["1"], "4", "4", WHO, NOON)
