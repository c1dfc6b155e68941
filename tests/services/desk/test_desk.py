"""A piece of work at the desk: one officer wins, who sees what of it, what is on the record."""

from __future__ import annotations

import threading

import pytest

from db import desk as desk_records
from services import clock
from services.desk import desk, endings
from services.errors import AlreadyDecided, InvalidInput, NotYours, UnknownTicket
from tests.officers import CANBO, GIAMSAT, HANH, VO, at_desk, audited
from tests.villagers import HOA, NOON

pytestmark = pytest.mark.usefixtures("desk_staff")
BOSS, MINE, OTHER = at_desk(CANBO), at_desk(HANH), at_desk(VO)


def look_at(ticket, who, now):
    """(work, notes, whether the whole number is shown), as the desk's page looks at it."""
    work = desk.find(ticket, who)
    return work, *desk.look_at(work, who, now)


@pytest.mark.parametrize("make", ["ask", "ring"])
def test_two_officers_at_once_and_one_wins(make, request):
    ticket = request.getfixturevalue(make)()
    people, lost, start = [at_desk(CANBO), at_desk(GIAMSAT)] * 4, [], threading.Barrier(8)

    def grab(who):
        start.wait()
        try:
            desk.take(ticket, who, NOON)
        except AlreadyDecided:
            lost.append(who.name)
    threads = [threading.Thread(target=grab, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = desk_records.get(ticket).officer
    assert sorted(lost) == ["canbo" if winner == "giamsat" else "giamsat"] * 4
    assert [row[0] for row in audited() if row[1].endswith(".take")] == [winner]


def test_pressing_twice_is_pressing_once(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    desk.take(ticket, MINE, NOON + 1)
    assert desk_records.get(ticket).taken_at == NOON


def test_work_given_back_waits_again_since_when_it_was_asked(ask):
    ticket = ask(now=NOON - clock.DAY)
    desk.take(ticket, MINE, NOON)
    desk.give_back(ticket, MINE, NOON)
    work = desk_records.get(ticket)
    assert (work.state, work.officer, work.created_at) == ("open", "", NOON - clock.DAY)


def test_only_who_leads_gives_a_colleagues_work_back(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    with pytest.raises(NotYours):
        desk.give_back(ticket, BOSS, NOON)
    desk.give_back(ticket, at_desk(GIAMSAT), NOON)
    assert desk_records.get(ticket).state == "open"


@pytest.mark.parametrize("do", [
    lambda ticket: desk.find(ticket, OTHER), lambda ticket: look_at(ticket, OTHER, NOON),
    lambda ticket: desk.take(ticket, OTHER, NOON),
    lambda ticket: desk.give_back(ticket, OTHER, NOON),
    lambda ticket: endings.end(ticket, OTHER, "helped", NOON),
    lambda ticket: desk.add_note(ticket, OTHER, "x", NOON)])
def test_work_of_another_commune_does_not_exist(ask, do):
    with pytest.raises(UnknownTicket):
        do(ask(HOA))


def test_the_whole_number_is_for_who_holds_the_work(ask):
    ticket = ask()
    assert look_at(ticket, MINE, NOON)[2] is False
    desk.take(ticket, MINE, NOON)
    assert look_at(ticket, MINE, NOON)[2] is True
    assert look_at(ticket, BOSS, NOON)[2] is False
    endings.end(ticket, MINE, "helped", NOON)
    assert look_at(ticket, MINE, NOON)[2] is False


def test_everything_done_to_a_request_is_on_the_record(ask):
    ticket = ask()
    look_at(ticket, MINE, NOON)
    desk.take(ticket, MINE, NOON)
    look_at(ticket, MINE, NOON)
    desk.add_note(ticket, MINE, "gọi lại chiều nay", NOON)
    endings.end(ticket, MINE, "helped", NOON)
    assert audited() == [("hanh", f"request.{action}", ticket, detail) for action, detail in [
        ("view", ""), ("take", ""), ("view", "phone"), ("note", ""), ("end", "helped")]]


def test_notes_stand_in_order_with_their_authors(ask):
    ticket = ask()
    desk.add_note(ticket, BOSS, "  gọi lần một\r\nkhông nghe \0", NOON)
    desk.add_note(ticket, MINE, "đã gặp", NOON + 1)
    assert look_at(ticket, MINE, NOON)[1] == [
        (NOON, "canbo", "gọi lần một\nkhông nghe "), (NOON + 1, "hanh", "đã gặp")]


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), (" \n\0 ", "empty"),
                                              ("a" * 1001, "long")])
def test_an_empty_or_endless_note_is_refused(ask, text, reason):
    with pytest.raises(InvalidInput) as refused:
        desk.add_note(ask(), MINE, text, NOON)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("kind", "age", "word"), [
    ("request", clock.DAY - 1, "fresh"), ("request", clock.DAY, "waiting"),
    ("request", 3 * clock.DAY, "late"), ("call", 10 * clock.MINUTE - 1, "fresh"),
    ("call", 10 * clock.MINUTE, "waiting"), ("call", 30 * clock.MINUTE, "late")])
def test_how_long_is_too_long(ask, ring, kind, age, word):
    ticket = ask(now=NOON - age) if kind == "request" else ring(now=NOON - age)
    assert desk.urgency(desk_records.get(ticket), NOON) == word
