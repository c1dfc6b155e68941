"""DK: a number is tied by the code that the number on file received, or by an officer."""

from __future__ import annotations

import json

import pytest

from db import customers as customer_records
from db import messages as message_records
from db.calls import Call
from db.messages import InboundMessage
from db.outbox.outbox import OutboxMessage
from services.clock import DAY, HOUR, MINUTE
from services.outbox import outbox
from sms.receive import Inbound
from sms.reply_later import answer_later
from tests.officers import audited
from tests.sms.conftest import STRANGER
from tests.villagers import HOA, MAY, PAO, SON


def queued(phone, kind: str = "otp") -> list[OutboxMessage]:
    """What waits for somebody, oldest first."""
    return list(OutboxMessage.select().where(
        (OutboxMessage.to_hash == phone.hash) & (OutboxMessage.kind == kind)).order_by(
        OutboxMessage.id))


def code_of(phone) -> str:
    """The code that a phone was sent last."""
    return outbox.reveal(phone.office.vault, json.loads(queued(phone)[-1].params)["code"])


def wrong(code: str) -> str:
    return "000001" if code != "000001" else "000002"


def test_the_code_goes_to_the_number_on_file_and_never_to_who_asks(stranger, hoa) -> None:
    reply = stranger(f"DK {HOA.code}")
    assert "Da gui ma 6 so toi so dien thoai co trong ho so PA04DH0000017" in reply
    assert len(queued(hoa)) == 1 and queued(stranger) == []
    assert code_of(hoa) not in reply
    assert not customer_records.owns_phone(HOA.code, stranger.hash)


@pytest.mark.parametrize("written", ["{}", "ma {}", "Mã OTP: {}.", " {} "])
def test_the_right_code_ties_the_number(stranger, hoa, written: str) -> None:
    stranger(f"DK {HOA.code}")
    reply = stranger(written.format(code_of(hoa)))
    assert "So nay da dang ky voi PA04DH0000017" in reply
    assert customer_records.owns_phone(HOA.code, stranger.hash)
    assert ("sms", "phone.tied", HOA.code, "otp") in audited()
    assert "09/2026" in stranger(f"LS {HOA.code}")


def test_a_code_in_two_halves_ties_it_too(stranger, hoa) -> None:
    stranger(f"DK {HOA.code}")
    code = code_of(hoa)
    assert "da dang ky" in stranger(f"{code[:3]} {code[3:]}")


def test_the_number_that_was_on_file_is_told(stranger, hoa) -> None:
    stranger(f"DK {HOA.code}")
    stranger(code_of(hoa))
    [told] = queued(hoa, "phone_added")
    assert json.loads(told.params) == {"code": HOA.code, "phone": "097****456"}


def test_a_wrong_code_ties_nothing_and_says_how_many_tries_are_left(stranger, hoa) -> None:
    stranger(f"DK {HOA.code}")
    assert "con 4 lan" in stranger(wrong(code_of(hoa)))
    assert not customer_records.owns_phone(HOA.code, stranger.hash)


def test_five_wrong_codes_are_the_end_of_it(stranger, hoa) -> None:
    stranger(f"DK {HOA.code}")
    replies = [stranger(wrong(code_of(hoa))) for _ in range(5)]
    assert "het han hoac sai nhieu lan" in replies[-1]
    assert "het han hoac sai nhieu lan" in stranger(code_of(hoa))
    assert not customer_records.owns_phone(HOA.code, stranger.hash)


def test_a_try_is_counted_where_the_reply_goes_by_the_outbox(app, stranger, hoa) -> None:
    stranger(f"DK {HOA.code}")
    for number in range(5):
        answer_later(stranger.office, Inbound("modem", f"m{number}", STRANGER,
                                              wrong(code_of(hoa))))
    assert "het han" in stranger(code_of(hoa))


def test_a_repeated_message_is_one_try(stranger, hoa) -> None:
    stranger(f"DK {HOA.code}")
    bad = wrong(code_of(hoa))
    for _ in range(9):
        assert "con 4 lan" in stranger(bad, "same")
    assert "da dang ky" in stranger(code_of(hoa))


