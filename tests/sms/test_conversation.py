"""The talk that ends in a contract request, and how other words live beside it."""

from __future__ import annotations

from datetime import date

import pytest

from db import messages as message_records
from db.calls import Call
from db.contracts import ContractRequest
from services.clock import MINUTE, at_local
from tests.villagers import HOA


def test_hd_asks_one_thing_a_message_and_ends_in_a_ticket(stranger) -> None:
    assert "ho va ten" in stranger("HD")
    assert "Chao Ly Van Pao" in stranger("Lý Văn Páo")
    assert "Xa Dinh Hoa. 3/3" in stranger("dinh hoa")
    reply = stranger("2")
    request = ContractRequest.get()
    assert f"phieu {request.ticket}" in reply and request.ticket.startswith("HD-")
    assert (request.name, request.commune_code, request.meet_when, request.channel,
            request.phone_hash) == ("Lý Văn Páo", "05569", "afternoon", "sms", stranger.hash)


def test_a_name_that_comes_with_hd_is_not_asked_again(stranger) -> None:
    assert "Chao Ly Van Pao" in stranger("HD Ly Van Pao")


@pytest.mark.parametrize(("text", "name"), [
    ("toi ten la Ly Van Pao", "Ly Van Pao"), ("tên tôi là Lý Văn Páo", "Lý Văn Páo"),
    ("LY VAN PAO", "Ly Van Pao"), ("ly van pao", "Ly Van Pao"), ("La Van Tu", "La Van Tu"),
    ("Nguyen Van Tien", "Nguyen Van Tien"), ("em la Hoàng Thị Huy", "Hoàng Thị Huy"),
    ("Tien", "Tien"), ("Họ tên: Ma Văn Sơn.", "Ma Văn Sơn"), ("Từ Thị Tên", "Từ Thị Tên")])
def test_names_as_people_give_them(stranger, text: str, name: str) -> None:
    stranger("HD")
    stranger(text)
    stranger("dinh hoa")
    stranger("1")
    assert ContractRequest.get().name == name


@pytest.mark.parametrize("text", ["123", "!", "a", "Nguyen 1985", "x" * 2000])
def test_what_is_no_name_is_asked_again(stranger, text: str) -> None:
    stranger("HD")
    reply = stranger(text)
    assert "ho va ten bang chu" in reply and "GAP" in reply


def test_an_old_commune_leads_to_todays(stranger) -> None:
    stranger("HD Ly Van Pao")
    assert "Phuong Quan Trieu. 3/3" in stranger("xã Sơn Cẩm")


def test_several_communes_are_a_menu_by_digit(stranger) -> None:
    stranger("HD Ly Van Pao")
    assert "1 Phuong Phan Dinh Phung, 2 " in stranger("tan thinh")
    assert "Soan so" in stranger("9")
    assert "Phuong Phan Dinh Phung. 3/3" in stranger("1")


def test_the_menu_of_communes_also_takes_a_name(stranger) -> None:
    stranger("HD Ly Van Pao")
    stranger("tan thinh")
    assert "Xa Dinh Hoa. 3/3" in stranger("dinh hoa")


def test_an_unknown_commune_is_asked_again_with_a_way_to_a_person(stranger) -> None:
    stranger("HD Ly Van Pao")
    assert "GAP" in stranger("zzzzzz")


@pytest.mark.parametrize(("text", "when"), [
    ("1", "morning"), ("so 2", "afternoon"), ("3.", "any"), ("buổi sáng", "morning"),
    ("chieu", "afternoon"), ("sáng mai", "morning"), ("chieu thu 2 nhe", "afternoon"),
    ("luc nao cung duoc a", "any")])
def test_when_is_a_digit_or_a_word(stranger, text: str, when: str) -> None:
    stranger("HD Ly Van Pao")
    stranger("dinh hoa")
    stranger(text)
    assert ContractRequest.get().meet_when == when


def test_another_answer_to_when_is_asked_again(stranger) -> None:
    stranger("HD Ly Van Pao")
    stranger("dinh hoa")
    assert "soan 1 (buoi sang)" in stranger("mai")
    assert "soan 1 (buoi sang)" in stranger("buoi sang khong duoc")
    assert "soan 1 (buoi sang)" in stranger("sang hay chieu")
    assert "soan 1 (buoi sang)" in stranger("4")
    assert ContractRequest.select().count() == 0


@pytest.mark.parametrize("text", ["gap", "GAP GAP!"])
def test_a_whole_word_is_obeyed_within_the_talk(stranger, text: str) -> None:
    stranger("HD Ly Van Pao")
    assert "GAP-" in stranger(text)


def test_zero_goes_one_question_back(stranger) -> None:
    stranger("HD Ly Van Pao")
    stranger("dinh hoa")
    assert "2/3" in stranger("0")
    assert "1/3" in stranger("0")
    assert "Da dung dang ky" in stranger("0")
    assert ContractRequest.select().count() == 0


