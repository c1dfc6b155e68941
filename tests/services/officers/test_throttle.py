"""Wrong tries: where they come from, at whom they aim, and who gets in all the same."""

from __future__ import annotations

import threading

import pytest

from db import signin_tries
from db.connection import fetch_row, write
from services import clock
from services.clock import HOUR, MINUTE, SECOND
from services.context import Context
from services.errors import WrongSignIn
from services.officers import sessions, signin, throttle
from services.officers.throttle import Origin
from tests.conftest import DEMO
from tests.officers import CANBO, HANH, PASSWORD, hire
from tests.villagers import NOON

HERE, THERE = Origin("10.0.0.1"), Origin("10.0.0.2")


@pytest.fixture(autouse=True)
def hired(app) -> None:
    hire()


@pytest.fixture
def knock(vault):
    """Try a name from somewhere; True when it opened."""
    def attempt(origin=HERE, password=PASSWORD, name=CANBO.name, now=NOON):
        try:
            return signin.by_password(name, password, origin, Context(DEMO, vault, now))
        except WrongSignIn:
            return None
    return attempt


def fail(knock, times, origin=HERE, name=CANBO.name, now=NOON):
    for _ in range(times):
        assert knock(origin, "khong-phai", name, now) is None


def test_five_wrong_tries_here_lock_nobody_out_there(knock):
    fail(knock, 5)
    assert knock(HERE) is None
    assert knock(THERE).stage == sessions.FULL


def test_an_address_that_is_locked_for_one_name_takes_another(knock):
    fail(knock, 5)
    assert knock(HERE, name=HANH.name)


def test_an_address_that_tries_many_names_waits(knock):
    for number in range(30):
        fail(knock, 1, name=f"ten-{number}")
    assert knock(HERE) is None
    assert knock(THERE)
    assert knock(HERE, now=NOON + 30 * SECOND)


def test_many_addresses_guess_one_name_slowly(knock):
    for number in range(20):
        fail(knock, 1, Origin(f"10.9.0.{number}"))
    assert knock(THERE) is None
    assert knock(THERE, now=NOON + 30 * SECOND)


def test_a_known_device_gets_in_through_all_of_that(knock):
    device = knock(HERE).device
    for number in range(25):
        fail(knock, 1, Origin(f"10.9.0.{number}"))
        fail(knock, 1, HERE, name=f"ten-{number}")
    fail(knock, 6, HERE)
    assert knock(HERE) is None
    assert knock(Origin(HERE.address, device))


def test_a_device_is_known_for_its_officer_only(knock):
    device = knock(HERE).device
    fail(knock, 5, Origin(HERE.address, device), name=HANH.name)
    assert knock(Origin(HERE.address, device), name=HANH.name) is None
    assert knock(Origin(HERE.address, device))


def test_two_officers_are_known_on_one_browser(knock):
    first = knock(HERE).device
    second = knock(Origin(HERE.address, first), name=HANH.name).device
    fail(knock, 5, THERE)
    fail(knock, 5, THERE, name=HANH.name)
    assert knock(Origin(THERE.address, second), name=HANH.name)


@pytest.mark.parametrize(("later", "known"), [
    (179 * clock.DAY, True), (181 * clock.DAY, False)])
def test_a_device_is_known_for_half_a_year(knock, later, known):
    device = knock(HERE).device
    fail(knock, 5, now=NOON + later)
    opened = knock(Origin(HERE.address, device), now=NOON + later)
    assert (opened is not None) == known


def test_refused_tries_of_one_address_do_not_slow_the_name_down(knock):
    fail(knock, 60)
    assert knock(THERE)


def test_right_passwords_wear_nothing_out(knock):
    for _ in range(40):
        assert knock(HERE)
    assert fetch_row("SELECT COALESCE(MAX(tries), 0) FROM sign_in_try")[0] == 0


def test_a_count_of_an_hour_ago_is_forgotten_for_address_and_name(knock):
    for number in range(19):
        fail(knock, 1, Origin(f"10.9.0.{number}"))
    fail(knock, 1, THERE, now=NOON + HOUR + MINUTE)
    assert knock(THERE, now=NOON + HOUR + MINUTE)


def test_what_was_counted_is_swept(knock):
    fail(knock, 3)
    knock(THERE, now=NOON + 2 * clock.DAY)
    assert fetch_row("SELECT COUNT(*) FROM sign_in_try WHERE tries > 0")[0] == 0


def test_neither_address_nor_name_lies_in_clear(knock):
    fail(knock, 1, name="ten-bi-mat")
    assert "10.0.0.1" not in str(fetch_row("SELECT who FROM sign_in_try"))


def test_a_try_that_fails_in_the_middle_stays_counted(vault):
    def broken():
        assert throttle.count("canbo", HERE, vault, NOON)
        raise RuntimeError
    write(lambda: throttle.count("canbo", HERE, vault, NOON))
    with pytest.raises(RuntimeError):
        write(broken)
    assert fetch_row("SELECT MAX(tries) FROM sign_in_try")[0] == 1


def test_many_at_once_are_all_counted():
    counted = []

    def one():
        counted.append(write(lambda: signin_tries.count("x", NOON, (0, 0, 0, 30_000), HOUR)))
    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for number in counted if number) == [1, 2, 3, 4]


@pytest.mark.parametrize("jump", [400 * clock.DAY, -400 * clock.DAY])
def test_a_clock_that_jumped_locks_nobody_out_for_long(knock, jump):
    fail(knock, 8, now=NOON + jump)
    assert knock(HERE)