def test_after_ten_minutes_a_new_code_is_needed(stranger, hoa, clock) -> None:
    stranger(f"DK {HOA.code}")
    code = code_of(hoa)
    clock.ms += 10 * MINUTE
    assert "het han" in stranger(code)
    stranger(f"DK {HOA.code}")
    assert "da dang ky" in stranger(code_of(hoa))


def test_the_code_of_one_number_ties_no_other(stranger, hoa, may) -> None:
    stranger(f"DK {HOA.code}")
    code = code_of(hoa)
    may(f"DK {SON.code}")
    assert "Ma chua dung" in may(code) or code == code_of(hoa)
    assert not customer_records.owns_phone(HOA.code, may.hash)


def test_the_digits_are_not_kept_in_the_record(stranger, hoa) -> None:
    stranger(f"DK {HOA.code}")
    code = code_of(hoa)
    stranger(f"ma {code}")
    row = InboundMessage.select().order_by(InboundMessage.id.desc()).get()
    assert (row.word, row.text, row.code) == ("OTP", "ma ******", HOA.code)


def test_six_digits_outside_of_it_are_a_ticket_as_ever(stranger) -> None:
    assert "Khong thay phieu HD-482915" in stranger("482915")


def test_another_word_is_obeyed_and_the_code_still_counts(stranger, hoa) -> None:
    stranger(f"DK {HOA.code}")
    assert "546.108d" in stranger(f"TD {HOA.code}")
    assert "da dang ky" in stranger(code_of(hoa))


@pytest.mark.parametrize("text", ["0", "HUY"])
def test_it_can_be_left(stranger, hoa, text: str) -> None:
    stranger(f"DK {HOA.code}")
    assert "Da dung" in stranger(text)
    assert not message_records.opted_out(stranger.hash)
    assert "Khong thay phieu" in stranger(code_of(hoa))


def test_one_asks_an_officer_instead(stranger, hoa) -> None:
    stranger(f"DK {HOA.code}")
    reply = stranger("1")
    call = Call.get()
    assert call.ticket in reply and "xac nhan roi moi co hieu luc" in reply
    assert (call.place, call.code, call.phone_hash) == ("DK", HOA.code, stranger.hash)


def test_a_digit_of_the_contract_talk_stays_its_answer(stranger, hoa) -> None:
    for text in ("HD Lo Van Pao", "dinh hoa", f"DK {HOA.code}"):
        stranger(text)
    assert "phieu HD-" in stranger("1")


def test_without_a_number_on_file_an_officer_is_asked_at_once(stranger) -> None:
    reply = stranger(f"DK {PAO.code}")
    call = Call.get()
    assert call.ticket in reply
    assert (call.place, call.code, call.channel, call.commune_code) == (
        "DK", PAO.code, "sms", PAO.commune_code)
    assert OutboxMessage.select().count() == 0


def test_asking_again_is_the_same_ticket_and_another_code_another(stranger, may) -> None:
    first = stranger(f"DK {PAO.code}")
    assert stranger(f"DK {PAO.code}") == first
    may(f"DK {PAO.code}")
    assert Call.select().count() == 2


def test_a_call_that_is_open_does_not_swallow_it(stranger) -> None:
    stranger("GAP")
    stranger(f"DK {PAO.code}")
    assert {call.place for call in Call.select()} == {"", "DK"}


def test_strangers_cannot_flood_the_number_on_file(stranger, may, hoa, clock) -> None:
    for phone in (stranger, may):
        phone(f"DK {HOA.code}")
    assert "nhieu ma qua" in stranger(f"DK {HOA.code}")
    for _ in range(6):
        clock.ms += 11 * MINUTE
        stranger(f"DK {HOA.code}")
    assert len(queued(hoa)) == 4
    clock.ms += DAY + HOUR
    assert "Da gui ma" in stranger(f"DK {HOA.code}")


def test_when_the_codes_are_used_up_an_officer_helps(stranger, may, hoa) -> None:
    for phone in (stranger, may, stranger):
        phone(f"DK {HOA.code}")
    assert "xac nhan roi moi co hieu luc" in stranger("1")


def test_reminders_are_on_again_at_once(stranger) -> None:
    stranger("HUY")
    assert "Da bat lai tin nhac" in stranger(f"DK {MAY.code}")
    assert not message_records.opted_out(stranger.hash)
