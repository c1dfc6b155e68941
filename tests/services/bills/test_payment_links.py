"""Payment links and slip numbers."""

from __future__ import annotations

import re

import pytest

from db.connection import write
from db.payment_links import PayLink
from services import clock
from services.bills import payment_links
from tests.villagers import HOA, MAY, NOON


def test_a_link_is_ten_url_safe_characters_and_a_slip_six_digits(app) -> None:
    token, slip = payment_links.link_for(HOA.code, NOON)
    assert re.fullmatch(r"[A-Za-z0-9_-]{10}", token)
    assert re.fullmatch(r"[0-9]{6}", slip)


def test_both_lead_back_to_the_customer(app) -> None:
    token, slip = payment_links.link_for(HOA.code, NOON)
    payment_links.link_for(MAY.code, NOON)
    assert payment_links.code_behind(token, NOON) == HOA.code
    assert payment_links.code_behind(slip, NOON) == HOA.code


def test_asking_again_gives_the_same_link(app) -> None:
    first = payment_links.link_for(HOA.code, NOON)
    assert payment_links.link_for(HOA.code, NOON + 5 * clock.DAY) == first
    assert PayLink.select().count() == 1


def test_a_link_with_less_than_a_day_left_is_not_given_out_again(app) -> None:
    first = payment_links.link_for(HOA.code, NOON)
    second = payment_links.link_for(HOA.code, NOON + 6 * clock.DAY)
    assert second != first
    assert payment_links.code_behind(first[0], NOON + 6 * clock.DAY) == HOA.code


def test_after_a_week_it_leads_nowhere(app) -> None:
    token, slip = payment_links.link_for(HOA.code, NOON)
    last = NOON + payment_links.LIFETIME - 1
    assert payment_links.code_behind(token, last) == HOA.code
    assert payment_links.code_behind(token, last + 1) is None
    assert payment_links.code_behind(slip, last + 1) is None


def test_links_that_ran_out_free_their_slip_numbers(app) -> None:
    payment_links.link_for(HOA.code, NOON)
    payment_links.link_for(MAY.code, NOON + payment_links.LIFETIME)
    assert [link.code for link in PayLink.select()] == [MAY.code]


@pytest.mark.parametrize("word", ["", "1", "000000", "AAAAAAAAAA", "' OR 1=1--", "x" * 5000])
def test_what_was_never_given_out_leads_nowhere(app, word: str) -> None:
    payment_links.link_for(HOA.code, NOON)
    taken = {PayLink.get().slip, PayLink.get().token}
    assert word in taken or payment_links.code_behind(word, NOON) is None


def test_links_are_made_within_a_larger_change_too(app) -> None:
    token, _slip = write(lambda: payment_links.link_for(HOA.code, NOON))
    assert payment_links.code_behind(token, NOON) == HOA.code
