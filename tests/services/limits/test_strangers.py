"""How many codes a stranger may look up."""

from __future__ import annotations

import pytest

from db import connection
from services import clock
from services.errors import TooManyLookups
from services.limits import rules, strangers
from tests.villagers import NOON

STRANGER = "a" * 32


def code(number: int) -> str:
    return f"PA04DH{number:07}"


def ask_by_sms(number: int, now: int = NOON, who: str = STRANGER) -> None:
    strangers.sms_lookup(who, code(number), now)


def ask_at_kiosk(number: int, now: int = NOON, kiosk: str = "front") -> None:
    strangers.kiosk_lookup(kiosk, code(number), now)


def test_five_codes_a_day_are_answered_by_sms_and_the_sixth_is_not(app) -> None:
    for number in range(5):
        ask_by_sms(number)
    for _ in range(3):
        with pytest.raises(TooManyLookups):
            ask_by_sms(5)


def test_the_same_code_may_be_asked_for_all_day(app) -> None:
    for _ in range(20):
        ask_by_sms(1)
    for number in range(5):
        ask_by_sms(number)


def test_a_new_local_day_begins_anew(app) -> None:
    for number in range(5):
        ask_by_sms(number)
    last = NOON + 12 * clock.HOUR - 1
    with pytest.raises(TooManyLookups):
        ask_by_sms(5, last)
    ask_by_sms(5, last + 1)


def test_one_phone_does_not_use_up_anothers_share(app) -> None:
    for number in range(5):
        ask_by_sms(number)
    ask_by_sms(5, who="b" * 32)


def test_a_kiosk_has_a_share_an_hour(app) -> None:
    for number in range(rules.most("codes.device")):
        ask_at_kiosk(number)
    with pytest.raises(TooManyLookups):
        ask_at_kiosk(999)
    ask_at_kiosk(999, kiosk="back")
    ask_at_kiosk(999, NOON + clock.HOUR)


def test_a_refused_code_stays_refused_and_a_known_one_answered(app) -> None:
    for number in range(5):
        ask_by_sms(number)
    with pytest.raises(TooManyLookups):
        ask_by_sms(5)
    ask_by_sms(4)


def test_while_the_database_is_read_only_look_ups_are_counted_on(app, database_kind) -> None:
    ask_at_kiosk(0)
    if database_kind == "sqlite":
        connection.init(f"sqlite:///file:{connection.sqlite_path()}?mode=ro")
    else:
        connection.run("SET default_transaction_read_only = on")
    for number in range(1, rules.most("codes.device")):
        ask_at_kiosk(number)
        ask_at_kiosk(number)
    if database_kind == "sqlite":  # another database to the process: what it held is forgotten
        ask_at_kiosk(998)
    with pytest.raises(TooManyLookups):
        ask_at_kiosk(999)
