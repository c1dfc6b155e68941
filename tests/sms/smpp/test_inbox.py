"""What the SMPP line keeps: parts of a day, torn letters, receipts in doubt, repeats."""

from __future__ import annotations

import pytest

from db import heartbeats, smpp
from db.connection import fetch, write
from db.outbox import outbox as outbox_records
from services.clock import DAY, MINUTE
from services.outbox.outbox import queue
from sms.smpp import receipts
from sms.smpp.inbox import BOUND, Inbox
from sms.smpp.pdus import Delivery, Part, Receipt
from tests.villagers import HOA, SON

FROM_HOA = HOA.phone.removeprefix("+")


@pytest.fixture
def office(app):
    return app.extensions["office"]


@pytest.fixture
def inbox(office):
    made = Inbox(office, "gsm")
    yield made
    made.close()


@pytest.fixture
def take(inbox):
    """take(delivery): kept by the inbox; the status that the centre is answered."""
    def taken(*deliveries: Delivery) -> list[int]:
        answers: list[int] = []
        for delivery in deliveries:
            inbox._keep_and_answer(delivery, answers.append)
        return answers
    return taken


def text(words: bytes, part: Part | None = None, coding: int = 0,
         sender: str = FROM_HOA) -> Delivery:
    return Delivery(sender, "8055", coding, words, part, None)


def incoming() -> list[str]:
    return [words for (words,) in fetch("SELECT text FROM inbound_message ORDER BY id")]


def test_a_text_is_kept_before_it_is_confirmed(take) -> None:
    assert take(text(b"TG")) == [0]
    assert incoming() == ["TG"]
    assert fetch("SELECT kind, state FROM outbox_message") == [("reply", "queued")]


def test_without_its_database_a_text_is_asked_for_again(take) -> None:
    write(lambda: smpp.run("ALTER TABLE inbound_message RENAME TO elsewhere"))
    assert take(text(b"TG")) == [0x64]


def test_a_letter_torn_between_two_parts_is_mended(take) -> None:
    octets = "Có dấu 😀".encode("utf-16-be")
    take(text(octets[:-2], Part(1, 2, 1), 8), text(octets[-2:], Part(1, 2, 2), 8))
    assert incoming() == ["Có dấu 😀"]


def test_parts_in_two_alphabets(take) -> None:
    take(text("Có ".encode("utf-16-be"), Part(1, 2, 1), 8), text(b"dau \x00", Part(1, 2, 2)))
    assert incoming() == ["Có dau @"]


def test_parts_of_two_phones_are_kept_apart(take) -> None:
    other = SON.phone.removeprefix("+")
    take(text(b"TD PA04DH", Part(1, 2, 1)), text(b"TG ", Part(1, 2, 1), sender=other),
         text(b"0000017", Part(1, 2, 2)), text(b"nhe", Part(1, 2, 2), sender=other))
    assert incoming() == ["TD PA04DH0000017", "TG nhe"]


def test_after_a_day_what_came_is_handed_over(take, inbox, clock) -> None:
    take(text(b"TD PA04DH", Part(9, 3, 1)), text(b"0000017", Part(9, 3, 2)))
    clock.ms += DAY - 1
    inbox.tidy()
    assert incoming() == []
    clock.ms += 2
    inbox.tidy()
    inbox.tidy()
    assert incoming() == ["TD PA04DH0000017"]


def test_old_parts_are_forgotten(take, inbox, clock) -> None:
    take(text(b"TG ", Part(9, 2, 1)), text(b"nhe", Part(9, 2, 2)))
    clock.ms += DAY + 1
    inbox.tidy()
    assert fetch("SELECT COUNT(*) FROM smpp_part") == [(0,)]


def test_a_text_begun_under_a_reference_used_again_is_handed_over_as_it_is(take) -> None:
    take(text(b"TD PA04DH0000017 ", Part(9, 2, 1)), text(b"TG ", Part(9, 2, 1)),
         text(b"nhe", Part(9, 2, 2)))
    assert incoming() == ["TD PA04DH0000017 ", "TG nhe"]


