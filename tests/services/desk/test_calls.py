"""Calls for an officer: asked for once, taken back while they wait."""

from __future__ import annotations

import pytest

from db.calls import Call
from services import clock
from services.desk import calls
from tests.villagers import HOA, NOON


@pytest.fixture
def phone(vault):
    return vault.seal_phone(HOA.phone)


def test_a_call_by_text_is_the_same_for_a_quarter_of_an_hour(app, phone) -> None:
    first = calls.raise_call("sms", NOON, phone=phone)
    assert calls.raise_call("sms", NOON + 14 * clock.MINUTE, phone=phone) == first
    assert calls.raise_call("sms", NOON + 15 * clock.MINUTE, phone=phone) != first


def test_a_call_by_text_and_one_at_the_kiosk_are_two(app, phone) -> None:
    calls.raise_call("sms", NOON, phone=phone)
    calls.raise_call("kiosk", NOON, place="bills", code=HOA.code)
    assert sorted(call.channel for call in Call.select()) == ["kiosk", "sms"]


def test_two_people_at_the_same_screen_call_twice(app) -> None:
    tickets = {calls.raise_call("kiosk", NOON, place="bills") for _ in range(2)}
    assert len(tickets) == 2


def test_a_made_up_earlier_ticket_is_a_new_call(app) -> None:
    assert calls.raise_call("kiosk", NOON, earlier="GAP-000000").startswith("GAP-")
    assert Call.select().count() == 1


def test_only_a_waiting_call_is_taken_back(app) -> None:
    ticket = calls.raise_call("kiosk", NOON)
    assert calls.withdraw(ticket, NOON) is True
    assert calls.withdraw(ticket, NOON) is False
    assert (Call.get().state, Call.get().outcome, Call.get().done_at) == ("done", "withdrawn", NOON)


def test_whose_turn_it_is(app) -> None:
    first, second = (calls.raise_call("kiosk", NOON + n, commune_code="05569") for n in range(2))
    elsewhere = calls.raise_call("kiosk", NOON, commune_code="05716")
    assert [calls.turn(ticket) for ticket in (first, second, elsewhere)] == [
        ("open", 0, ""), ("open", 1, ""), ("open", 0, "")]
    Call.update(state="taken", officer="canbo").where(Call.ticket == first).execute()
    assert [calls.turn(ticket) for ticket in (first, second)] == [
        ("taken", 0, "canbo"), ("open", 0, "")]
    assert [calls.is_taken(ticket) for ticket in (first, second)] == [True, False]
    assert calls.turn("GAP-000000") is None


def test_calls_of_no_known_commune_stand_before_all(app) -> None:
    calls.raise_call("sms", NOON)
    ours = calls.raise_call("kiosk", NOON + 1, commune_code="05569")
    assert calls.turn(ours) == ("open", 1, "")
