"""One person under two names, and a second officer who stands by."""

from __future__ import annotations

import pyotp
import pytest

from db import officers as officer_records
from db.connection import run, write
from services import clock
from services.context import Context
from services.errors import WrongSignIn
from services.officers import accounts, same_person, second_factor, signin
from tests.officers import CANBO, GIAMSAT, HANH, PASSWORD, VO, at_desk, audited, hire
from tests.villagers import HOA, NOON

pytestmark = pytest.mark.usefixtures("hired")


@pytest.fixture
def hired(app) -> None:
    hire()


@pytest.fixture
def outside(here, settings) -> Context:
    """Not the demo."""
    return here._replace(settings=settings.__class__(**{**vars(settings), "demo": False}))


def enrol(person, vault, secret="A" * 32) -> pyotp.TOTP:
    sealed = vault.seal(secret, f"totp:{person.name}")
    assert write(lambda: second_factor.enrol(person.name, sealed, 1, vault, NOON))
    return pyotp.TOTP(secret)


def give_phone(person, vault, phone=HOA.phone) -> None:
    accounts.set_phone(person.name, vault.seal_phone(phone), "terminal", NOON)


@pytest.mark.parametrize(("first", "second"), [("canbo", "canbo"), ("CanBo ", "canbo")])
def test_a_name_is_one_person_however_it_is_typed(first, second):
    assert same_person.are_one(first, second)


@pytest.mark.parametrize(("first", "second"), [("canbo", "hanh"), ("canbo", "ai-do")])
def test_two_of_whom_nothing_is_known_but_names_are_two(first, second):
    assert not same_person.are_one(first, second)


def test_the_same_secret_in_the_app_gives_it_away(vault):
    enrol(HANH, vault)
    enrol(VO, vault)
    assert same_person.are_one("hanh", "vo")


def test_two_secrets_are_two_persons(vault):
    enrol(HANH, vault)
    enrol(VO, vault, "B" * 32)
    assert not same_person.are_one("hanh", "vo")


def test_the_same_telephone_gives_it_away(vault):
    give_phone(HANH, vault)
    assert not same_person.are_one("hanh", "vo")
    give_phone(VO, vault)
    assert same_person.are_one("vo", "hanh")
    accounts.set_phone("vo", None, "terminal", NOON)
    assert not same_person.are_one("vo", "hanh")


def test_a_telephone_is_sealed_and_its_change_is_on_record_without_it(vault):
    give_phone(HANH, vault)
    assert vault.open_phone(officer_records.get("hanh").phone_sealed) == HOA.phone
    assert audited() == [("terminal", "officer.phone", "hanh", "")]


def test_a_secret_of_before_is_compared_once_its_owner_signs_in(vault, here):
    device, older = enrol(HANH, vault), enrol(VO, vault)
    write(lambda: run("UPDATE officer SET totp_mark = '' WHERE name = 'vo'"))
    assert not same_person.are_one("hanh", "vo")
    signin.prove_both(at_desk(VO), PASSWORD, older.at(NOON / 1000), here)
    assert same_person.are_one("hanh", "vo") and device.secret == older.secret


# Standing by


def test_in_the_demo_an_officer_vouches_by_password_alone(here):
    assert signin.vouch("Hanh", PASSWORD, "", at_desk(CANBO), here).name == "hanh"


def test_outside_the_demo_the_code_is_asked(outside, vault):
    with pytest.raises(WrongSignIn):
        signin.vouch("hanh", PASSWORD, "", at_desk(CANBO), outside)
    device = enrol(HANH, vault)
    for wrong in ("", "000000", "abc"):
        with pytest.raises(WrongSignIn):
            signin.vouch("hanh", PASSWORD, wrong, at_desk(CANBO), outside)
    code = device.at(NOON / 1000)
    assert signin.vouch("hanh", PASSWORD, code, at_desk(CANBO), outside).role == "officer"


def test_who_has_enrolled_gives_the_code_in_the_demo_too_and_once(here, vault):
    device = enrol(GIAMSAT, vault)
    with pytest.raises(WrongSignIn):
        signin.vouch("giamsat", PASSWORD, "", at_desk(CANBO), here)
    code = device.at(NOON / 1000)
    assert signin.vouch("giamsat", PASSWORD, code, at_desk(CANBO), here)
    with pytest.raises(WrongSignIn):
        signin.vouch("giamsat", PASSWORD, code, at_desk(CANBO), here)


def test_a_disabled_officer_vouches_for_nothing(here):
    accounts.disable("hanh", "terminal", NOON)
    with pytest.raises(WrongSignIn):
        signin.vouch("hanh", PASSWORD, "", at_desk(CANBO), here)


def test_guessing_at_ones_own_desk_locks_only_that_desk(here):
    for _ in range(5):
        with pytest.raises(WrongSignIn):
            signin.vouch("hanh", "khong-phai", "", at_desk(CANBO), here)
    with pytest.raises(WrongSignIn):
        signin.vouch("hanh", PASSWORD, "", at_desk(CANBO), here)
    assert signin.vouch("hanh", PASSWORD, "", at_desk(VO), here)
    later = here._replace(now=NOON + 30 * clock.SECOND)
    assert signin.vouch("hanh", PASSWORD, "", at_desk(CANBO), later)
