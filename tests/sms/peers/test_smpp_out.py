"""The transceiver process against a real SMPP centre: once each, in order, through trouble."""

from __future__ import annotations

import time

import pytest

from db import heartbeats
from db.connection import write
from services.outbox.outbox import queue
from sms import terminal
from tests.peers.programs import wait_until
from tests.sms.peers import notes
from tests.sms.peers.notes import ask, digits
from tests.villagers import HOA, MAY, SON


def test_hundreds_go_out_once_and_in_order(centre, transceiver, records) -> None:
    phones = [f"+8491200{number:04}" for number in range(20)]
    for phone in phones:
        notes.queue(phone, *(f"{phone} tin {number}" for number in range(15)))
    transceiver()
    centre.wait_for("submit", 300, 60)
    wait_until(lambda: notes.states() == {"sent": 300}, "the states")
    for phone in phones:
        texts = [one["text"] for one in centre.submitted() if one["to"] == digits(phone)]
        assert texts == [f"{phone} tin {number}" for number in range(15)]


@pytest.mark.parametrize(("receipts", "tlv", "early"), [
    ("same", False, False), ("dec", False, False), ("dec", True, False), ("hex", True, True),
])
def test_receipts_find_their_message(centre, transceiver, records, receipts, tlv, early) -> None:
    centre.behave(receipts=receipts, tlv=tlv, early=early)
    notes.queue(HOA.phone, *(f"tin {number}" for number in range(12)))
    notes.queue(SON.phone, "a" * 200)
    transceiver()
    wait_until(lambda: notes.states() == {"delivered": 13}, "the receipts", 30)


def test_a_busy_centre_is_given_time(centre, transceiver, records) -> None:
    centre.behave(throttle=2, full=1)
    notes.queue(HOA.phone, "mot", "hai", "ba")
    transceiver()
    wait_until(lambda: notes.states() == {"sent": 3}, "all three", 40)
    assert [one["text"] for one in centre.submitted()] == ["mot", "hai", "ba"]


def test_a_wrong_number_is_the_end_of_its_message_alone(centre, transceiver, records) -> None:
    centre.behave(refuse={digits(SON.phone): 0x0B})
    notes.queue(SON.phone, "mot")
    notes.queue(HOA.phone, "hai")
    transceiver()
    wait_until(lambda: notes.states() == {"failed": 1, "sent": 1}, "the states")


def test_a_lost_answer_is_not_sent_again(centre, transceiver, records) -> None:
    centre.behave(silent=1)
    notes.queue(HOA.phone, "mot")
    transceiver(answer_s=1)
    wait_until(lambda: notes.states() == {"uncertain": 1}, "the state")
    notes.queue(HOA.phone, "hai")
    wait_until(lambda: notes.states() == {"uncertain": 1, "sent": 1}, "the next message")
    assert [one["text"] for one in centre.submitted()] == ["mot", "hai"]


def test_a_cut_line_is_taken_up_again(centre, transceiver, records) -> None:
    transceiver()
    centre.order("drop")
    ask(centre, HOA.phone, "TG")
    notes.queue(MAY.phone, "mot")
    centre.wait_for("bind", 2)
    centre.wait_for("submit", 2)
    assert {one["to"] for one in centre.submitted()} == {digits(HOA.phone), digits(MAY.phone)}


def test_it_stops_politely_within_five_seconds(centre, transceiver, records) -> None:
    centre.behave(delay=300)
    notes.queue(HOA.phone, *(f"tin {number}" for number in range(50)))
    process = transceiver()
    centre.wait_for("submit", 2)
    began = time.monotonic()
    assert process.stop() == 0
    assert time.monotonic() - began < 5
    assert len(centre.wait_for("unbind", 1)) == 1
    assert set(notes.states()) <= {"sent", "queued"}
    assert notes.states()["sent"] == len(centre.submitted())


def test_while_it_lives_the_other_worker_leaves_the_sending_to_it(app, change_settings,
                                                                  clock) -> None:
    change_settings(sms_gateway="smpp,log")
    write(lambda: queue("reply", "one", notes.VAULT.seal_phone(HOA.phone), {"text": "mot"},
                        clock()))
    write(lambda: heartbeats.beat("smpp", clock()))
    with app.app_context():
        worker = terminal.worker_here()
        worker.round()
        assert notes.states() == {"queued": 1}
        clock.ms += 61_000
        worker.round()
    assert notes.states() == {"sent": 1}


def test_without_a_line_the_next_gateway_is_used(centre, start, records) -> None:
    centre.stop()
    notes.queue(HOA.phone, "mot")
    start("sms", "smpp", SMS_GATEWAY="smpp,log", SMPP_URL=centre.url)
    wait_until(lambda: notes.states() == {"sent": 1}, "the log gateway")


@pytest.mark.parametrize(("url", "reason"), [
    ("smpp://quaydien@:99999/", "expected smpp://"),
    ("smpp://user:password-too-long@127.0.0.1/", "password has more than 8"),
    ("smpp://u:p@127.0.0.1/?sistem_type=x", "unknown option sistem_type"),
    ("smpp://u:p@127.0.0.1:99999/", "no port number"),
    ("smpp://u:p@127.0.0.1/?window=many", "window must be a whole number"),
])
def test_a_bad_address_is_refused_in_one_line(app, runner, change_settings, url, reason) -> None:
    change_settings(sms_gateway="smpp", smpp_url=url)
    answer = runner.invoke(args=["sms", "smpp"])
    assert answer.exit_code == 2
    assert reason in answer.output and len(answer.output.splitlines()) == 1


def test_it_asks_to_be_named_as_a_gateway(app, runner) -> None:
    answer = runner.invoke(args=["sms", "smpp"])
    assert (answer.exit_code, answer.output) == (2, "error: SMS_GATEWAY does not name smpp\n")
