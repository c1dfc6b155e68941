"""Letting people in: names, roles, communes, passwords."""

from __future__ import annotations

import threading

import pytest

from db import officers as officer_records
from services.errors import AlreadyDecided, InvalidInput, LastAdmin, UnknownOfficer
from services.officers import accounts, passwords
from tests.officers import PASSWORD, audited
from tests.villagers import NOON

pytestmark = pytest.mark.usefixtures("app")


def test_an_officer_is_added_with_a_hashed_password():
    accounts.add("Canbo", "officer", ["05569", "05716"], PASSWORD, NOON)
    officer = officer_records.get("canbo")
    assert (officer.role, officer.communes) == ("officer", "05569,05716")
    assert officer.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify(officer.password_hash, PASSWORD)
    assert audited() == [("terminal", "officer.add", "canbo", "officer")]


@pytest.mark.parametrize(("name", "role", "communes", "password", "field", "reason"), [
    ("", "officer", [], PASSWORD, "name", "invalid"),
    ("a", "officer", [], PASSWORD, "name", "invalid"),
    ("can bo", "officer", [], PASSWORD, "name", "invalid"),
    ("cán-bộ", "officer", [], PASSWORD, "name", "invalid"),
    ("a" * 41, "officer", [], PASSWORD, "name", "invalid"),
    ("canbo", "king", [], PASSWORD, "role", "invalid"),
    ("canbo", "officer", ["05569", "00000"], PASSWORD, "communes", "00000"),
    ("canbo", "officer", [], "", "password", "short"),
    ("canbo", "officer", [], "a" * 11, "password", "short"),
    ("canbo", "officer", [], "a" * 201, "password", "long"),
    ("canbo-dinhhoa", "officer", [], "CanBo-DinhHoa", "password", "name"),
    *(("canbo", "officer", [], common, "password", "common") for common in (
        "aaaaaaaaaaaa", "123456789012", "987654321098", "matkhaumatkhau", "Qwertyuiop123",
        "1qaz2wsx3edc", "abcdefghijkl!", "abc123abc123abc")),
])
def test_what_cannot_be_an_officer(name, role, communes, password, field, reason):
    with pytest.raises(InvalidInput) as refused:
        accounts.add(name, role, communes, password, NOON)
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert accounts.everybody() == []


@pytest.mark.parametrize("password", ["mua xuan o ban", "qwerty-ban-nuong-1",
                                      "lua-nep-thom-nuong-2026"])
def test_words_in_a_row_are_allowed(password):
    assert accounts.add("canbo", "officer", [], password, NOON)


def test_a_name_is_given_once_even_at_the_same_moment():
    taken = []

    def add():
        try:
            accounts.add("canbo", "officer", [], PASSWORD, NOON)
        except AlreadyDecided:
            taken.append(1)
    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 3


def test_two_admins_who_lock_each_other_do_not_both_go():
    for name in ("lan", "mai"):
        accounts.add(name, "admin", ["all"], PASSWORD, NOON)
    stayed = []

    def disable(name):
        try:
            accounts.disable(name, "terminal", NOON)
        except LastAdmin:
            stayed.append(name)
    threads = [threading.Thread(target=disable, args=(name,)) for name in ("lan", "mai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stayed) == 1 and officer_records.get(stayed[0]).disabled_at is None


def test_a_disabled_admin_is_none_of_those_who_are_left():
    for name in ("lan", "mai"):
        accounts.add(name, "admin", ["all"], PASSWORD, NOON)
    accounts.disable("lan", "terminal", NOON)
    with pytest.raises(LastAdmin):
        accounts.set_rights("mai", "officer", ["all"], "mai", NOON)
    accounts.set_rights("lan", "officer", ["all"], "mai", NOON)
    assert accounts.has_admin()


@pytest.mark.parametrize("change", [
    lambda: accounts.set_password("ai-do", PASSWORD, "terminal", NOON),
    lambda: accounts.forget_totp("ai-do", "terminal", NOON)])
def test_nobody_of_this_name(change):
    with pytest.raises(UnknownOfficer):
        change()
    assert audited() == []
