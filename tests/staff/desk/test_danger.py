"""Danger at the desk: above all else, marked in words, with what was said, for whoever is there."""

from __future__ import annotations

import pytest

from db.calls import Call
from db.connection import write
from services.clock import DAY, MINUTE
from services.desk import danger
from tests.officers import HANH
from tests.staff.conftest import text
from tests.staff.desk.test_desk import links
from tests.villagers import HOA, MAY, NOON

TORN = "day dien dut <b>roi</b>"


@pytest.fixture
def tell(vault):
    """A phone tells of danger; returns the ticket."""
    def make(words=TORN, person=MAY, now=NOON, code=""):
        phone = vault.seal_phone(person.phone)
        return write(lambda: danger.hear(phone, words, code, vault, now))
    return make


def test_danger_stands_above_all_that_waits_longer(canbo, ask, ring, tell):
    request, call = ask(now=NOON - 5 * DAY), ring(now=NOON - DAY)
    ours, again = tell(person=HOA), tell(now=NOON + 1)
    tell(person=MAY, now=NOON + 2)
    assert links(canbo.get("/staff/")) == [ours, again, request, call]


def test_the_row_says_danger_in_words_and_what_was_said(canbo, tell):
    tell("cot dien do", now=NOON - MINUTE)
    tell(now=NOON)
    page = canbo.get("/staff/")
    assert "“day dien dut &lt;b&gt;roi&lt;/b&gt;”" in page.text
    assert "NGUY HIỂM “day dien dut" in text(page) and "2 tin 1 phút Ngay" in text(page)


def test_its_page_says_all_that_was_said(canbo, tell):
    ticket = [tell("cot dien do"), tell(now=NOON + MINUTE)][0]
    page = text(canbo.get(f"/staff/work/{ticket}"))
    assert "NGUY HIỂM" in page and "Khách nhắn cot dien do" in page
    assert "Tin mới nhất lúc" in page and "Gọi lại khách ngay" in page


def test_taken_danger_is_still_marked(canbo, tell):
    ticket = tell()
    canbo.post(f"/staff/work/{ticket}/take")
    assert "NGUY HIỂM" in text(canbo.get("/staff/"))


def test_every_officer_sees_and_may_take_it(sign_in, tell):
    ticket = tell(person=MAY)
    hanh = sign_in(HANH)
    assert links(hanh.get("/staff/")) == [ticket]
    hanh.post(f"/staff/work/{ticket}/take")
    assert Call.get().officer == HANH.name


def test_danger_rings_on_every_page_until_somebody_takes_it(canbo, tell):
    ticket = tell()
    page = canbo.get("/staff/customers")
    assert f'data-call="{ticket}" data-rings="{NOON}"' in page.text
    assert "NGUY HIỂM: khách nhắn từ Xã Võ Nhai · dưới 1 phút" in text(page)
    canbo.post(f"/staff/work/{ticket}/take")
    assert "NGUY HIỂM" not in text(canbo.get("/staff/customers"))


def test_danger_is_told_of_beside_a_newer_call(canbo, ring, tell, clock):
    tell()
    newer = ring(now=NOON + 1)
    clock.ms += 2
    page = canbo.get("/staff/customers")
    assert f'data-ticket="{newer}"' in page.text
    assert "NGUY HIỂM: 1 khách báo, chưa ai nhận. Xem ngay ở bàn" in text(page)


def test_the_words_are_gone_from_the_page_of_an_ordinary_call(canbo, ring):
    page = text(canbo.get(f"/staff/work/{ring()}"))
    assert "Khách nhắn" not in page and "NGUY HIỂM" not in page

