"""The engine: recorded once, answered once, whatever comes and however often."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import connection
from db import messages as message_records
from db.calls import Call
from db.contracts import ContractRequest
from db.messages import InboundMessage
from services.limits import rules
from sms import receive, segments
from sms.receive import Inbound
from tests.villagers import HOA


def test_a_message_is_recorded_with_its_reply(hoa) -> None:
    reply = hoa(f"TD {HOA.code}", "id-1")
    row = InboundMessage.get()
    assert (row.gateway, row.gateway_id, row.text, row.word, row.code, row.reply) == (
        "log", "id-1", f"TD {HOA.code}", "TD", HOA.code, reply)
    assert row.phone_hash == hoa.hash
    assert hoa.office.vault.open_phone(row.phone_sealed) == HOA.phone


def test_the_number_itself_is_nowhere_in_clear(hoa) -> None:
    hoa("TD")
    assert HOA.phone not in str([list(row) for row in InboundMessage.select().tuples()])


def test_a_repeat_gets_the_recorded_reply_and_does_nothing_twice(hoa) -> None:
    first = hoa("GAP", "same")
    assert hoa("GAP", "same") == hoa("TG", "same") == first
    assert Call.select().count() == InboundMessage.select().count() == 1


def test_a_repeat_does_not_move_a_talk_on(stranger) -> None:
    stranger("HD", "1")
    commune = stranger("Ly Van Pao", "2")
    assert stranger("Ly Van Pao", "2") == commune
    stranger("dinh hoa", "3")
    ticket = stranger("1", "4")
    assert stranger("1", "4") == ticket
    assert ContractRequest.select().count() == 1


def test_the_same_number_from_another_gateway_is_another_message(hoa) -> None:
    hoa("GAP", "7")
    reply = receive.receive(hoa.office, Inbound("twilio", "7", HOA.phone, "TG"))
    assert "HUY" in reply


def all_at_once(works: list) -> list:
    outcomes, gate = [], threading.Barrier(len(works))

    def run(work) -> None:
        gate.wait()
        try:
            outcomes.append(work())
        finally:
            connection.database.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_repeat_at_the_same_moment_is_answered_once(stranger) -> None:
    stranger("HD Ly Van Pao")
    stranger("dinh hoa")
    replies = all_at_once([lambda: stranger("2", "same")] * 8)
    assert len(replies) == 8 and len(set(replies)) == 1
    assert ContractRequest.select().count() == 1


def test_two_messages_of_a_talk_at_the_same_moment_make_one_request(stranger) -> None:
    stranger("HD Ly Van Pao")
    stranger("dinh hoa")
    replies = all_at_once([lambda n=n: stranger(str(n)) for n in (1, 2, 3)])
    assert sum("phieu HD-" in reply for reply in replies) == 1
    assert ContractRequest.select().count() == 1


def test_many_messages_of_one_phone_at_once_are_all_answered(stranger) -> None:
    replies = all_at_once([lambda n=n: stranger(f"TD {HOA.code}{'.' * n}") for n in range(12)])
    assert len(replies) == 12 and len(set(replies)) == 1
    assert InboundMessage.select().count() == 12


@pytest.mark.parametrize("sender", [
    "8055", "VIETTEL", "+14155550100", "", "0212345678", "+849120000170", "khong ro",
    "+84 912 000 01", "\0", "\ud800", "x" * 500])
def test_other_senders_are_recorded_and_get_no_reply(app, sender: str) -> None:
    office = app.extensions["office"]
    assert receive.receive(office, Inbound("log", "1", sender, "TD " + HOA.code)) == ""
    assert InboundMessage.get().reply == ""
    assert receive.receive(office, Inbound("log", "1", sender, "TD " + HOA.code)) == ""


@pytest.mark.parametrize("sender", [
    "0912000017", "84912000017", "+84 912 000 017", "+84 912\N{NO-BREAK SPACE}000017"])
def test_a_number_is_known_in_each_of_its_forms(app, sender: str) -> None:
    office = app.extensions["office"]
    assert "Nguyen Thi Hoa" in receive.receive(office, Inbound("log", "1", sender, "TD"))


@pytest.mark.parametrize("text", [
    "", "\0", "TD\0 PA04DH0000017", "\ud83d", "a\udfff", "😀" * 300, "x" * 2000, "TD " * 700,
    "\x1b[31m", "﷽" * 100, "\N{COMBINING ACUTE ACCENT}" * 1000, "0" * 1500, "1 " * 900])
def test_hostile_texts_get_an_answer_in_one_part(hoa, text: str) -> None:
    reply = hoa(text)
    assert reply and segments.cost(reply)[::2] == ("GSM-7", 1)
    assert len(InboundMessage.get().text) <= 2000


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300), sender=st.text(max_size=30), number=st.text(max_size=90))
def test_anything_at_all_is_taken(app, text: str, sender: str, number: str) -> None:
    office = app.extensions["office"]
    for who in (sender, HOA.phone):
        reply = receive.receive(office, Inbound("log", number, who, text))
        assert segments.cost(reply).parts == 1
        assert receive.receive(office, Inbound("log", number, who, "TG")) == reply


def test_a_machine_that_never_stops_is_not_answered_for_ever(hoa, clock) -> None:
    row = (hoa.hash, b"x", "", "", "", "", clock.ms)
    connection.write(lambda: [message_records.record(("log", f"n{n}", *row))
                              for n in range(rules.most("texts.phone"))])
    assert hoa("TG") == ""
    clock.ms += 25 * 3_600_000
    assert hoa("TG") != ""
