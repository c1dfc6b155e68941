"""Giới hạn: officers see what limits refused, and why a phone got no text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from db.connection import write
from services.limits import limits, rules
from services.outbox import outbox
from tests.officers import HANH
from tests.staff.conftest import hired, sign_in, text  # noqa: F401 - fixtures
from tests.staff.messages.test_messages import find, giamsat  # noqa: F401 - a fixture
from tests.villagers import HOA, NOON

ROOT = Path(__file__).resolve().parents[3]


def refuse(name: str, who: str, times: int = 1) -> None:
    write(lambda: limits.take(name, who, NOON, number=rules.most(name)))
    for _ in range(times):
        with pytest.raises(rules.RULES[name].error):
            write(lambda: limits.take(name, who, NOON))


def test_a_supervisor_sees_what_was_refused_today(giamsat, vault) -> None:  # noqa: F811
    refuse("request.device", "0123456789abcdef", 3)
    write(lambda: outbox.queue("ticket", "1", vault.seal_phone(HOA.phone), {"ticket": "1"}, NOON))
    refuse("others.phone", vault.phone_hash(HOA.phone))
    page = text(giamsat.get("/staff/messages/limits"))
    assert "Một máy đã gửi đủ 10 yêu cầu hợp đồng trong giờ 3 1" in page
    assert "091****017 Người khác đã làm số này nhận đủ 6 tin trong giờ 1" in page


def test_another_day_has_its_own(giamsat) -> None:  # noqa: F811
    refuse("request.device", "0123456789abcdef")
    assert "chưa giới hạn nào" in text(giamsat.get("/staff/messages/limits?day=2026-11-14"))
    assert "10 yêu cầu" in text(giamsat.get("/staff/messages/limits?day=nonsense"))


def test_an_officer_has_no_such_page_but_sees_why_a_phone_got_no_text(
        sign_in, vault) -> None:  # noqa: F811
    browser = sign_in(HANH)
    refuse("others.phone", vault.phone_hash(HOA.phone), 2)
    assert browser.get("/staff/messages/limits").status_code == 403
    page = text(find(browser, HOA.phone))
    assert "người khác đã làm số này nhận đủ 6 tin trong giờ. 2 lần" in page


def test_a_text_that_waits_for_the_next_day_says_so(
        sign_in, vault, change_settings) -> None:  # noqa: F811
    write(lambda: outbox.queue("ticket", "1", vault.seal_phone(HOA.phone), {"ticket": "1"}, NOON))
    change_settings(sms_texts_a_day=0)
    page = text(find(sign_in(HANH), HOA.phone))
    assert "đã hết số tin được gửi trong ngày (SMS_TEXTS_A_DAY)" in page


def test_every_limit_has_words_for_officers() -> None:
    template = (ROOT / "templates/staff/messages/_limits.html").read_text()
    assert set(re.findall(r'^  "([a-z_.]+)":', template, re.M)) == set(rules.RULES)


@pytest.mark.parametrize("name", [name for name in rules.RULES
                                  if isinstance(rules.RULES[name].most, int)])
def test_the_words_say_the_number(name: str) -> None:
    template = (ROOT / "templates/staff/messages/_limits.html").read_text()
    words = re.search(rf'"{re.escape(name)}": "([^"]+)"', template)[1]
    assert name == "told.phone" or f"{rules.most(name):,}".replace(",", ".") in words


