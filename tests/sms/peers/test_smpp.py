"""The transceiver process against a real SMPP centre: nothing lost, nothing twice, in order."""

from __future__ import annotations

import time

import pytest

from db import outbox
from db.connection import write
from services.outbox import queue
from sms import alphabet, terminal
from tests.peers.programs import wait_until
from tests.peers.smpp import Centre
from tests.sms.peers import notes
from tests.villagers import HOA, MAY, SON


def digits(phone: str) -> str:
    """The number as SMPP writes it."""
    return phone.removeprefix("+")


@pytest.fixture
def transceiver(start, centre):
    """Starts `flask sms smpp`, bound to the centre."""
    def started(**options: object):
        url = centre.url + "".join(f"&{name}={value}" for name, value in options.items())
        before = len(centre.events("bind"))
        process = start("sms", "smpp", SMS_GATEWAY="smpp", SMPP_URL=url)
        centre.wait_for("bind", before + 1)
        return process
    return started


def ask(centre: Centre, phone: str, text: str, key: str = "") -> None:
    """A phone sends a plain text."""
    centre.deliver(key or text, source_addr=digits(phone), destination_addr="8055",
                   short_message=text)


def part(centre: Centre, phone: str, reference: int, total: int, number: int, text: str) -> None:
    """A phone sends one part of a long text."""
    octets = bytes([5, 0, 3, reference, total, number]) + alphabet.encode(text)
    centre.deliver(f"part {number}", source_addr=digits(phone), destination_addr="8055",
                   esm_class=0x40, hex=octets.hex())


def test_a_text_is_confirmed_and_answered(centre, transceiver, records) -> None:
    transceiver()
    ask(centre, HOA.phone, "td pa04 dh 0000017", "one")
    assert centre.wait_for("deliver_resp", 1)[0] == {
        "event": "deliver_resp", "key": "one", "status": 0}
    reply = centre.wait_for("submit", 1)[0]
    assert reply["to"] == digits(HOA.phone) and reply["from"] == "8055"
    assert "546.108d" in reply["text"]
    wait_until(lambda: notes.states() == {"sent": 1}, "the state")


def test_accents_both_ways(centre, transceiver, records) -> None:
    transceiver()
    centre.deliver("one", source_addr=digits(HOA.phone), destination_addr="8055", data_coding=8,
                   hex="Có dấu".encode("utf-16-be").hex())
    reply = centre.wait_for("submit", 1)[0]
    assert reply["coding"] == 8
    assert notes.incoming()[0][0] == "Có dấu"


def test_the_parts_of_a_text_outlive_a_kill(centre, transceiver, records) -> None:
    first = transceiver()
    part(centre, HOA.phone, 7, 2, 2, " dinh hoa PA04DH0000017")
    centre.wait_for("deliver_resp", 1)
    first.kill()
    transceiver()
    part(centre, HOA.phone, 7, 2, 1, "xin hoi tien dien thang nay nha toi o")
    centre.wait_for("submit", 1)
    assert notes.incoming()[0][0] == (
        "xin hoi tien dien thang nay nha toi o dinh hoa PA04DH0000017")


def test_a_part_that_comes_twice_counts_once(centre, transceiver, records) -> None:
    transceiver()
    for number, text in ((1, "TD PA04"), (1, "TD PA04"), (2, "DH0000017"), (2, "DH0000017")):
        part(centre, HOA.phone, 7, 2, number, text)
    centre.wait_for("deliver_resp", 4)
    assert notes.incoming()[0][0] == "TD PA04DH0000017"
    assert len(notes.incoming()) == 1


def test_the_same_reference_on_another_text_begins_anew(centre, transceiver, records) -> None:
    transceiver()
    for number, text in ((1, "TD PA04"), (2, "DH0000017"), (1, "QR PA04"), (2, "DH0000017")):
        part(centre, HOA.phone, 7, 2, number, text)
    wait_until(lambda: len(notes.incoming()) == 2, "both texts")
    assert [text for text, _ in notes.incoming()] == ["TD PA04DH0000017", "QR PA04DH0000017"]


def test_people_may_repeat_themselves(centre, transceiver, records) -> None:
    transceiver()
    for _ in range(3):
        ask(centre, HOA.phone, "TG")
    centre.wait_for("submit", 3)
    assert len(notes.incoming()) == 3


def test_a_text_whose_confirmation_was_lost_is_answered_once(centre, transceiver,
                                                             records) -> None:
    first = transceiver()
    ask(centre, HOA.phone, "TG", "one")
    centre.wait_for("submit", 1)
    wait_until(lambda: notes.states() == {"sent": 1}, "the reply")
    first.kill()
    transceiver()
    ask(centre, HOA.phone, "TG", "again")  # as a centre does that never saw our confirmation
    centre.wait_for("deliver_resp", 2)
    assert len(notes.incoming()) == 1
    ask(centre, HOA.phone, "TG", "new")
    wait_until(lambda: len(notes.incoming()) == 2, "a new text of the same words")


def test_after_a_polite_parting_nothing_is_taken_for_a_repeat(centre, transceiver,
                                                              records) -> None:
    first = transceiver()
    ask(centre, HOA.phone, "TG")
    centre.wait_for("submit", 1)
    first.stop()
    transceiver()
    ask(centre, HOA.phone, "TG")
    wait_until(lambda: len(notes.incoming()) == 2, "the second text")


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
    write(lambda: outbox.beat("smpp", clock()))
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
