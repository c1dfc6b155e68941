"""The second factor outside the demo, and a clock that jumps between enrolling and signing in."""

from __future__ import annotations

import dataclasses

import pyotp
import pytest

from services.clock import DAY, HOUR, MINUTE
from services.context import Context
from services.errors import WrongCode
from services.officers import second_factor, sessions, signin
from services.officers.throttle import Origin
from tests.conftest import DEMO
from tests.officers import ALL, CANBO, GIAMSAT, PASSWORD, hire
from tests.villagers import NOON

HERE = Origin("10.0.0.1")
PRODUCTION = dataclasses.replace(DEMO, demo=False)


@pytest.fixture(autouse=True)
def hired(app) -> None:
    hire()


@pytest.fixture
def half(vault):
    """Half a session: the password was right."""
    def opened(now=NOON, person=GIAMSAT, settings=PRODUCTION):
        made = signin.by_password(person.name, PASSWORD, HERE, Context(settings, vault, now))
        assert made.stage == sessions.PASSWORD
        return sessions.current(made.session_id, now)
    return opened


@pytest.fixture
def enrol(half, vault):
    """Giám sát enrols at a moment; the device."""
    def made(now=NOON) -> pyotp.TOTP:
        waiting = half(now)
        device = pyotp.TOTP(signin.enrolment(waiting, vault)[0])
        give(waiting, device.at(now / 1000), vault, now)
        return device
    return made


def give(waiting, code, vault, now):
    return signin.by_code(waiting, code, HERE, Context(PRODUCTION, vault, now))


@pytest.mark.parametrize("person", ALL, ids=lambda person: person.name)
def test_outside_the_demo_everybody_enrols(half, vault, person):
    assert signin.enrolment(half(person=person), vault)


def test_in_the_demo_who_does_not_lead_needs_none(vault):
    opened = signin.by_password(CANBO.name, PASSWORD, HERE, Context(DEMO, vault, NOON))
    assert opened.stage == sessions.FULL


JUMPS = [400 * DAY, 2 * HOUR, 10 * MINUTE, -10 * MINUTE, -2 * HOUR, -400 * DAY]


@pytest.mark.parametrize("jump", JUMPS)
def test_who_enrolled_by_a_wrong_clock_signs_in_by_the_right_one(enrol, half, vault, jump):
    device = enrol(NOON + jump)
    assert give(half(), device.at(NOON / 1000), vault, NOON).stage == sessions.FULL


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_makes_no_code_good_twice(enrol, half, vault, jump):
    device = enrol(NOON - 5 * MINUTE)
    code = device.at(NOON / 1000)
    give(half(), code, vault, NOON)
    away = NOON + jump
    give(half(away), device.at(away / 1000), vault, away)
    for now, used in ((NOON, code), (away, device.at(away / 1000))):
        with pytest.raises(WrongCode):
            give(half(now), used, vault, now)


def test_an_older_code_is_refused_after_a_newer_one(enrol, half, vault):
    device = enrol(NOON - 5 * MINUTE)
    give(half(), device.at(NOON / 1000 + 30), vault, NOON)
    with pytest.raises(WrongCode):
        give(half(), device.at(NOON / 1000), vault, NOON)


def test_recovery_codes_need_no_clock(enrol, half, vault):
    enrol()
    codes = second_factor.print_list(GIAMSAT.name, vault, NOON)
    away = NOON + 400 * DAY
    assert give(half(away), codes[0], vault, away).stage == sessions.FULL
    with pytest.raises(WrongCode):
        give(half(away), codes[0], vault, away)


def test_wrong_recovery_codes_count_like_wrong_passwords(enrol, half, vault):
    enrol()
    waiting = half()
    for _ in range(5):
        with pytest.raises(WrongCode):
            give(waiting, "abcd-efgh-jkmn", vault, NOON)
    with pytest.raises(signin.Locked):
        give(waiting, "abcd-efgh-jkmn", vault, NOON)


def test_each_list_is_bound_to_its_officer(vault):
    codes = second_factor.print_list(GIAMSAT.name, vault, NOON)
    assert not second_factor.use_code(CANBO.name, codes[0], vault, NOON)
