"""Welcome, language, look of the screen, and the end of a visit."""

from __future__ import annotations

import re

import pytest

from db.kiosks import KioskSession
from tests.kiosk.person import enter, heading, prove, text, title
from tests.villagers import HOA

SERVICES = ["Xem tiền điện", "Trả tiền bằng mã QR", "Đăng ký hợp đồng điện", "Lịch cắt điện",
            "Gọi cán bộ"]


def test_the_root_leads_to_the_kiosk(client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (303, "/kiosk/")


def test_the_welcome_offers_five_services_by_link(client) -> None:
    page = client.get("/kiosk/").get_data(as_text=True)
    links = re.findall(r"<a [^>]*>.*?</a>", page, flags=re.S)
    words = [re.sub(r"<[^>]+>", "", link).strip() for link in links]
    assert [word for word in words if word in SERVICES] == SERVICES
    assert "Nghe" in words


def test_the_welcome_itself_writes_nothing(client) -> None:
    client.get("/kiosk/")
    assert KioskSession.select().count() == 0


def test_english_is_spoken_until_the_end(client) -> None:
    client.post("/kiosk/language", data={"language": "en"})
    assert heading(client.get("/kiosk/")) == "What would you like to do?"
    enter(client, HOA)
    bills = client.get("/kiosk/bills")
    assert 'lang="en"' in bills.get_data(as_text=True) and "Pay by 20/11/2026" in text(bills)
    client.post("/kiosk/end")
    assert heading(client.get("/kiosk/")) == "Bác cần làm gì?"


def test_an_unknown_language_means_vietnamese(client) -> None:
    client.post("/kiosk/language", data={"language": "xx"})
    assert heading(client.get("/kiosk/")) == "Bác cần làm gì?"


def test_large_text_and_dark_ground_stay_for_the_visit_only(client) -> None:
    for switch in ("big", "dark"):
        client.post("/kiosk/look", data={"switch": switch})
    enter(client, HOA)
    assert '<html lang="vi" class="big dark">' in client.get("/kiosk/bills").get_data(as_text=True)
    client.post("/kiosk/look", data={"switch": "big"})
    assert '<html lang="vi" class="dark">' in client.get("/kiosk/bills").get_data(as_text=True)
    client.post("/kiosk/end")
    assert '<html lang="vi">' in client.get("/kiosk/").get_data(as_text=True)


def test_a_script_that_changed_the_look_already_gets_no_page(client) -> None:
    answer = client.post("/kiosk/look", data={"switch": "big", "on": "1"},
                         headers={"X-Kiosk-Script": "1"})
    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize(("wish", "goes"), [
    ("http://localhost/kiosk/bills?page=2", "/kiosk/bills"), ("", "/kiosk/"),
    ("http://localhost/staff/", "/kiosk/"), ("https://evil.example/kiosk/x", "/kiosk/x"),
])
def test_a_switch_leads_back_to_pages_of_ours_only(client, wish: str, goes: str) -> None:
    answer = client.post("/kiosk/language", data={"language": "en"}, headers={"Referer": wish})
    assert answer.location == goes


def test_the_end_leaves_neither_row_nor_cookie(client) -> None:
    enter(client, HOA)
    assert KioskSession.select().count() == 1 and client.get_cookie("kiosk")
    answer = client.post("/kiosk/end")
    assert (answer.status_code, answer.location) == (303, "/kiosk/")
    assert KioskSession.select().count() == 0 and client.get_cookie("kiosk") is None
    assert client.get("/kiosk/bills").location == "/kiosk/customer"


def test_coming_back_to_the_welcome_forgets_the_person_but_not_the_look(client) -> None:
    client.post("/kiosk/look", data={"switch": "big", "on": "1"})
    enter(client, HOA)
    assert 'class="big"' in client.get("/kiosk/").get_data(as_text=True)
    assert client.get("/kiosk/bills").location == "/kiosk/customer"
    assert [HOA.code in row.data for row in KioskSession.select()] == [False]


@pytest.mark.parametrize(("path", "status"), [
    ("/kiosk/nowhere", 404), ("/kiosk/outages/99999", 404), ("/kiosk/end", 405),
])
def test_a_wrong_turn_is_no_dead_end(client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status and title(answer).startswith("Lỗi: ")
    assert 'href="/kiosk/"' in answer.get_data(as_text=True)
    assert "Gọi cán bộ" in text(answer) and "19006769" in text(answer)


def test_every_page_inside_can_end_go_back_listen_and_call(client) -> None:
    prove(client, HOA)
    for path in ("/kiosk/customer", "/kiosk/bills", "/kiosk/history", "/kiosk/pay/202610-1",
                 "/kiosk/pay/202610-1/text", "/kiosk/contract/name", "/kiosk/contract/phone",
                 "/kiosk/contract/commune", "/kiosk/outages", "/kiosk/outages/05569",
                 "/kiosk/help"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        for word in ("Quay lại", "Nghe", "Chữ to", "Nền đen", "Gọi cán bộ", "Kết thúc"):
            assert f"<span>{word}</span>" in answer.get_data(as_text=True), (path, word)
        assert answer.headers["Cache-Control"] == "no-store"
