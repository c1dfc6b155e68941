"""Asking for assisted contract signing, one question a page."""

from __future__ import annotations

import re
import threading

import pytest

from db import connection
from db.contracts import ContractRequest
from db.kiosks import KioskSession
from db.outbox.outbox import OutboxMessage
from tests.kiosk.person import heading, text, title

ANSWERS = {"name": {"name": "Giàng A Pháo"}, "phone": {"phone": "0987 654 321"},
           "commune": {"commune": "05569"}, "purpose": {"purpose": "household"},
           "when": {"when": "morning"}}
NEXT = ["phone", "commune", "purpose", "when", "check"]


def answer_all(client, **other) -> None:
    for step, form in {**ANSWERS, **other}.items():
        assert client.post(f"/kiosk/contract/{step}", data=form).status_code == 303


def send(client) -> str:
    client.post("/kiosk/contract/check")
    return re.search(r"HD-\d{6}", text(client.get("/kiosk/contract/done")))[0]


def test_each_answer_leads_to_the_next_question(client) -> None:
    assert client.get("/kiosk/contract").location == "/kiosk/contract/name"
    for (step, form), following in zip(ANSWERS.items(), NEXT, strict=True):
        assert client.get(f"/kiosk/contract/{step}").status_code == 200
        answer = client.post(f"/kiosk/contract/{step}", data=form)
        assert answer.location == f"/kiosk/contract/{following}"


def test_a_request_reaches_the_desk_with_its_ticket(client, vault, clock) -> None:
    answer_all(client)
    request = ContractRequest.get(ContractRequest.ticket == send(client))
    assert (request.name, request.commune_code, request.purpose, request.meet_when) == (
        "Giàng A Pháo", "05569", "household", "morning")
    assert vault.open_phone(request.phone_sealed) == "+84987654321"
    assert (request.channel, request.state, request.created_at) == ("kiosk", "open", clock())


def test_who_needs_something_else_than_new_supply_says_so_on_the_last_page(client) -> None:
    answer_all(client)
    assert "Việc cần làm Mắc điện mới" in text(client.get("/kiosk/contract/check"))
    page = client.get("/kiosk/contract/kind")
    assert heading(page) == "Bác cần làm việc gì?" and "/kiosk/contract/check" in page.text
    assert client.post("/kiosk/contract/kind", data={"kind": "castle"}).status_code == 422
    chosen = client.post("/kiosk/contract/kind", data={"kind": "households"})
    assert chosen.location == "/kiosk/contract/check"
    assert "Đổi số hộ dùng chung" in text(client.get("/kiosk/contract/check"))
    request = ContractRequest.get(ContractRequest.ticket == send(client))
    assert request.kind == "households"


def test_with_a_phone_the_ticket_is_texted_and_the_page_says_so(client) -> None:
    answer_all(client)
    ticket = send(client)
    assert "Số này sẽ đến điện thoại của bác." in text(client.get("/kiosk/contract/done"))
    assert ticket in OutboxMessage.get(OutboxMessage.kind == "ticket").params


def test_without_a_phone_nothing_is_promised(client) -> None:
    answer_all(client, phone={"none": "1"})
    send(client)
    page = text(client.get("/kiosk/contract/done"))
    assert "Bác ghi lại số này." in page and "đến điện thoại" not in page
    assert OutboxMessage.select().count() == 0


def test_all_answers_are_shown_before_they_are_sent(client) -> None:
    answer_all(client, phone={"none": "1"})
    page = text(client.get("/kiosk/contract/check"))
    for said in ("Giàng A Pháo", "Không có điện thoại", "Xã Định Hóa", "Sinh hoạt trong nhà",
                 "Buổi sáng", "Gửi yêu cầu"):
        assert said in page


def test_going_back_keeps_every_answer(client) -> None:
    answer_all(client)
    assert 'value="Giàng A Pháo"' in client.get("/kiosk/contract/name").get_data(as_text=True)
    assert 'value="0987654321"' in client.get("/kiosk/contract/phone").get_data(as_text=True)
    page = client.get("/kiosk/contract/when").get_data(as_text=True)
    assert re.search(r'value="morning" checked', page)


def test_a_changed_answer_leads_straight_to_the_check(client) -> None:
    answer_all(client)
    answer = client.post("/kiosk/contract/name", data={"name": "Giàng A Páo"})
    assert answer.location == "/kiosk/contract/check"
    assert "Giàng A Páo" in text(client.get("/kiosk/contract/check"))
    assert 'href="/kiosk/contract/check"' in client.get("/kiosk/contract/name").text


def test_back_leads_question_by_question_to_the_welcome(client) -> None:
    pages = {step: client.get(f"/kiosk/contract/{step}").text for step in ANSWERS}
    assert re.search(r'href="/kiosk/">.*?Quay lại', pages["name"])
    assert re.search(r'href="/kiosk/contract/name">.*?Quay lại', pages["phone"])
    assert re.search(r'href="/kiosk/contract/purpose">.*?Quay lại', pages["when"])


def test_two_presses_make_one_request(client) -> None:
    answer_all(client)
    for _ in range(2):
        assert client.post("/kiosk/contract/check").location == "/kiosk/contract/done"
    assert ContractRequest.select().count() == 1


