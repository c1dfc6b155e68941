"""flask staff."""

from __future__ import annotations

import pytest

from db import officers as officer_records
from tests.officers import PASSWORD


def staff_add(runner, *words, password=PASSWORD):
    return runner.invoke(args=["staff", "add", *words], input=password + "\n")


def test_an_officer_is_added_and_can_sign_in(runner, client):
    result = staff_add(runner, "lan", "--role", "officer", "--communes", "05569, 05716")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "added lan (officer, Xã Định Hóa, Xã Võ Nhai)\n"
    assert officer_records.get("lan").communes == "05569,05716"
    answer = client.post("/staff/signin", data={"name": "lan", "password": PASSWORD})
    assert answer.status_code == 303


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
])
def test_bad_input_is_one_line_and_exit_2(runner, words, password, told):
    result = staff_add(runner, *words, password=password)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", told)


@pytest.mark.parametrize("words", [[], ["lan"], ["lan", "--role", "king"]])
def test_missing_words_are_exit_2(runner, words):
    assert staff_add(runner, *words).exit_code == 2


@pytest.mark.parametrize("command", ["add", "password", "forget-totp", "list"])
def test_every_command_has_help(runner, command):
    assert runner.invoke(args=["staff", command, "--help"]).exit_code == 0


def test_a_forgotten_password_is_replaced(runner, client):
    result = runner.invoke(args=["staff", "password", "canbo"], input="mua-xuan-o-ban\n")
    assert (result.exit_code, result.stdout) == (0, "new password for canbo\n")
    answer = client.post("/staff/signin", data={"name": "canbo", "password": "mua-xuan-o-ban"})
    assert answer.status_code == 303


@pytest.mark.parametrize("command", ["password", "forget-totp"])
def test_an_unknown_officer_is_refused(runner, command):
    result = runner.invoke(args=["staff", command, "ai-do"], input=PASSWORD + "\n")
    assert (result.exit_code, result.stderr) == (2, "error: there is no officer ai-do\n")


def test_a_lost_device_is_forgotten(runner):
    result = runner.invoke(args=["staff", "forget-totp", "giamsat"])
    assert result.stdout == "giamsat enrols a new device at the next sign-in\n"


def test_the_officers_are_listed(runner):
    result = runner.invoke(args=["staff", "list"])
    assert result.stdout.splitlines()[:2] == [
        "canbo\tofficer\tall\t-", "giamsat\tsupervisor\tall\t-"]
