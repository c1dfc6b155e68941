"""Khách đang đợi, on every page of the officers' door."""

from __future__ import annotations

import re

import pytest

from services.clock import MINUTE
from services.desk import calls, desk
from services.kiosks import devices
from tests import contracts
from tests.officers import HANH, VO, at_desk
from tests.staff.conftest import english, text
from tests.villagers import NOON

HTMX = {"HX-Request": "true"}
PAGES = ["/staff/", "/staff/customers", "/staff/cash/", "/staff/archive/", "/staff/requests/new",
         "/staff/messages", "/staff/account", "/staff/nowhere"]


def region(page) -> tuple[str, str]:
    """(data-ticket, words) of the region; ("", "") for one that is empty."""
    found = re.search(r'<div id="waiting-call" role="status" aria-label="Khách đang đợi"'
                      r'(?: data-ticket="([^"]+)")?[^>]*>(.*?)</div>', page.text, re.S)
    return found[1] or "", " ".join(re.sub(r"<[^>]+>", " ", found[2]).split())


@pytest.fixture
def hall(app):
    """The machine in the hall of Định Hóa."""
    devices.add("hall-1", "05569", "", NOON, "Nhà văn hóa Định Hóa")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_names_who_waits_where_how_long_and_before_what(canbo, ring, hall, path):
    ticket = ring("05569", NOON - 2 * MINUTE, place="bills", kiosk="hall-1")
    page = canbo.get(path)
    assert region(page) == (ticket, "Khách đợi ở Nhà văn hóa Định Hóa · 2 phút · đang xem Tiền điện"
                                    " Chưa ai nhận Nhận ngay")
    assert english(page) == []


def test_the_pages_of_a_contract_have_it_too(canbo, ring, here):
    ticket, _digest = contracts.drafted(here)
    call = ring()
    for path in ("", "/contract"):
        assert region(canbo.get(f"/staff/work/{ticket}{path}"))[0] == call


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_region_is_empty(canbo, path):
    assert region(canbo.get(path)) == ("", "")
    assert "aria-label=\"Khách đang đợi\"" in canbo.get(path).text


def test_without_an_officer_there_is_none(client, ring):
    ring()
    assert "Khách đang đợi" not in client.get("/staff/signin").text


@pytest.mark.parametrize(("more", "words"), [
    ({"kiosk": "hall-9"}, "Khách đợi ở máy hall-9, Xã Định Hóa"),
    ({}, "Khách đợi ở màn hình cảm ứng, Xã Định Hóa")])
def test_a_machine_without_a_hall_is_named_as_it_can_be(canbo, ring, more, words):
    ring("05569", **more)
    assert region(canbo.get("/staff/"))[1].startswith(words)


def test_who_has_left_is_told_of(canbo, ring, hall):
    ticket = ring("05569", place="pay", kiosk="hall-1")
    calls.leave(ticket)
    page = canbo.get("/staff/")
    assert region(page)[1].startswith(
        "Khách đã rời máy ở Nhà văn hóa Định Hóa · dưới 1 phút · đã xem Mã QR trả tiền")
    assert 'data-rings=""' in page.text and "ở Nhà văn hóa Định Hóa" in text(page)
    assert "Khách đã rời máy" in text(canbo.get(f"/staff/work/{ticket}"))


def test_polling_brings_what_the_region_says(canbo, ring):
    assert canbo.get("/staff/waiting", headers=HTMX).text.strip() == ""
    ticket = ring()
    part = canbo.get("/staff/waiting", headers=HTMX)
    assert f'data-call="{ticket}"' in part.text and "<html" not in part.text


def test_polling_keeps_nobodys_session_alive(canbo, ring, clock):
    for _ in range(15):
        assert canbo.get("/staff/waiting", headers=HTMX).status_code == 200
        clock.ms += MINUTE
    answer = canbo.get("/staff/waiting", headers=HTMX)
    assert answer.status_code == 401 and "/staff/signin" in answer.headers["HX-Redirect"]


def test_one_press_takes_it(canbo, ring):
    ticket = ring()
    page = canbo.get("/staff/customers")
    action = re.search(r'<form class="calling[^>]*action="([^"]+)"', page.text)[1]
    answer = canbo.post(action)
    assert (answer.status_code, answer.location) == (303, f"/staff/work/{ticket}")
    assert region(canbo.get("/staff/")) == ("", "")
    assert calls.turn(ticket) == ("taken", 0, "canbo")


def test_the_slower_colleague_is_told(canbo, ring):
    ticket = ring()
    desk.take(ticket, at_desk(HANH), NOON)
    answer = canbo.post(f"/staff/work/{ticket}/take")
    assert answer.status_code == 409 and "hanh đã nhận việc này lúc" in text(answer)


def test_it_is_for_officers_of_the_commune(sign_in, ring):
    ticket = ring("05569")
    assert region(sign_in(HANH).get("/staff/"))[0] == ticket
    assert region(sign_in(VO).get("/staff/")) == ("", "")
