"""What waits at the desk: by urgency, whole and in pages, and the newest call."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from db.connection import run
from services import clock, deadlines
from services.deadlines import Limits
from services.desk import calls, desk, endings, waiting
from services.desk.waiting import PAGE, Chosen
from services.errors import InvalidInput, NotYours
from tests import contracts
from tests.officers import CANBO, HANH, VO, at_desk
from tests.villagers import HOA, MAY, NOON, PAO, SON

pytestmark = pytest.mark.usefixtures("desk_staff")
BOSS, MINE, OTHER = at_desk(CANBO), at_desk(HANH), at_desk(VO)
LIMITS = Limits(7, 5, 7)
ALL = Chosen()
VO_NHAI = "05716"


def look(who=BOSS, chosen=ALL, after="", now=NOON):
    return waiting.queue(who, chosen, after, LIMITS, now)


def tickets(works):
    return [work.ticket for work in works]


def banded(queue):
    """(ticket, band) of each row."""
    return [(work.ticket, waiting.band(work)) for work in queue.rows]


def tell_of_danger(ticket, heard_at=NOON):
    run('UPDATE "call" SET danger = 1, heard_at = ? WHERE ticket = ?', heard_at, ticket)
    return ticket


def test_danger_then_who_stands_then_what_is_overdue_and_then_the_rest(ask, ring, stand, vault):
    rest = ask()
    paper = contracts.complete(vault, HOA, now=NOON)
    run("UPDATE contract_paper SET state = 'received' WHERE ticket = ? AND kind = 'place'", paper)
    soon = ask(now=clock.at_local(date(2026, 11, 8)))  # five working days: 13 November
    today = ring(now=NOON - clock.MINUTE)
    late = ask(now=clock.at_local(date(2026, 11, 2)))
    standing = stand()
    lines = tell_of_danger(ring(person=SON, now=NOON + 1))
    assert banded(look()) == [
        (lines, "standing"), (standing, "standing"), (late, "overdue"), (soon, "overdue"),
        (today, "today"), (paper, "new"), (rest, "rest")]


@pytest.mark.parametrize("build", [0, 1])
def test_the_band_agrees_with_the_deadline_on_every_day(ask, build):
    asked = clock.at_local(date(2026, 11, 5), 9)
    ticket = ask(now=asked)
    run("UPDATE contract_request SET needs_build = ? WHERE ticket = ?", build, ticket)
    for days in range(20):
        now = clock.at_local(date(2026, 11, 5) + timedelta(days=days), 10)
        left = deadlines.stand(asked, bool(build), "", now, LIMITS)
        late = "overdue" if left.level in ("late", "over") else None
        due = "today" if left.due_on == clock.local_day(now) else "rest"
        assert banded(look(now=now)) == [(ticket, late or due)]


def test_a_meeting_today_stands_among_what_is_for_today(ask):
    ticket = ask()
    run("UPDATE contract_request SET meet_on = ?, meet_part = 'morning'", clock.local_day(NOON))
    assert banded(look()) == [(ticket, "today")]


def test_within_a_band_the_oldest_is_first(ask):
    new, old = ask(), ask(SON, NOON - clock.DAY)
    assert tickets(look().rows) == [old, new]


def test_who_has_left_the_machine_sinks(ask, stand):
    ticket, other = stand(), ask(now=NOON - 1)
    assert tickets(look().rows) == [ticket, other]
    calls.leave(ticket)
    assert banded(look()) == [(other, "rest"), (ticket, "rest")]
    row = look().rows[1]
    assert waiting.has_left(row, NOON) and not waiting.stands(row, NOON)


def test_without_a_sign_somebody_is_believed_to_stand_there_for_three_minutes(stand):
    ticket = stand()
    assert banded(look(now=NOON + 3 * clock.MINUTE - 1)) == [(ticket, "standing")]
    assert banded(look(now=NOON + 3 * clock.MINUTE)) == [(ticket, "rest")]


def test_a_call_by_text_is_overdue_after_half_an_hour(ring):
    ticket = ring()
    assert banded(look(now=NOON + 30 * clock.MINUTE)) == [(ticket, "today")]
    assert banded(look(now=NOON + 30 * clock.MINUTE + 1)) == [(ticket, "overdue")]


def test_an_officer_sees_the_own_communes_and_calls_from_nowhere_known(ask, ring):
    here, _there = ask(HOA), ask(MAY)
    lost, _far = ring(), ring(VO_NHAI, person=MAY)
    assert sorted(tickets(look(MINE).rows)) == sorted([here, lost]) and look(MINE).total == 2


def test_several_communes_are_one_reach(ask):
    ask(HOA)
    there = [ask(MAY), ask(PAO, phone=False)]
    assert sorted(tickets(look(OTHER).rows)) == sorted(there)


def test_a_filter_shows_one_commune_and_calls_from_nowhere_known(ask, ring):
    ask(HOA)
    may, lost = ask(MAY), ring()
    assert sorted(tickets(look(chosen=Chosen(VO_NHAI)).rows)) == sorted([may, lost])


def test_a_filter_shows_one_kind(ask, ring):
    request, call = ask(), ring()
    for kind, ticket in (("request", request), ("call", call)):
        queue = look(chosen=Chosen(kind=kind))
        assert (tickets(queue.rows), queue.total, queue.everybodys) == ([ticket], 1, 1)


@pytest.mark.parametrize("chosen", [Chosen(kind="x"), Chosen(holder="x")])
def test_a_choice_that_there_is_not_is_refused(chosen):
    with pytest.raises(InvalidInput):
        look(chosen=chosen)


def test_a_filter_does_not_widen_the_reach():
    with pytest.raises(NotYours):
        look(MINE, Chosen(VO_NHAI))


def test_what_an_officer_took_stays_in_sight_and_can_be_listed_alone(ask):
    mine, theirs, _open = ask(), ask(SON), ask(MAY)
    desk.take(mine, MINE, NOON)
    desk.take(theirs, BOSS, NOON)
    run("UPDATE contract_request SET commune_code = ? WHERE ticket = ?", VO_NHAI, mine)
    queue = look(MINE)
    assert sorted(tickets(queue.rows)) == sorted([mine, theirs])
    assert (queue.everybodys, queue.mine) == (2, 1)
    alone = look(MINE, Chosen(holder="me"))
    assert (tickets(alone.rows), alone.total) == ([mine], 1)


def test_pages_hold_everything_once_and_the_counts_say_how_much(ask, ring, stand):
    made = [ask(phone=False, now=NOON - n % 7) for n in range(PAGE + 30)]
    made += [ask(MAY, now=NOON - 9 * clock.DAY) for _ in range(PAGE)]
    made += [stand() for _ in range(3)]
    seen, after, pages = [], "", 0
    while pages == 0 or after:
        queue = look(after=after)
        seen, after, pages = seen + queue.rows, queue.after, pages + 1
        assert queue.total == len(made) and len(queue.rows) <= PAGE
        assert queue.bands["standing"] == 3 and queue.bands["overdue"] == PAGE
    assert (pages, sorted(tickets(seen))) == (3, sorted(made))
    assert [work.rank for work in seen] == sorted(work.rank for work in seen)


def test_a_commune_with_little_is_seen_whole_however_much_stands_before_it(ask):
    """On the first release the hundred oldest were taken before they were filtered."""
    for _ in range(PAGE * 2):
        ask(SON, now=NOON - clock.DAY)
    may = ask(MAY)
    queue = look(chosen=Chosen(VO_NHAI))
    assert (tickets(queue.rows), queue.total, queue.after) == ([may], 1, "")


@pytest.mark.parametrize("after", ["x", "7.1.HD-123456", "1.1.KN-123456", "1..HD-123456",
                                   "1.1.HD-123456'", "-1.0.", "1.1.HD-12345\0"])
def test_a_strange_place_to_go_on_from_is_refused(after):
    with pytest.raises(InvalidInput):
        look(after=after)


def test_what_was_done_yesterday_is_not_done_today(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    endings.end(ticket, MINE, "helped", NOON)
    assert tickets(look(MINE).ended) == [ticket]
    assert look(MINE, now=NOON + 12 * clock.HOUR).ended == []


# The newest call


def newest(who=BOSS, now=NOON):
    """(ticket, calls besides, of those with danger, whether it rings); None for nobody."""
    found = waiting.newest_call(who, now)
    return found and (found.call.ticket, found.others, found.danger, found.rings)


def test_nobody_waits(ask):
    ask()
    assert newest() is None


def test_who_came_last_is_named_and_the_others_are_counted(stand):
    stand()
    last = stand(now=NOON + 1)
    assert newest(now=NOON + 1) == (last, 1, 0, True)


def test_who_stands_at_a_machine_comes_before_a_newer_text(stand, ring):
    ticket = stand()
    text = ring(now=NOON + 1)
    assert newest(now=NOON + 1) == (ticket, 1, 0, True)
    calls.leave(ticket)
    assert newest(now=NOON + 1) == (text, 1, 0, False)


def test_danger_rings_and_is_told_of_beside_a_newer_call(stand, ring):
    lines = tell_of_danger(ring())
    assert newest() == (lines, 0, 0, True)
    ticket = stand(now=NOON + 1)
    assert newest(now=NOON + 1) == (ticket, 1, 1, True)
    tell_of_danger(lines, NOON + 2)  # the phone texts again
    assert newest(now=NOON + 2) == (lines, 1, 0, True)


def test_a_call_is_named_until_somebody_takes_it(stand):
    ticket = stand()
    desk.take(ticket, MINE, NOON)
    assert newest() is None


def test_a_call_by_text_is_named_for_half_an_hour_only(ring):
    ticket = ring()
    assert newest(now=NOON + 30 * clock.MINUTE - 1) == (ticket, 0, 0, False)
    assert newest(now=NOON + 30 * clock.MINUTE) is None


def test_a_call_from_another_commune_is_not_for_this_officer(stand):
    stand("05716")
    here, unknown = stand("05569", now=NOON + 1), stand(now=NOON + 2)
    assert newest(MINE, NOON + 2) == (unknown, 1, 0, True)
    desk.take(unknown, MINE, NOON)
    assert newest(MINE, NOON + 2) == (here, 0, 0, True)
    assert newest(OTHER, NOON + 2) != newest(MINE, NOON + 2)