@pytest.mark.parametrize(("label", "away_ms", "asked_ms", "count"), [
    ("just before the break", 1_000, 1_000, 1),
    ("the centre asks late", 1_000, 4 * MINUTE, 1),
    ("the person asks again later", 1_000, 6 * MINUTE, 2),
    ("surely confirmed before", 3 * MINUTE, 1_000, 2),
])
def test_the_same_words_after_a_break(take, inbox, clock, label, away_ms, asked_ms,
                                      count) -> None:
    take(text(b"TG"))
    clock.ms += away_ms
    write(lambda: heartbeats.beat(BOUND, clock()))
    clock.ms += 1
    inbox.new_session()
    clock.ms += asked_ms
    take(text(b"TG"))
    assert len(incoming()) == count, label


@pytest.fixture
def handed(vault, clock):
    """handed(state, number, phone): a message handed to the centre; its id."""
    def made(state: str, number: str, phone: str = HOA.phone) -> int:
        write(lambda: queue("reply", f"{number}{phone}", vault.seal_phone(phone), {"text": "a"},
                            clock()))
        claimed = write(lambda: outbox_records.claim(clock(), clock() + 1000, 9))[0]
        write(lambda: outbox_records.begin(claimed.id, "smpp", "a", clock(), clock() + 1000))
        if state != "leased":
            write(lambda: outbox_records.finish(claimed.id, state, clock(), gateway_id=number))
        return claimed.id
    return made


def state_of(message_id: int) -> tuple:
    return fetch("SELECT state, error FROM outbox_message WHERE id = ?", message_id)[0]


def test_a_number_in_the_other_spelling_is_told_apart_by_the_phone(office, handed) -> None:
    hexadecimal, decimal = handed("sent", "10"), handed("sent", "16", SON.phone)
    receipts.note(office, FROM_HOA, Receipt(["16"], "delivered", "DELIVRD"))
    assert state_of(hexadecimal)[0] == "delivered"
    assert state_of(decimal)[0] == "sent"


def test_a_failure_keeps_the_centres_word(office, handed) -> None:
    message = handed("sent", "1F")
    receipts.note(office, FROM_HOA, Receipt(["1F"], "failed", "EXPIRED"))
    receipts.note(office, FROM_HOA, Receipt(["1F"], "sent", "ENROUTE"))
    assert state_of(message) == ("failed", "EXPIRED")


def test_a_receipt_that_came_too_early_is_tried_again(office, handed, clock) -> None:
    message = handed("leased", "")
    receipts.note(office, FROM_HOA, Receipt(["1F"], "delivered"))
    write(lambda: outbox_records.finish(message, outbox_records.SENT, clock(), gateway_id="1F"))
    receipts.retry_early(office)
    assert state_of(message)[0] == "delivered"
    assert smpp.early_receipts() == []


@pytest.mark.parametrize(("in_doubt", "settled"), [(1, True), (2, False)])
def test_a_receipt_settles_the_only_message_in_doubt(office, handed, clock, in_doubt,
                                                     settled) -> None:
    messages = [handed("uncertain", "") for _ in range(1)]
    if in_doubt == 2:
        clock.ms += 1
        write(lambda: queue("reply", "second", office.vault.seal_phone(HOA.phone),
                            {"text": "b"}, clock()))
        claimed = write(lambda: outbox_records.claim(clock(), clock() + 1000, 9))[0]
        write(lambda: outbox_records.begin(claimed.id, "smpp", "b", clock(), clock() + 1000))
        write(lambda: outbox_records.finish(claimed.id, outbox_records.UNCERTAIN, clock()))
    clock.ms += 1_000
    receipts.note(office, FROM_HOA, Receipt(["1F"], "delivered"))
    receipts.retry_early(office)
    assert state_of(messages[0])[0] == "uncertain"
    clock.ms += MINUTE + 1
    receipts.retry_early(office)
    assert (state_of(messages[0])[0] == "delivered") is settled


def test_a_receipt_of_nothing_is_forgotten_after_a_day(office, clock) -> None:
    receipts.note(office, FROM_HOA, Receipt(["1F"], "delivered"))
    receipts.note(office, FROM_HOA, Receipt([], "delivered"))
    receipts.note(office, FROM_HOA, Receipt(["1F"], ""))
    assert len(smpp.early_receipts()) == 1
    clock.ms += DAY + 1
    receipts.retry_early(office)
    assert smpp.early_receipts() == []