def test_presses_at_the_same_moment_make_one_request(app) -> None:
    person = app.test_client()
    answer_all(person)
    cookie, start, went = person.get_cookie("kiosk").value, threading.Barrier(6), []

    def press() -> None:
        hand = app.test_client()
        hand.set_cookie("kiosk", cookie)
        start.wait()
        went.append(hand.post("/kiosk/contract/check").location)
        connection.database.close()

    hands = [threading.Thread(target=press) for _ in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert went == ["/kiosk/contract/done"] * 6
    assert ContractRequest.select().count() == 1
    assert re.search(r"HD-\d{6}", text(person.get("/kiosk/contract/done")))


def test_the_check_waits_for_every_answer(client) -> None:
    client.post("/kiosk/contract/name", data=ANSWERS["name"])
    for ask in (client.get, client.post):
        assert ask("/kiosk/contract/check").location == "/kiosk/contract/phone"
    assert client.get("/kiosk/contract/done").location == "/kiosk/contract"
    assert ContractRequest.select().count() == 0


def test_after_a_ticket_a_second_request_begins_anew(client) -> None:
    answer_all(client)
    first = send(client)
    answer_all(client, name={"name": "Vàng Thị Mỷ"})
    assert send(client) != first
    assert ContractRequest.select().count() == 2


@pytest.mark.parametrize(("step", "form", "said"), [
    ("name", {"name": ""}, "Bác ghi họ và tên bằng chữ."),
    ("name", {"name": "4"}, "Bác ghi họ và tên bằng chữ."),
    ("name", {"name": "Hoa 3"}, "Bác ghi họ và tên bằng chữ."),
    ("name", {"name": "A" * 61}, "Bác ghi họ và tên bằng chữ."),
    ("name", {"name": "<b>Hoa</b>"}, "Bác ghi họ và tên bằng chữ."),
    ("name", {"name": "Hoa\0"}, "Bác ghi họ và tên bằng chữ."),
    ("phone", {"phone": "1234"}, "Số di động có 10 số."),
    ("phone", {}, "Số di động có 10 số."),
    ("commune", {}, "Không tìm thấy xã này."),
    ("commune", {"q": "Hà Nội 36 phố"}, "Không tìm thấy xã này."),
    ("commune", {"commune": "99999"}, "Không tìm thấy xã này."),
    ("purpose", {"purpose": "castle"}, "Bác chọn một ô"),
    ("when", {}, "Bác chọn một ô"),
])
def test_what_cannot_be_taken_is_asked_again(client, step: str, form: dict, said: str) -> None:
    answer = client.post(f"/kiosk/contract/{step}", data=form)
    assert answer.status_code == 422 and title(answer).startswith(f"Lỗi: {said}")
    assert text(answer).count(f"Lỗi: {said}") >= 2
    assert "<b>Hoa" not in answer.text


@pytest.mark.parametrize(("typed", "code"), [
    ("Định Hóa", "05569"), ("dinh hoa", "05569"), ("xã định hoá", "05569"),
    ("Sơn Cẩm", None), ("Võ Nhai", "05716"),
])
def test_a_commune_may_be_typed_also_by_its_old_name(client, typed: str, code) -> None:
    answer = client.post("/kiosk/contract/commune", data={"q": typed})
    assert answer.status_code == 303
    assert code is None or f'"commune":"{code}"' in KioskSession.get().data


def test_a_name_that_two_communes_bear_is_chosen_from_a_list(client) -> None:
    answer = client.post("/kiosk/contract/commune", data={"q": "van lang"})
    assert answer.status_code == 200
    assert answer.text.count('name="commune" value="') >= 2


def test_communes_are_found_by_their_first_letter(client) -> None:
    page = client.get("/kiosk/contract/commune?letter=Đ")
    assert "Xã Định Hóa" in text(page) and "Xã Võ Nhai" not in text(page)
    first, second = (client.get(f"/kiosk/contract/commune?letter=T&page={n}") for n in (1, 2))
    assert first.text.count('name="commune"') == 12 and second.text.count('name="commune"') == 4
    assert "Trang sau" in text(first) and "Trang trước" in text(second)


def test_old_names_stand_with_their_district(client) -> None:
    page = text(client.get("/kiosk/contract/commune?letter=S&old=1"))
    assert "Xã Sơn Cẩm Thành phố Thái Nguyên" in page


@pytest.mark.parametrize("query", ["letter=", "letter=%00", "letter=ZZ", "letter=<b>&page=-3"])
def test_a_strange_letter_shows_the_letters(client, query: str) -> None:
    answer = client.get(f"/kiosk/contract/commune?{query}")
    assert answer.status_code == 200 and "Hoặc bấm chữ đầu của tên xã." in text(answer)
    assert "<b>" not in answer.text


def test_a_name_can_be_typed_key_by_key_without_a_script(client) -> None:
    typed = ""
    for key in ["M", "A", "Y", "delete", "delete", "Â", "Y", "hook"]:
        answer = client.post("/kiosk/contract/name", data={"name": typed, "key": key})
        typed = re.search(r'name="name" value="([^"]*)"', answer.text)[1]
    assert typed == "Mẩy" and heading(answer) == "Họ và tên của bác?"


def test_the_phone_number_of_a_visit_is_sealed(client) -> None:
    answer_all(client)
    assert "987654321" not in KioskSession.get().data
