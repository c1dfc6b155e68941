"""Signing in: who gets in, who is kept out, and when a session ends."""

from __future__ import annotations

import sys
import threading
import unicodedata

import pyotp
import pytest

from db import officers as officer_records
from db import second_factor as second_factor_records
from db.connection import fetch, fetch_row
from services import clock
from services.context import Context
from services.errors import AlreadyDecided, Locked, WrongCode, WrongSignIn
from services.officers import accounts, passwords, sessions, signin
from services.officers.throttle import Origin
from tests.conftest import DEMO
from tests.officers import CANBO, GIAMSAT, PASSWORD, at_desk, audited, hire
from tests.villagers import NOON

OFFICE = Origin("10.0.0.1")

pytestmark = pytest.mark.usefixtures("app", "desk_staff")


@pytest.fixture
def desk_staff(app) -> None:
    hire()


@pytest.fixture
def knock(vault):
    """Try a name and a password at a moment."""
    def attempt(name=CANBO.name, password=PASSWORD, now=NOON):
        return signin.by_password(name, password, OFFICE, Context(DEMO, vault, now))
    return attempt


def by_code(half, code, vault, now):
    """The second step, in the demo."""
    return signin.by_code(half, code, OFFICE, Context(DEMO, vault, now)).session_id


@pytest.fixture
def enrolled(knock, vault) -> pyotp.TOTP:
    """Giám sát's device, enrolled one minute ago."""
    session_id, _stage, _device = knock(GIAMSAT.name, now=NOON - clock.MINUTE)
    half = sessions.current(session_id, NOON - clock.MINUTE)
    secret, _address = signin.enrolment(half, vault)
    device = pyotp.TOTP(secret)
    by_code(half, device.at((NOON - clock.MINUTE) / 1000), vault, NOON - clock.MINUTE)
    return device


def half(knock, now=NOON):
    session_id, _stage, _device = knock(GIAMSAT.name, now=now)
    return sessions.current(session_id, now)


def fail(knock, times, name=CANBO.name, now=NOON):
    for _ in range(times):
        with pytest.raises(WrongSignIn):
            knock(name, "khong-phai-mat-khau", now)


def code_of(device, now=NOON):
    return device.at(now / 1000)


def test_the_right_password_opens_a_full_session(knock):
    session_id, stage, _device = knock()
    who = sessions.current(session_id, NOON)
    assert (stage, who.name, who.role, who.reach) == (sessions.FULL, "canbo", "officer", None)


def test_capitals_in_the_name_do_not_matter(knock):
    assert knock(" CanBo ")[1] == sessions.FULL


def test_an_accented_password_is_the_same_in_both_unicode_forms():
    stored = passwords.hash_password(unicodedata.normalize("NFC", "lúa nếp thơm"))
    assert passwords.verify(stored, unicodedata.normalize("NFD", "lúa nếp thơm"))


def test_only_a_hash_of_the_session_id_is_kept(knock):
    session_id, _stage, _device = knock()
    assert session_id not in str(fetch("SELECT * FROM officer_session"))


def test_each_sign_in_gets_an_id_of_its_own(knock):
    assert knock()[0] != knock()[0]


@pytest.mark.parametrize(("name", "password"), [
    ("canbo", "khong-phai-mat-khau"), ("ai-do", PASSWORD), ("", ""), ("canbo", ""),
    ("can bo", PASSWORD), ("canbo\0", PASSWORD), ("' OR 1=1 --", PASSWORD),
    ("canbo", "\ud800" * 12), ("c" * 5000, "m" * 5000),
])
def test_whatever_is_wrong_gets_the_same_answer(knock, name, password):
    with pytest.raises(WrongSignIn):
        knock(name, password)


def test_the_fifth_wrong_try_locks_even_the_right_password_out(knock):
    fail(knock, 5)
    with pytest.raises(WrongSignIn):
        knock(now=NOON + 29 * clock.SECOND)


def test_four_slips_are_forgiven(knock):
    fail(knock, 4)
    assert knock()[1] == sessions.FULL
    fail(knock, 4)
    assert knock()[1] == sessions.FULL


@pytest.mark.parametrize(("tries", "seconds"), [(5, 30), (6, 60), (7, 120), (8, 300), (9, 900),
                                                (10, 900)])
def test_each_further_try_locks_for_longer(knock, tries, seconds):
    now = NOON
    for _ in range(tries):
        fail(knock, 1, now=now)
        tried_at, now = now, max(now, fetch_row("SELECT MAX(locked_until) FROM sign_in_try")[0])
    assert now - tried_at == seconds * clock.SECOND
    with pytest.raises(WrongSignIn):
        knock(now=now - 1)
    assert knock(now=now)[1] == sessions.FULL


