"""The desk: who sees what, one officer wins, how work ends."""

from __future__ import annotations

import threading

import pytest

from db import desk as desk_records
from db.connection import fetch
from services import clock
from services.contracts import requests
from services.contracts.requests import Wish
from services.desk import calls, desk, kinds
from services.errors import AlreadyDecided, InvalidInput, NotYours, UnknownTicket
from tests.officers import CANBO, GIAMSAT, HANH, VO, at_desk, audited, hire
from tests.villagers import HOA, MAY, NOON, PAO, SON

pytestmark = pytest.mark.usefixtures("desk_staff")
BOSS, MINE, OTHER = at_desk(CANBO), at_desk(HANH), at_desk(VO)


@pytest.fixture
def desk_staff(app) -> None:
    hire()


@pytest.fixture
def ask(vault):
    """Somebody asks for a contract; returns the ticket."""
    def make(person=HOA, now=NOON, phone=True):
        sealed = vault.seal_phone(person.phone) if phone else None
        return requests.request(
            Wish(person.name, sealed, person.commune_code, "any", "kiosk"), now)
    return make


@pytest.fixture
def ring(vault):
    """Somebody calls for an officer; returns the ticket."""
    def make(commune="", now=NOON, person=HOA):
        return calls.raise_call("sms", now, phone=vault.seal_phone(person.phone),
                                commune_code=commune)
    return make


def look_at(ticket, who, now):
    """(work, notes, whether the whole number is shown), as the desk's page looks at it."""
    work = desk.find(ticket, who)
    return work, *desk.look_at(work, who, now)


def tickets(works):
    return [work.ticket for work in works]


def texts_of(kind):
    return fetch("SELECT params FROM outbox_message WHERE kind = ?", kind)


def test_the_oldest_waits_on_top_whatever_it_is(ask, ring):
    new, call, old = ask(), ring(now=NOON - clock.HOUR), ask(SON, NOON - clock.DAY)
    assert tickets(desk.queue(BOSS, "", NOON).waiting) == [old, call, new]


def test_an_officer_sees_the_own_communes_and_calls_from_nowhere_known(ask, ring):
    here, _there = ask(HOA), ask(MAY)
    lost, _far = ring(), ring("05716", person=MAY)
    queue = desk.queue(MINE, "", NOON)
    assert sorted(tickets(queue.waiting)) == sorted([here, lost]) and queue.total == 2


def test_several_communes_are_one_reach(ask):
    ask(HOA)
    there = [ask(MAY), ask(PAO, phone=False)]
    assert sorted(tickets(desk.queue(OTHER, "", NOON).waiting)) == sorted(there)


def test_a_filter_shows_one_commune_and_calls_from_nowhere_known(ask, ring):
    ask(HOA)
    may, lost = ask(MAY), ring()
    assert sorted(tickets(desk.queue(BOSS, "05716", NOON).waiting)) == sorted([may, lost])


def test_a_filter_does_not_widen_the_reach():
    with pytest.raises(NotYours):
        desk.queue(MINE, "05716", NOON)


def test_only_a_hundred_are_shown_but_all_are_counted(ask):
    for _ in range(101):
        ask(phone=False)
    queue = desk.queue(BOSS, "", NOON)
    assert (len(queue.waiting), queue.total) == (100, 101)


def test_work_moves_from_waiting_to_mine_to_ended(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    queue = desk.queue(MINE, "", NOON)
    assert (queue.waiting, tickets(queue.mine)) == ([], [ticket])
    assert tickets(desk.queue(BOSS, "", NOON).others) == [ticket]
    desk.end(ticket, MINE, "helped", NOON)
    queue = desk.queue(MINE, "", NOON)
    assert (queue.mine, tickets(queue.ended)) == ([], [ticket])


def test_what_was_done_yesterday_is_not_done_today(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    desk.end(ticket, MINE, "helped", NOON)
    assert desk.queue(MINE, "", NOON + 12 * clock.HOUR).ended == []


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


def test_nobody_ends_a_colleagues_work(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    for who in (BOSS, at_desk(GIAMSAT)):
        with pytest.raises(NotYours):
            desk.end(ticket, who, "helped", NOON)


def test_untaken_work_cannot_be_ended(ask):
    with pytest.raises(NotYours):
        desk.end(ask(), MINE, "helped", NOON)


def test_ended_work_cannot_be_taken_ended_or_given_back(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    desk.end(ticket, MINE, "helped", NOON)
    for change in (lambda: desk.take(ticket, BOSS, NOON),
                   lambda: desk.give_back(ticket, MINE, NOON),
                   lambda: desk.end(ticket, MINE, "withdrawn", NOON)):
        with pytest.raises(AlreadyDecided):
            change()
    assert desk_records.get(ticket).outcome == "helped"


@pytest.mark.parametrize(("outcome", "state", "texts"), [
    ("helped", "done", 1), ("withdrawn", "cancelled", 0), ("unreachable", "cancelled", 0)])
def test_how_a_request_ends(ask, outcome, state, texts):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    desk.end(ticket, MINE, outcome, NOON + 1)
    work = desk_records.get(ticket)
    assert (work.state, work.outcome, work.done_at) == (state, outcome, NOON + 1)
    assert len(texts_of("done")) == texts


def test_the_text_names_the_ticket_and_nothing_else(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    desk.end(ticket, MINE, "helped", NOON)
    assert texts_of("done") == [(f'{{"ticket":"{ticket}"}}',)]


def test_without_a_phone_nobody_is_texted(ask):
    ticket = ask(phone=False)
    desk.take(ticket, MINE, NOON)
    desk.end(ticket, MINE, "helped", NOON)
    assert texts_of("done") == []


@pytest.mark.parametrize("outcome", kinds.OUTCOMES)
def test_a_call_simply_ends_and_nobody_is_texted(ring, outcome):
    ticket = ring()
    desk.take(ticket, MINE, NOON)
    desk.end(ticket, MINE, outcome, NOON)
    assert (desk_records.get(ticket).state, texts_of("done")) == ("done", [])


def test_an_unknown_outcome_is_refused(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    with pytest.raises(InvalidInput):
        desk.end(ticket, MINE, "lost", NOON)


@pytest.mark.parametrize("do", [
    lambda ticket: desk.find(ticket, OTHER), lambda ticket: look_at(ticket, OTHER, NOON),
    lambda ticket: desk.take(ticket, OTHER, NOON),
    lambda ticket: desk.give_back(ticket, OTHER, NOON),
    lambda ticket: desk.end(ticket, OTHER, "helped", NOON),
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
    desk.end(ticket, MINE, "helped", NOON)
    assert look_at(ticket, MINE, NOON)[2] is False


def test_everything_done_to_a_request_is_on_the_record(ask):
    ticket = ask()
    look_at(ticket, MINE, NOON)
    desk.take(ticket, MINE, NOON)
    look_at(ticket, MINE, NOON)
    desk.add_note(ticket, MINE, "gọi lại chiều nay", NOON)
    desk.end(ticket, MINE, "helped", NOON)
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


def test_new_calls_are_those_since_the_last_look(ring):
    ring(now=NOON - 1)
    new = ring(now=NOON + 1, person=SON)
    assert desk.new_calls(MINE, "", NOON) == [new]
