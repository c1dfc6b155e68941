"""flask staff."""

from __future__ import annotations

import pytest

from db import officers as officer_records
from db.connection import fetch
from tests.officers import PASSWORD
from tests.villagers import HOA


def staff_add(runner, *words, password=PASSWORD):
    return runner.invoke(args=["staff", "add", *words], input=password + "\n")


def test_an_officer_is_added_and_can_sign_in(runner, client):
    result = staff_add(runner, "lan", "--role", "officer", "--communes", "05569, 05716")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "added lan (officer, Xã Định Hóa, Xã Võ Nhai)\n"
    assert officer_records.get("lan").communes == "05569,05716"
    answer = client.post("/staff/signin", data={"name": "lan", "password": PASSWORD})
    assert answer.status_code == 303


@pytest.mark.parametrize(("communes", "stored", "told"), [
    ((), "", "added lan (officer, no communes: sees nobody's affairs until some are named)\n"),
    (("--communes", "all"), "all", "added lan (officer, all communes)\n"),
])
def test_no_communes_named_are_none_and_it_says_so(runner, communes, stored, told):
    result = staff_add(runner, "lan", "--role", "officer", *communes)
    assert (result.exit_code, result.stdout) == (0, told)
    assert officer_records.get("lan").communes == stored


@pytest.mark.parametrize("role", ["officer", "supervisor", "admin", "helper"])
def test_every_role_can_be_given(runner, role):
    assert staff_add(runner, "lan", "--role", role, "--communes", "05569").exit_code == 0


def test_a_telephone_is_kept_sealed(runner, vault):
    assert staff_add(runner, "lan", "--role", "officer", "--phone", HOA.phone).exit_code == 0
    officer = officer_records.get("lan")
    assert vault.open_phone(officer.phone_sealed) == HOA.phone
    assert HOA.phone not in str(fetch("SELECT * FROM officer"))


def test_the_password_is_not_shown(runner):
    assert PASSWORD not in staff_add(runner, "lan", "--role", "admin").output


@pytest.mark.parametrize(("words", "password", "told"), [
    (["canbo", "--role", "officer"], PASSWORD, "error: there is an officer canbo already\n"),
    (["CANBO", "--role", "officer"], PASSWORD, "error: there is an officer CANBO already\n"),
    (["lan", "--role", "officer"], "ngan", "error: a password has at least 12 characters\n"),
    (["lan", "--role", "officer"], "", "error: a password has at least 12 characters\n"),
    (["lan-thi-hoang", "--role", "officer"], "Lan-Thi-Hoang",
     "error: the password must not be the name\n"),
    (["l n", "--role", "officer"], PASSWORD,
     "error: a name has 2 to 40 of a-z, 0-9, dot, dash and underscore\n"),
    (["lan", "--role", "officer", "--communes", "05569,1"], PASSWORD,
     "error: unknown commune code 1\n"),
    (["lan", "--role", "officer", "--communes", "all,05569"], PASSWORD,
     "error: unknown commune code all\n"),
    (["lan", "--role", "officer"], "matkhau123456",
     "error: this password is one of those that are tried first\n"),
    (["lan", "--role", "officer", "--phone", "115"], PASSWORD,
     "error: --phone: a Vietnamese telephone number\n"),
])
def test_bad_input_is_one_line_and_exit_2(runner, words, password, told):
    result = staff_add(runner, *words, password=password)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", told)


@pytest.mark.parametrize("words", [[], ["lan"], ["lan", "--role", "king"]])
def test_missing_words_are_exit_2(runner, words):
    assert staff_add(runner, *words).exit_code == 2


@pytest.mark.parametrize("command", ["add", "password", "forget-totp", "list", "disable",
                                     "enable", "sessions"])
def test_every_command_has_help(runner, command):
    assert runner.invoke(args=["staff", command, "--help"]).exit_code == 0


def test_a_forgotten_password_is_replaced(runner, client):
    result = runner.invoke(args=["staff", "password", "canbo"], input="mua-xuan-o-ban\n")
    assert (result.exit_code, result.stdout) == (0, "new password for canbo\n")
    answer = client.post("/staff/signin", data={"name": "canbo", "password": "mua-xuan-o-ban"})
    assert answer.status_code == 303


@pytest.mark.parametrize("command", ["password", "forget-totp", "disable", "enable", "sessions"])
def test_an_unknown_officer_is_refused(runner, command):
    result = runner.invoke(args=["staff", command, "ai-do"], input=PASSWORD + "\n")
    assert (result.exit_code, result.stderr) == (2, "error: there is no officer ai-do\n")


def test_a_lost_device_is_forgotten(runner):
    result = runner.invoke(args=["staff", "forget-totp", "giamsat"])
    assert result.stdout == "giamsat enrols a new device at the next sign-in\n"


def test_the_officers_are_listed(runner):
    result = runner.invoke(args=["staff", "list"])
    assert result.stdout.splitlines()[:2] == [
        "canbo\tofficer\tall\t-\t-", "giamsat\tsupervisor\tall\t-\t-"]


def test_a_disabled_officer_is_out_at_once_and_until_enabled(runner, sign_in):
    browser = sign_in()
    assert browser.get("/staff/").status_code == 200
    result = runner.invoke(args=["staff", "disable", "canbo"])
    assert (result.exit_code, result.stdout) == (0, "canbo is disabled\n")
    assert browser.get("/staff/").status_code == 303
    assert sign_in().get("/staff/").status_code == 303
    again = runner.invoke(args=["staff", "disable", "canbo"])
    assert (again.exit_code, again.stderr) == (2, "error: canbo is disabled already\n")
    assert "canbo\tofficer\tall\t-\tdisabled" in runner.invoke(args=["staff", "list"]).stdout
    assert runner.invoke(args=["staff", "enable", "canbo"]).stdout == "canbo may sign in again\n"
    assert sign_in().get("/staff/").status_code == 200
    again = runner.invoke(args=["staff", "enable", "canbo"])
    assert (again.exit_code, again.stderr) == (2, "error: canbo is not disabled\n")


def test_the_last_admin_is_disabled_with_a_warning(runner):
    staff_add(runner, "lan", "--role", "admin")
    staff_add(runner, "mai", "--role", "admin")
    assert runner.invoke(args=["staff", "disable", "lan"]).stderr == ""
    last = runner.invoke(args=["staff", "disable", "mai"])
    assert last.exit_code == 0 and last.stderr.startswith("warning: nobody is left")


def test_sessions_are_listed_and_ended(runner, sign_in):
    browser = sign_in()
    listed = runner.invoke(args=["staff", "sessions", "canbo"]).stdout
    assert len(listed.splitlines()) == 1 and len(listed.split("\t")[0]) == 16
    ended = runner.invoke(args=["staff", "sessions", "canbo", "--end"])
    assert ended.stdout == "ended 1 sessions of canbo\n"
    assert browser.get("/staff/").status_code == 303
    assert runner.invoke(args=["staff", "sessions", "canbo"]).stdout == ""
