"""How work ends: with which result, who is texted and when, and how an end is taken back."""

from __future__ import annotations

import threading

import pytest

from db import contracts as contract_records
from db import desk as desk_records
from db.connection import fetch, fetch_row, run, write
from db.outbox import outbox as outbox_records
from services import clock
from services.contracts import completeness, contract_files, meetings, requests
from services.desk import desk, endings, kinds, registering
from services.errors import AlreadyDecided, EndStands, InvalidInput, NotYours
from services.outbox import outbox
from tests import contracts
from tests.officers import CANBO, GIAMSAT, HANH, VO, at_desk, audited
from tests.villagers import MAY, NOON, SON

pytestmark = pytest.mark.usefixtures("desk_staff")
BOSS, MINE, OTHER, LEADS = at_desk(CANBO), at_desk(HANH), at_desk(VO), at_desk(GIAMSAT)
SOON, LATE = NOON + clock.MINUTE - 1, NOON + clock.MINUTE


def texts_of(kind):
    return fetch("SELECT params FROM outbox_message WHERE kind = ?", kind)


def claimed(now):
    """Kinds of the texts that a worker takes and sends."""
    def work():
        taken = outbox.claim(now, now + clock.MINUTE, 9, None)
        for one in taken:
            outbox_records.finish(one.id, "sent", now)
        return [one.kind for one in taken]
    return write(work)


@pytest.fixture
def ended(ask):
    """A request that Hạnh ended at noon; returns the ticket."""
    def make(outcome="helped", **more):
        ticket = ask(**more)
        desk.take(ticket, MINE, NOON - 1)
        endings.end(ticket, MINE, outcome, NOON)
        return ticket
    return make