def test_a_lock_is_told_in_the_audit(knock):
    fail(knock, 5)
    assert ("canbo", "signin.locked", "canbo", "try 5") in audited()


def test_a_lock_from_a_clock_that_ran_ahead_does_not_last(knock):
    fail(knock, 5, now=NOON + 400 * clock.DAY)
    assert knock()[1] == sessions.FULL


@pytest.mark.parametrize("name", ["canbo", "ai-do", "khoa", "?"])
def test_a_failing_try_costs_one_write_and_one_hash_whoever_it_is(knock, caplog, name):
    accounts.add("khoa", "officer", [], PASSWORD, NOON)
    fail(knock, 5, name="khoa")
    hashed = []
    sys.setprofile(lambda frame, event, _arg: event == "call"
                   and frame.f_code is passwords.verify.__code__
                   and hashed.append(frame.f_locals["hash"]))
    try:
        with caplog.at_level("DEBUG", logger="peewee"):
            fail(knock, 1, name=name)
    finally:
        sys.setprofile(None)
    figures = {stored.rsplit("$", 2)[0] for stored in hashed}
    assert len(hashed) == 1 and figures == {"$argon2id$v=19$m=19456,t=2,p=1"}
    wrote = [statement for record in caplog.records
             if (statement := record.msg[0]).startswith("INSERT INTO")]
    counted = ["INSERT INTO counter"] if name == "khoa" else ["INSERT INTO sign_in_try"] * 3
    assert [" ".join(statement.split()[:3]) for statement in wrote] == counted


def test_many_guesses_at_once_do_not_escape_the_count(knock):
    def guess():
        with pytest.raises(WrongSignIn):
            knock(CANBO.name, "khong-phai-mat-khau")
    guesses = [threading.Thread(target=guess) for _ in range(12)]
    for thread in guesses:
        thread.start()
    for thread in guesses:
        thread.join()
    assert fetch_row("SELECT MAX(tries) FROM sign_in_try")[0] == 5


def test_a_supervisor_is_only_half_way_after_the_password(knock):
    session_id, stage, _device = knock(GIAMSAT.name)
    assert stage == sessions.PASSWORD
    assert sessions.current(session_id, NOON).stage == sessions.PASSWORD


def test_the_first_code_enrols_the_device(knock, vault, enrolled):
    assert officer_records.get("giamsat").totp_sealed is not None
    assert ("giamsat", "totp.enrol", "giamsat", "") in audited()
    assert signin.enrolment(half(knock), vault) is None


def test_the_secret_is_sealed_at_rest(enrolled):
    rows = fetch("SELECT totp_sealed FROM officer WHERE name = 'giamsat'")
    assert enrolled.secret.encode() not in bytes(rows[0][0])


def test_each_sign_in_shows_a_secret_of_its_own_until_one_is_confirmed(knock, vault):
    first, second = half(knock), half(knock)
    assert signin.enrolment(first, vault)[0] != signin.enrolment(second, vault)[0]


def test_the_second_of_two_enrolments_is_refused(knock, vault):
    first, second = half(knock), half(knock)
    for step in (first, second):
        device = pyotp.TOTP(signin.enrolment(step, vault)[0])
        if step is first:
            by_code(step, code_of(device), vault, NOON)
        else:
            with pytest.raises(AlreadyDecided):
                by_code(step, code_of(device), vault, NOON)


def test_a_device_is_stored_once_also_when_two_arrive_together():
    assert second_factor_records.enrol("giamsat", b"first", "1")
    assert not second_factor_records.enrol("giamsat", b"second", "2")
    assert second_factor_records.secret("giamsat") == b"first"


def test_an_enrolled_supervisor_signs_in_with_a_code(knock, vault, enrolled):
    waiting = half(knock)
    session_id = by_code(waiting, code_of(enrolled), vault, NOON)
    assert sessions.current(session_id, NOON).stage == sessions.FULL
    assert officer_records.session(waiting.id_hash) is None


def test_a_code_works_once(knock, vault, enrolled):
    by_code(half(knock), code_of(enrolled), vault, NOON)
    with pytest.raises(WrongCode):
        by_code(half(knock), code_of(enrolled), vault, NOON)


@pytest.mark.parametrize("shift", [-30, 30])
def test_a_telephone_clock_may_be_half_a_minute_off(knock, vault, enrolled, shift):
    code = code_of(enrolled, NOON + shift * clock.SECOND)
    assert by_code(half(knock), code, vault, NOON)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "000000\0"])
def test_what_is_no_code_is_refused(knock, vault, enrolled, typed):
    with pytest.raises(WrongCode):
        by_code(half(knock), typed, vault, NOON)


def test_spaces_in_a_code_do_not_matter(knock, vault, enrolled):
    code = code_of(enrolled)
    assert by_code(half(knock), f" {code[:3]} {code[3:]} ", vault, NOON)


