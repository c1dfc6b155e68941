"""Texts that come in through a real SMPP centre: none lost, none answered twice."""

from __future__ import annotations

from sms.smpp import alphabet
from tests.peers.programs import wait_until
from tests.peers.smpp import Centre
from tests.sms.peers import notes
from tests.sms.peers.notes import ask, digits
from tests.villagers import HOA


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
