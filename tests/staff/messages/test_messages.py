"""Tin nhắn: who sees whose texts, what became of them, sending again, what they cost."""

from __future__ import annotations

import re

import pytest

from db import house_state
from db.connection import write
from db.messages import InboundMessage
from db.outbox.outbox import OutboxMessage
from services.clock import DAY, MINUTE
from services.contracts import requests
from services.messages import campaigns
from services.outbox import otp, outbox, pausing
from services.outbox.outbox import LIFETIME
from sms import segments
from sms.receive import Inbound, receive
from sms.words import NAMES
from staff import messages
from tests.officers import GIAMSAT, HANH, VO, audited
from tests.staff.conftest import english, text
from tests.staff.test_signin import enrol
from tests.villagers import HOA, MAY, NOON

RECEIPT = {"code": HOA.code, "period": "10/2026", "amount": 546_108,
           "receipt_no": "PA04DH-2026-000001"}


@pytest.fixture
def say(app):
    """Somebody texts through a gateway that answers in the same breath."""
    def once(person, words: str, number: str = "1") -> None:
        receive(app.extensions["office"], Inbound("kannel", number, person.phone, words))
    return once


@pytest.fixture
def receipt(vault):
    """receipt(state, error): Hoa's receipt, as it stands; gives its number."""
    def make(state: str = "queued", error: str = "", **more) -> int:
        write(lambda: outbox.queue("receipt", "1", vault.seal_phone(HOA.phone), RECEIPT, NOON))
        values = {"state": state, "error": error, "gateway": "twilio", "text": "QUAYDIEN: x",
                  "sent_at": NOON, "parts": 1, **more} if state != "queued" else more
        if values:
            write(lambda: OutboxMessage.update(**values).execute())
        return OutboxMessage.get().id
    return make


@pytest.fixture
def giamsat(sign_in):
    """A supervisor's browser, through both steps."""
    browser = sign_in(GIAMSAT)
    enrol(browser)
    return browser


def find(browser, typed: str):
    """The page that a search leads to."""
    return browser.post("/staff/messages", data={"q": typed}, follow_redirects=True)


def address(browser, typed: str) -> str:
    return browser.post("/staff/messages", data={"q": typed}).location


def test_both_ways_of_a_phone_are_shown_newest_first(canbo, say, receipt, clock):
    say(HOA, f"TD {HOA.code}")
    clock.ms += MINUTE
    receipt()
    page = text(find(canbo, "0912 000 017"))
    assert "Tin nhắn với số 091****017" in page
    for words in ("Khách nhắn", f"TD {HOA.code}", "546.108d", "Trả lời ngay", "kannel",
                  "Biên nhận", "Chờ gửi", "Lời tin được viết khi gửi"):
        assert words in page


@pytest.mark.parametrize(("state", "error", "words"), [
    ("delivered", "", "Đã đến máy"), ("sent", "", "Đã gửi"),
    ("failed", "wrong number: 21211", "số điện thoại không có thật"),
    ("failed", "30006", "nhà mạng báo lỗi"), ("dropped", "too late", "để lâu quá"),
    ("uncertain", "answer lost", "mất câu trả lời"), ("failed", "not written: x", "báo quản trị"),
    ("queued", "", "gửi từ 12:00 15/11/2026")])
def test_states_and_errors_are_told_in_words(canbo, receipt, state, error, words):
    receipt(state, error)
    page = find(canbo, HOA.phone)
    assert words in text(page) and english(page) == []


def test_a_ticket_leads_to_its_phone(canbo, ask):
    ticket = ask()
    page = text(find(canbo, ticket.lower()))
    assert "091****017" in page and "Nhận yêu cầu" in page


@pytest.mark.parametrize("typed", ["", "hoa", "12345", "+1 555 0100", HOA.code])
def test_what_is_neither_phone_nor_ticket_is_told(canbo, typed):
    page = find(canbo, typed)
    assert page.status_code == 422 and "Lỗi: Hãy nhập số điện thoại" in text(page)


def test_neither_phone_nor_ticket_stands_in_an_address(canbo, ask):
    for typed in (HOA.phone, ask()):
        assert typed.strip("+") not in address(canbo, typed)


def test_the_whole_number_stands_nowhere(canbo, say):
    say(HOA, "TD")
    assert "912000017" not in find(canbo, HOA.phone).text


def test_an_address_is_worth_nothing_to_a_colleague(canbo, sign_in, say):
    say(HOA, "TD")
    assert sign_in(HANH).get(address(canbo, HOA.phone)).status_code == 404


def test_phones_of_other_communes_are_not_shown(sign_in, say, receipt):
    say(HOA, "TD")
    receipt()
    assert "091****017" in text(find(sign_in(HANH), HOA.phone))
    page = text(find(sign_in(VO), HOA.phone))
    assert "Không có tin nhắn nào cho bạn xem" in page and "091****017" not in page


def test_a_ticket_of_another_commune_is_not_shown(sign_in, ask):
    assert "Không có tin nhắn nào cho bạn xem" in text(find(sign_in(VO), ask()))