def test_a_clock_two_hours_back_revives_no_code(knock, vault, enrolled):
    code = code_of(enrolled)
    by_code(half(knock), code, vault, NOON)
    for now in (NOON - 2 * clock.HOUR, NOON, NOON + 400 * clock.DAY):
        with pytest.raises(WrongCode):
            by_code(half(knock, now), code, vault, now)


def test_a_known_password_buys_no_endless_tries_of_the_code(knock, vault, enrolled):
    for _ in range(5):
        with pytest.raises(WrongCode):
            by_code(half(knock), "000000", vault, NOON)
    with pytest.raises(WrongSignIn):
        half(knock)


def test_wrong_codes_lock_the_second_step_too(knock, vault, enrolled):
    waiting = half(knock)
    for _ in range(5):
        with pytest.raises(WrongCode):
            by_code(waiting, "000000", vault, NOON)
    with pytest.raises(Locked):
        by_code(waiting, code_of(enrolled), vault, NOON)


def test_the_second_step_must_follow_within_ten_minutes(knock):
    session_id, _stage, _device = knock(GIAMSAT.name)
    assert sessions.current(session_id, NOON + 10 * clock.MINUTE - 1)
    assert sessions.current(session_id, NOON + 10 * clock.MINUTE) is None


@pytest.mark.parametrize(("later", "alive"), [
    (0, True), (15 * clock.MINUTE - 1, True), (15 * clock.MINUTE, False),
    (-30 * clock.SECOND, True), (-2 * clock.HOUR, False), (400 * clock.DAY, False),
])
def test_a_session_lives_for_fifteen_idle_minutes(knock, later, alive):
    session_id, _stage, _device = knock()
    assert (sessions.current(session_id, NOON + later) is not None) == alive


def test_activity_keeps_a_session_for_twelve_hours_at_most(knock):
    session_id, _stage, _device = knock()
    for minutes in range(0, 12 * 60, 10):
        assert sessions.current(session_id, NOON + minutes * clock.MINUTE)
    assert sessions.current(session_id, NOON + 12 * clock.HOUR) is None


def test_a_screen_that_asks_by_itself_keeps_nothing_alive(knock):
    session_id, _stage, _device = knock()
    for minutes in range(0, 15, 2):
        assert sessions.current(session_id, NOON + minutes * clock.MINUTE, active=False)
    assert sessions.current(session_id, NOON + 15 * clock.MINUTE, active=False) is None


@pytest.mark.parametrize("away", [20 * clock.MINUTE, 400 * clock.DAY, -2 * clock.HOUR])
def test_a_dead_session_stays_dead_when_the_clock_is_corrected(knock, away):
    session_id, _stage, _device = knock()
    assert sessions.current(session_id, NOON + away) is None
    assert sessions.current(session_id, NOON) is None


def test_a_session_is_checked_with_one_query(knock, caplog):
    session_id, _stage, _device = knock()
    with caplog.at_level("DEBUG", logger="peewee"):
        assert sessions.current(session_id, NOON + 5 * clock.SECOND)
    assert len(caplog.records) == 1


def test_signing_out_ends_one_session_and_everywhere_ends_all(knock):
    first, second, third = knock()[0], knock()[0], knock()[0]
    sessions.sign_out(sessions.current(first, NOON), NOON)
    assert sessions.current(first, NOON) is None and sessions.current(second, NOON)
    assert sessions.sign_out_everywhere("canbo", NOON) == 2
    assert sessions.current(second, NOON) is None and sessions.current(third, NOON) is None


def test_stale_sessions_are_swept_at_the_next_sign_in(knock):
    knock()
    knock(now=NOON + clock.HOUR)
    assert fetch_row("SELECT COUNT(*) FROM officer_session")[0] == 1


def test_a_new_password_ends_all_sessions(knock):
    session_id, _stage, _device = knock()
    accounts.set_password("canbo", "mua-xuan-o-ban", "canbo", NOON)
    assert sessions.current(session_id, NOON) is None
    with pytest.raises(WrongSignIn):
        knock()
    assert knock(password="mua-xuan-o-ban")


def test_a_lost_device_is_enrolled_anew(knock, vault, enrolled):
    accounts.forget_totp("giamsat", "terminal", NOON)
    secret, _address = signin.enrolment(half(knock), vault)
    assert secret != enrolled.secret


def test_who_proves_to_be_there_again_is_counted_like_a_sign_in(here) -> None:
    who = at_desk(CANBO)
    for _again in range(10):
        signin.prove(who, PASSWORD, here)
    for _wrong in range(5):
        with pytest.raises(WrongSignIn):
            signin.prove(who, "khong-phai", here)
    with pytest.raises(WrongSignIn):  # locked: the right one does not help either
        signin.prove(who, PASSWORD, here)
