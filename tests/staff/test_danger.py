"""Danger at the desk: above all else, marked in words, with what was said, for whoever is there."""

from __future__ import annotations

import pytest

from db.calls import Call
from db.connection import write
from services.clock import DAY, MINUTE
from services.desk import danger
from tests.officers import HANH
from tests.staff.conftest import text
from tests.staff.test_desk import HTMX, links
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
    assert "báo nguy hiểm, 2 tin" in text(page) and "NGUY HIỂM chờ 1 phút" in text(page)


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


def test_danger_rings_again_when_it_is_told_again(canbo, tell, clock):
    ticket = tell(now=NOON - MINUTE)
    assert ticket not in news(canbo)
    tell(now=NOON + 1)
    assert ticket in news(canbo)


def news(canbo) -> str:
    return canbo.get(f"/staff/?since={NOON}", headers=HTMX).text.partition('id="news"')[2]


def test_the_words_are_gone_from_the_page_of_an_ordinary_call(canbo, ring):
    page = text(canbo.get(f"/staff/work/{ring()}"))
    assert "Khách nhắn" not in page and "NGUY HIỂM" not in page