def test_who_asked_for_a_contract_in_reach_may_be_looked_up(sign_in, vault, ask):
    phone = vault.seal_phone("+84977123456")
    requests.request(requests.Wish("Lò Văn A", phone, MAY.commune_code, "any", "kiosk"), NOON)
    assert "097****456" in text(find(sign_in(VO), "0977123456"))
    assert "097****456" not in text(find(sign_in(HANH), "0977123456"))


def test_each_look_is_on_record_without_the_number(canbo, vault, say):
    say(HOA, "TD")
    find(canbo, HOA.phone)
    assert ("canbo", "messages.view", vault.phone_hash(HOA.phone), "phone") in audited()


def test_a_one_time_code_is_shown_to_nobody(canbo, app, vault, runner):
    otp.send(vault, vault.seal_phone(HOA.phone), "sign", "HD-1", NOON)
    runner.invoke(args=["sms", "send", "--once"])
    page = find(canbo, HOA.phone)
    assert "Mã xác nhận, chỉ người nhận được đọc" in text(page)
    assert not re.search(r"Ma ky|sealed", page.text)


def test_a_failed_text_is_sent_again_once_and_on_record(canbo, vault, receipt):
    number = receipt("failed", "retry slowly: off")
    where = address(canbo, HOA.phone)
    assert "Gửi lại" in canbo.get(where).text
    answer = canbo.post(where + "/again", data={"id": number}, follow_redirects=True)
    assert "Đã xếp tin để gửi lại" in text(answer)
    again = OutboxMessage.get(OutboxMessage.dedupe == f"again:{number}")
    assert (again.state, again.kind, again.attempts, again.expires_at) == (
        "queued", "receipt", 0, NOON + DAY)
    assert ("canbo", "messages.again", vault.phone_hash(HOA.phone), str(number)) in audited()
    second = canbo.post(where + "/again", data={"id": number})
    assert second.status_code == 409 and OutboxMessage.select().count() == 2


@pytest.mark.parametrize("state", ["queued", "leased", "sent", "delivered", "uncertain",
                                   "dropped"])
def test_only_what_failed_is_sent_again(canbo, receipt, state):
    number = receipt(state)
    where = address(canbo, HOA.phone)
    assert canbo.post(where + "/again", data={"id": number}).status_code == 409
    assert ">Gửi lại<" not in canbo.get(where).text and OutboxMessage.select().count() == 1


def test_a_text_to_somebody_else_is_not_sent_again_from_here(canbo, say, receipt):
    say(MAY, "TD")
    number = receipt("failed")
    answer = canbo.post(address(canbo, MAY.phone) + "/again", data={"id": number})
    assert answer.status_code == 409


def test_what_a_day_cost_is_told_in_segments(giamsat, say, receipt):
    say(HOA, "TD", "1")
    say(HOA, "CODAU", "2")
    say(HOA, "TG", "3")  # with accents it takes several parts
    receipt("sent")
    reply = InboundMessage.get(InboundMessage.word == "TG").reply
    parts = segments.cost(reply).parts
    page = text(giamsat.get("/staff/messages/cost"))
    assert parts > 1 and f"TG, trợ giúp 1 {parts}" in page
    assert f"15/11/2026 4 {3 + parts}" in page and "Biên nhận 1 1" in page
    assert "trong 600.000 tin được phép" in page
    assert "Không có tin nào" in text(giamsat.get("/staff/messages/cost?day=2026-11-14"))


def test_what_failed_costs_nothing(giamsat, receipt):
    receipt("failed")
    assert "Hai tuần qua chưa gửi tin nào" in text(giamsat.get("/staff/messages/cost"))


def test_an_exhausted_budget_is_an_alarm(giamsat, change_settings, runner, receipt):
    change_settings(sms_texts_a_day=1)
    receipt()
    runner.invoke(args=["sms", "send", "--once"])
    page = text(giamsat.get("/staff/messages/cost"))
    assert "Đã hết" in page and "SMS_TEXTS_A_DAY" in page


def test_the_costs_are_for_supervisors(canbo):
    assert canbo.get("/staff/messages/cost").status_code == 403
    assert "Chi phí" not in text(canbo.get("/staff/messages"))


@pytest.mark.parametrize("kind", sorted({*LIFETIME, *campaigns.KINDS, *NAMES}))
def test_every_kind_and_word_has_a_name_for_people(app, kind):
    with app.test_request_context():
        source = app.jinja_env.from_string(
            '{% from "staff/messages/_words.html" import name_of %}{{ name_of(kind) }}')
        assert source.render(kind=kind) != kind


def test_the_door_is_in_the_menu(canbo):
    assert ">Tin nhắn</a>" in canbo.get("/staff/").text and messages.bp.name == "staff_messages"


@pytest.mark.parametrize(("why", "told"), [
    (pausing.BY_HAND, "Đang tạm dừng gửi tin từ 12:00 15/11/2026. Tin đang chờ"),
    (pausing.RESTORED, "Đang tạm dừng gửi tin từ 12:00 15/11/2026, vì dữ liệu vừa được khôi")])
def test_every_page_says_while_sending_is_paused(canbo, why, told):
    assert "tạm dừng" not in text(canbo.get("/staff/"))
    write(lambda: house_state.note(house_state.PAUSED, why, NOON))
    for page in ("/staff/", "/staff/messages", "/staff/account"):
        assert told in text(canbo.get(page))
