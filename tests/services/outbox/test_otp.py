"""One-time codes by text: six digits, ten minutes, one use, five tries."""

from __future__ import annotations

import json
import re
import threading

import pytest

from db import otp as otp_records
from db.connection import database, write
from db.otp import OneTimeCode
from db.outbox.outbox import OutboxMessage
from services import clock
from services.errors import CodeExpired, TooManyCodes, WrongCode
from services.limits import limits, rules
from services.outbox import otp
from services.outbox.outbox import reveal
from sms.gateways.registry import in_order
from sms.send import Worker
from tests.villagers import HOA, NOON
from web.office import Office

SUBJECT = "HD-000017:abc"


@pytest.fixture
def phone(vault) -> tuple[str, bytes]:
    return vault.seal_phone(HOA.phone)


@pytest.fixture
def code(app, vault, phone) -> str:
    """The code that Hoa was sent to sign with."""
    otp.send(vault, phone, "sign", SUBJECT, NOON)
    return queued(vault)[-1]


def queued(vault) -> list[str]:
    rows = OutboxMessage.select().where(OutboxMessage.kind == "otp").order_by(OutboxMessage.id)
    return [reveal(vault, json.loads(row.params)["code"]) for row in rows]


def other_than(code: str) -> str:
    return "000001" if code != "000001" else "000002"


def test_a_code_is_six_digits_and_stands_nowhere_in_clear(app, vault, code) -> None:
    assert re.fullmatch(r"[0-9]{6}", code)
    assert code not in OutboxMessage.get().params
    assert code not in OneTimeCode.get().code_hash


def test_the_code_opens_once(app, vault, code) -> None:
    otp.confirm(vault, "sign", SUBJECT, code, NOON)
    with pytest.raises(CodeExpired):
        otp.confirm(vault, "sign", SUBJECT, code, NOON)


def test_a_code_typed_with_spaces_counts(app, vault, code) -> None:
    otp.confirm(vault, "sign", SUBJECT, f" {code[:3]} {code[3:]} ", NOON)


def test_after_ten_minutes_it_is_too_late(app, vault, code) -> None:
    with pytest.raises(CodeExpired):
        otp.confirm(vault, "sign", SUBJECT, code, NOON + 10 * clock.MINUTE)


def test_a_clock_set_back_revives_nothing(app, vault, code) -> None:
    with pytest.raises(CodeExpired):
        otp.confirm(vault, "sign", SUBJECT, code, NOON - 2 * clock.HOUR)


@pytest.mark.parametrize(("purpose", "subject"), [("register", SUBJECT), ("sign", "HD-000017:x")])
def test_it_opens_nothing_else(app, vault, code, purpose, subject) -> None:
    with pytest.raises(CodeExpired):
        otp.confirm(vault, purpose, subject, code, NOON)


def test_five_wrong_codes_use_it_up(app, vault, code) -> None:
    left = []
    for _ in range(5):
        with pytest.raises(WrongCode) as wrong:
            otp.confirm(vault, "sign", SUBJECT, other_than(code), NOON)
        left.append(wrong.value.left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(CodeExpired):
        otp.confirm(vault, "sign", SUBJECT, code, NOON)


def test_a_new_code_replaces_the_old_one(app, vault, code, phone) -> None:
    otp.send(vault, phone, "sign", SUBJECT, NOON + 1)
    newer = queued(vault)[-1]
    if newer != code:
        with pytest.raises(WrongCode):
            otp.confirm(vault, "sign", SUBJECT, code, NOON + 1)
    otp.confirm(vault, "sign", SUBJECT, newer, NOON + 1)


@pytest.mark.parametrize("purpose", ["sign", "kiosk", "read", "copy"])
def test_a_phone_gets_three_codes_of_a_purpose_in_ten_minutes(app, vault, phone, purpose) -> None:
    for _ in range(3):
        otp.send(vault, phone, purpose, SUBJECT, NOON)
    with pytest.raises(TooManyCodes):
        otp.send(vault, phone, purpose, SUBJECT, NOON)
    otp.send(vault, phone, purpose, SUBJECT, NOON + 11 * clock.MINUTE)


@pytest.mark.parametrize("used_up", sorted(rules.STRANGERS_CODES))
def test_codes_that_strangers_ask_for_use_up_none_to_sign_with(app, vault, phone, used_up) -> None:
    for _ in range(rules.most(f"code_{used_up}_soon.phone")):
        otp.send(vault, phone, used_up, HOA.code, NOON)
    with pytest.raises(TooManyCodes):
        otp.send(vault, phone, used_up, HOA.code, NOON)
    for _ in range(3):
        otp.send(vault, phone, "sign", SUBJECT, NOON)


def test_a_code_that_strangers_can_ask_for_leaves_less_to_other_texts(app, vault, phone) -> None:
    for purpose in ("kiosk", "read", "copy"):
        otp.send(vault, phone, purpose, HOA.code, NOON)
    assert write(lambda: [limits.may_text(phone[0], NOON) for _ in range(4)]) == [
        True, True, True, False]


def test_codes_that_were_forgotten_hold_up_no_later_one(app, vault, code, phone) -> None:
    tomorrow = NOON + 2 * clock.DAY
    write(lambda: otp_records.drop_expired(tomorrow))
    otp.send(vault, phone, "sign", SUBJECT, tomorrow)
    assert len(queued(vault)) == 2
    otp.confirm(vault, "sign", SUBJECT, queued(vault)[-1], tomorrow)


def test_two_right_answers_at_once_open_it_once(app, vault, code) -> None:
    won: list[bool] = []

    def answer() -> None:
        try:
            otp.confirm(vault, "sign", SUBJECT, code, NOON)
            won.append(True)
        except CodeExpired:
            won.append(False)
        finally:
            database.close()

    threads = [threading.Thread(target=answer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]


def test_a_try_is_never_counted_in_a_transaction_that_may_fail(app, vault, code) -> None:
    with pytest.raises(RuntimeError):
        write(lambda: otp.confirm(vault, "sign", SUBJECT, code, NOON))


def test_the_phone_reads_it_and_the_outbox_does_not(app, settings, vault, clock, code,
                                                    runner) -> None:
    Worker(Office(settings, clock), in_order(settings)).drain()
    assert code not in OutboxMessage.get().text
    assert code in runner.invoke(args=["sms", "log", "--to", HOA.phone]).output


def test_a_code_that_waited_too_long_is_dropped(app, settings, vault, clock, code) -> None:
    clock.ms += 10 * 60_000
    Worker(Office(settings, clock), in_order(settings)).drain()
    assert OutboxMessage.get().state == "dropped"