def test_nobody_ends_a_colleagues_work(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    for who in (BOSS, at_desk(GIAMSAT)):
        with pytest.raises(NotYours):
            endings.end(ticket, who, "helped", NOON)


def test_untaken_work_cannot_be_ended(ask):
    with pytest.raises(NotYours):
        endings.end(ask(), MINE, "helped", NOON)


def test_ended_work_cannot_be_taken_ended_or_given_back(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    endings.end(ticket, MINE, "helped", NOON)
    for change in (lambda: desk.take(ticket, BOSS, NOON),
                   lambda: desk.give_back(ticket, MINE, NOON),
                   lambda: endings.end(ticket, MINE, "withdrawn", NOON)):
        with pytest.raises(AlreadyDecided):
            change()
    assert desk_records.get(ticket).outcome == "helped"


@pytest.mark.parametrize(("outcome", "state", "texts"), [
    ("helped", "done", 1), ("withdrawn", "cancelled", 0), ("unreachable", "cancelled", 0)])
def test_how_a_request_ends(ask, outcome, state, texts):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    endings.end(ticket, MINE, outcome, NOON + 1)
    work = desk_records.get(ticket)
    assert (work.state, work.outcome, work.done_at) == (state, outcome, NOON + 1)
    assert len(texts_of("done")) == texts


def test_the_text_names_the_ticket_and_nothing_else(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    endings.end(ticket, MINE, "helped", NOON)
    assert texts_of("done") == [(f'{{"ticket":"{ticket}"}}',)]


def test_without_a_phone_nobody_is_texted(ask):
    ticket = ask(phone=False)
    desk.take(ticket, MINE, NOON)
    endings.end(ticket, MINE, "helped", NOON)
    assert texts_of("done") == []


@pytest.mark.parametrize("outcome", ["helped", "withdrawn", "unreachable"])
def test_a_call_simply_ends_and_nobody_is_texted(ring, outcome):
    ticket = ring()
    desk.take(ticket, MINE, NOON)
    endings.end(ticket, MINE, outcome, NOON)
    assert (desk_records.get(ticket).state, texts_of("done")) == ("done", [])


def test_an_unknown_outcome_is_refused(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    with pytest.raises(InvalidInput):
        endings.end(ticket, MINE, "lost", NOON)


def test_the_customer_is_texted_a_minute_later_and_not_before(ended):
    ended()
    claimed(NOON)  # the ticket that was texted when it was asked for
    assert (claimed(SOON), claimed(LATE)) == ([], ["done"])


@pytest.mark.parametrize("outcome", kinds.OUTCOMES)
def test_until_then_it_is_taken_back_exactly_as_it_was(ask, outcome):
    ticket = ask()
    desk.take(ticket, MINE, NOON - 1)
    before = desk_records.get(ticket)
    endings.end(ticket, MINE, outcome, NOON)
    endings.take_back(ticket, MINE, SOON)
    assert desk_records.get(ticket) == before
    assert (claimed(LATE), claimed(LATE)) == (["ticket"], [])  # one at a time to one phone
    assert audited()[-1] == ("hanh", "request.reopen", ticket, outcome)


def test_what_was_taken_back_ends_again_and_is_told_of_then(ended):
    ticket = ended()
    endings.take_back(ticket, MINE, SOON)
    endings.end(ticket, MINE, "no_papers", SOON)
    claimed(SOON)
    assert claimed(SOON + clock.MINUTE) == ["request_over"]


def test_a_call_is_taken_back_too(ring):
    ticket = ring()
    desk.take(ticket, MINE, NOON - 1)
    before = desk_records.get(ticket)
    endings.end(ticket, MINE, "helped", NOON)
    endings.take_back(ticket, MINE, SOON)
    assert desk_records.get(ticket) == before


def test_after_a_minute_it_stands(ended):
    ticket = ended()
    with pytest.raises(EndStands, match="late"):
        endings.take_back(ticket, MINE, LATE)
    assert desk_records.get(ticket).state == "done"


def test_a_text_that_is_on_its_way_cannot_be_taken_back(ended):
    ticket = ended()
    claimed(NOON)
    claimed(LATE)  # by a worker whose clock is ahead
    with pytest.raises(EndStands, match="sent"):
        endings.take_back(ticket, MINE, SOON)
    assert desk_records.get(ticket).state == "done"


def test_the_worker_and_the_officer_at_once_and_one_wins(ended):
    """Never both: the text goes out, or the work is taken back."""
    for _ in range(6):
        run("DELETE FROM outbox_message")
        ticket, start, seen = ended(), threading.Barrier(3), []
        run("DELETE FROM outbox_message WHERE kind = 'ticket'")

        def send(start=start, seen=seen):
            start.wait()
            seen.extend(claimed(LATE))

        def undo(ticket=ticket, start=start, seen=seen):
            start.wait()
            try:
                endings.take_back(ticket, MINE, SOON)
                seen.append("back")
            except (EndStands, AlreadyDecided):
                return
        threads = [threading.Thread(target=work) for work in (send, undo, undo)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen in (["done"], ["back"])
        assert desk_records.get(ticket).state == ("done" if seen == ["done"] else "taken")


def test_only_who_ended_it_or_who_leads_takes_it_back(ended):
    ticket = ended()
    with pytest.raises(NotYours):
        endings.take_back(ticket, BOSS, NOON)
    endings.take_back(ticket, LEADS, NOON)
    work = desk_records.get(ticket)
    assert (work.state, work.officer) == ("taken", "hanh")
    with pytest.raises(AlreadyDecided):
        endings.take_back(ticket, MINE, NOON)


def test_a_place_at_a_meeting_is_had_again_also_when_another_got_it(ask, here):
    ticket, other = ask(), ask(SON)
    for one in (ticket, other):
        desk.take(one, MINE, NOON)
    meetings.set_rule("05569", ["1", "2", "3", "4", "5", "6", "7"], "1", "1", LEADS, NOON)
    slot = meetings.free_slots("05569", NOON)[0]
    meetings.book(contracts.opened(ticket, HANH), f"{slot.day} {slot.part}", NOON)
    endings.end(ticket, MINE, "withdrawn", NOON)
    meetings.book(contracts.opened(other, HANH), f"{slot.day} {slot.part}", NOON)
    endings.take_back(ticket, MINE, SOON)
    assert fetch_row("SELECT taken FROM meeting_slot WHERE day = ? AND part = ?",
                     slot.day, slot.part) == (2,)
    assert requests.status(ticket).meet_on == slot.day


def test_a_draft_stays_a_draft(here):
    ticket, _digest = contracts.drafted(here)
    endings.end(ticket, BOSS, "twice", NOON)
    assert contracts.stage_of(ticket) == "refused"
    endings.take_back(ticket, BOSS, SOON)
    assert contracts.stage_of(ticket) == "drafted"


def test_a_day_of_supply_noted_since_stands(here):
    ticket = contracts.signed(here)
    endings.end(ticket, BOSS, "helped", NOON)
    contract_files.note_supply(contracts.opened(ticket), "15/11/2026", NOON)
    with pytest.raises(EndStands):
        endings.take_back(ticket, BOSS, SOON)


def test_a_wish_to_tie_a_phone_is_decided_on_its_own_page(app, vault):
    ticket = write(lambda: registering.ask_officer(MAY.code, vault.seal_phone("+84977123456"),
                                                   NOON))
    desk.take(ticket, BOSS, NOON)
    with pytest.raises(InvalidInput):
        endings.end(ticket, BOSS, "helped", NOON)
    endings.end(ticket, BOSS, "unreachable", NOON)
    endings.take_back(ticket, BOSS, SOON)
    registering.approve(ticket, BOSS, vault, NOON)
    with pytest.raises(EndStands):
        endings.take_back(ticket, BOSS, SOON)


@pytest.mark.parametrize(("change", "lack", "record"), [
    ("", (2, 0, True, False, 0), "papers=2 unsigned"),
    ("received", (1, 1, True, False, 0), "papers=1 undecided=1 unsigned"),
    ("refused", (2, 0, True, False, 0), "papers=2 unsigned"),
    ("accepted", (1, 0, True, False, 1), "papers=1 originals=1 unsigned")])
def test_what_a_request_lacks(ask, change, lack, record):
    ticket = ask()
    if change:
        run("INSERT INTO contract_paper (ticket, kind, state, reason, original_seen, decided_by,"
            " changed_at) VALUES (?, 'identity', ?, '', 0, '', ?)", ticket, change, NOON)
    found = completeness.lacking(requests.status(ticket))
    assert (tuple(found), found.record, found.any) == (lack, record, True)


def test_a_sealed_contract_lacks_nothing_and_a_signed_one_the_seal(here):
    ticket = contracts.signed(here)
    assert not completeness.lacking(requests.status(ticket)).any
    run("UPDATE contract_request SET stage = 'sealing' WHERE ticket = ?", ticket)
    found = completeness.lacking(contract_records.get(ticket))
    assert (found.unsigned, found.unsealed, found.record) == (False, True, "unsealed")


def test_what_was_missing_is_on_the_record(ask):
    ticket = ask()
    desk.take(ticket, MINE, NOON)
    endings.end(ticket, MINE, "no_papers", NOON, "papers=2 unsigned")
    assert audited()[-1] == ("hanh", "request.end", ticket, "no_papers papers=2 unsigned")