def test_huy_inside_the_talk_leaves_it_and_keeps_reminders_on(stranger) -> None:
    stranger("HD Ly Van Pao")
    assert "Da dung dang ky hop dong" in stranger("huy")
    assert not message_records.opted_out(stranger.hash)
    assert "nhac nua" in stranger("huy")


def test_a_full_command_inside_the_talk_is_obeyed_and_the_talk_goes_on(stranger) -> None:
    stranger("HD Ly Van Pao")
    reply = stranger(f"TD {HOA.code}")
    assert "546.108d" in reply and reply.endswith("(HD 2/3: xa nao?)")
    assert "3/3" in stranger("dinh hoa")


def test_gap_inside_the_talk_raises_a_call_and_the_talk_goes_on(stranger) -> None:
    stranger("HD")
    assert "chua co ai nhan" in stranger("gap can bo")
    assert Call.select().count() == 1
    assert "2/3" in stranger("Ly Van Pao")


def test_a_menu_inside_the_talk_does_not_disturb_it(stranger) -> None:
    stranger("HD Ly Van Pao")
    assert "Ma chua ro" in stranger("TD PA04DH000017")
    assert "3/3" in stranger("dinh hoa")


def test_hd_inside_the_talk_begins_anew(stranger) -> None:
    stranger("HD Ly Van Pao")
    assert "Chao Ma Van Son" in stranger("HD Ma Van Son")
    assert "1/3" in stranger("HD")


def test_the_talk_is_remembered_for_twenty_minutes_after_each_message(stranger, clock) -> None:
    stranger("HD")
    clock.ms += 19 * MINUTE
    stranger("Ly Van Pao")
    clock.ms += 19 * MINUTE
    assert "3/3" in stranger("dinh hoa")
    clock.ms += 20 * MINUTE
    assert "Khong co lua chon nay" in stranger("1")


def test_hs_tells_the_state_of_the_phones_newest_ticket(stranger) -> None:
    stranger("HD Ly Van Pao")
    stranger("dinh hoa")
    stranger("1")
    ticket = ContractRequest.get().ticket
    for text in ("HS", f"HS {ticket}", ticket.lower(), f"hs {ticket[3:]}"):
        assert f"Phieu {ticket} da nhan, dang cho can bo" in stranger(text)


@pytest.mark.parametrize(("state", "words"), [
    ("taken", "dang duoc can bo xu ly"), ("done", "da xong"), ("cancelled", "da huy")])
def test_hs_follows_the_request(stranger, state: str, words: str) -> None:
    ContractRequest.create(ticket="HD-482915", name="x", commune_code="05569", meet_when="any",
                           channel="kiosk", created_at=1, state=state)
    assert words in stranger("HS HD-482915")


def test_hs_names_the_papers_that_are_missing_to_the_own_number(stranger, hoa) -> None:
    stranger("HD Ly Van Pao")
    stranger("dinh hoa")
    stranger("1")
    ticket = ContractRequest.get().ticket
    missing = "Con thieu: can cuoc, giay to nha dat."
    assert missing in stranger("HS") and missing not in hoa(f"HS {ticket}")
    ContractRequest.update(state="taken", stage="signed").execute()
    assert "da ky hop dong, dang cho dong dien" in stranger("HS")


def test_hs_tells_of_a_call_too(hoa) -> None:
    ticket = hoa("GAP").split("Phieu ")[1][:10]
    for text in (f"HS {ticket}", "HS"):
        assert f"Phieu {ticket} da bao can bo, chua co ai nhan." in hoa(text)


@pytest.mark.parametrize(("day", "officer", "said"), [
    (16, "", "QUAYDIEN: Da bao can bo, chua co ai nhan. Ai nhan se goi lai so nay. Phieu {ticket}."
             " Can ngay: goi 19006769."),
    (16, "canbo", "QUAYDIEN: Can bo canbo da nhan, se goi lai so nay. Phieu {ticket}."
                  " Can ngay: goi 19006769."),
    (15, "", "QUAYDIEN: Ban can bo mo 7:30-17:00. Phieu {ticket} da ghi, chua co ai nhan."
             " Ai nhan se goi lai so nay. Can ngay: goi 19006769."),
])
def test_gap_promises_nobody_before_somebody_took_the_call(
        hoa, clock, day: int, officer: str, said: str) -> None:
    clock.ms = at_local(date(2026, 11, day), 12)  # a Monday, a Sunday
    hoa("GAP")
    if officer:
        Call.update(state="taken", officer=officer).execute()
    assert hoa("GAP") == said.format(ticket=Call.get().ticket)
    assert Call.select().count() == 1


def test_hs_without_any_ticket_shows_the_way(stranger) -> None:
    assert "HS HD-482915" in stranger("HS")


def test_tickets_of_others_are_counted_like_codes(stranger) -> None:
    for number in range(5):
        assert "Khong thay phieu" in stranger(f"HS HD-48291{number}")
    assert "da hoi du 5" in stranger("HS HD-482919")
