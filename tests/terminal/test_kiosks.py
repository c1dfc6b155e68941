"""flask kiosks add, list, revoke: a machine is enrolled once and then marks its calls."""

from __future__ import annotations

import json

import pytest

from db.calls import Call
from db.connection import run, write
from db.kiosks import KioskDevice
from services.clock import HOUR
from tests.officers import audited


def add(runner, name: str, commune: str, *args) -> str:
    done = runner.invoke(args=["kiosks", "add", name, "--commune", commune, *args])
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert (done.stdout.count("\n"), set(told), told["kiosk"]) == (1, {"kiosk", "enrolment"}, name)
    return told["enrolment"]


def enrol(client, word: str):
    return client.post("/kiosk/enrol", data={"word": word})


def test_the_machine_marks_its_calls_with_its_commune(runner, client, clock) -> None:
    answer = enrol(client, add(runner, "hall-dinh-hoa", "05569"))
    assert (answer.status_code, answer.location) == (303, "/kiosk/")
    client.post("/kiosk/help", data={"from": "welcome"})
    assert Call.get().commune_code == "05569"
    client.post("/kiosk/end")
    client.post("/kiosk/help", data={"from": "welcome"})
    assert {call.commune_code for call in Call.select()} == {"05569"}
    assert "hall-dinh-hoa\tXã Định Hóa\t-\t12:00" in runner.invoke(args=["kiosks", "list"]).stdout


def test_the_word_serves_one_machine_only(app, runner) -> None:
    word, here, there = add(runner, "hall", "05569"), app.test_client(), app.test_client()
    assert enrol(here, word).status_code == 303
    answer = enrol(there, word)
    assert answer.status_code == 422 and "Lỗi: Mã ghi danh sai" in answer.text
    there.post("/kiosk/help", data={"from": "welcome"})
    assert Call.get().commune_code == ""


def test_neither_word_nor_key_lies_in_clear(runner, client) -> None:
    word = add(runner, "hall", "05569")
    enrol(client, word)
    row, cookie = KioskDevice.get(), client.get_cookie("__Host-device")
    assert word.replace("-", "") not in (row.enrol_hash, row.key_hash)
    assert cookie.value not in (row.enrol_hash, row.key_hash)
    assert cookie.http_only and cookie.secure and cookie.same_site == "Lax"


@pytest.mark.parametrize(("later", "status"), [
    (HOUR - 1, 303), (HOUR, 422), (400 * 24 * HOUR, 422)])
def test_the_word_is_good_for_an_hour(runner, client, clock, later, status) -> None:
    word = add(runner, "hall", "05569")
    clock.ms += later
    assert enrol(client, word).status_code == status


def test_a_new_word_makes_the_old_one_worthless(app, runner) -> None:
    old, new = add(runner, "hall", "05569"), add(runner, "hall", "05716", "--place", "Chợ")
    assert enrol(app.test_client(), old).status_code == 422
    assert enrol(app.test_client(), new).status_code == 303
    assert (KioskDevice.get().commune_code, KioskDevice.get().place) == ("05716", "Chợ")


@pytest.mark.parametrize("written", ["{}", " {} ", "no dashes"])
def test_spaces_and_dashes_do_not_matter(runner, client, written) -> None:
    word = add(runner, "hall", "05569")
    typed = written.format(word) if "{" in written else word.replace("-", " ")
    assert enrol(client, typed).status_code == 303


def test_a_word_in_an_address_is_looked_at_by_nobody(runner, client) -> None:
    word = add(runner, "hall", "05569")
    page = client.get(f"/kiosk/enrol?word={word}")
    assert page.status_code == 200 and word not in page.text
    assert '<label for="word">Mã ghi danh</label>' in page.text
    assert client.post(f"/kiosk/enrol?word={word}").status_code == 422
    assert KioskDevice.get().enrolled_at is None


def test_without_a_script_the_keypad_types_the_word(runner, client) -> None:
    word = add(runner, "hall", "05569").replace("-", "")
    page = client.post("/kiosk/enrol", data={"word": word[:-1], "key": word[-1]})
    assert page.status_code == 200 and f'value="{word}"' in page.text


def test_a_word_of_before_this_rule_is_worth_nothing_but_its_machine_stays(runner, app) -> None:
    word, machine = add(runner, "old", "05569"), app.test_client()
    write(lambda: run("UPDATE kiosk_device SET enrol_until = 0"))
    assert enrol(machine, word).status_code == 422
    enrol(machine, add(runner, "new", "05716"))
    write(lambda: run("UPDATE kiosk_device SET enrol_until = 0"))
    machine.post("/kiosk/help", data={"from": "welcome"})
    assert Call.get().commune_code == "05716"


def test_adding_enrolling_and_revoking_are_on_record(runner, client) -> None:
    enrol(client, add(runner, "hall", "05569"))
    runner.invoke(args=["kiosks", "revoke", "hall"])
    assert audited() == [("terminal", "kiosk.add", "hall", "05569"),
                         ("hall", "kiosk.enrol", "hall", ""),
                         ("terminal", "kiosk.revoke", "hall", "")]


def test_the_list_as_json(runner, client) -> None:
    enrol(client, add(runner, "hall", "05569", "--place", "Chợ"))
    add(runner, "other", "05716")
    lines = runner.invoke(args=["kiosks", "list", "--json"]).stdout.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"kiosk": "hall", "commune": "05569", "place": "Chợ", "printer": "",
         "enrolled_at": "2026-11-15T12:00:00+07:00"},
        {"kiosk": "other", "commune": "05716", "place": "", "printer": "", "enrolled_at": None}]


def test_a_revoked_machine_is_ours_no_more(runner, client) -> None:
    enrol(client, add(runner, "hall", "05569"))
    assert runner.invoke(args=["kiosks", "revoke", "hall"]).exit_code == 0
    client.post("/kiosk/help", data={"from": "welcome"})
    assert Call.get().commune_code == ""


@pytest.mark.parametrize(("args", "said"), [
    (["Hall", "--commune", "05569"], "NAME"), (["hall", "--commune", "00000"], "--commune"),
    (["hall"], "--commune"), (["hall", "--commune", "05569", "--printer", "usb://1"], "--printer"),
    (["taken", "--commune", "05569"], "taken is enrolled")])
def test_what_is_wrong_is_named_in_one_line(runner, client, args: list[str], said: str) -> None:
    enrol(client, add(runner, "taken", "05569"))
    done = runner.invoke(args=["kiosks", "add", *args])
    assert done.exit_code == 2 and said in done.stderr and done.stderr.count("\n") == 1
    assert runner.invoke(args=["kiosks", "revoke", "nobody"]).exit_code == 2


def test_the_hall_is_kept_as_officers_call_it(runner) -> None:
    add(runner, "hall", "05569", "--place", " Nhà văn hóa  Định Hóa ")
    assert KioskDevice.get().place == "Nhà văn hóa Định Hóa"


@pytest.mark.parametrize("place", ["x" * 81, "a\x07b"])
def test_a_hall_that_cannot_be_written_is_refused(runner, place) -> None:
    done = runner.invoke(args=["kiosks", "add", "hall", "--commune", "05569", "--place", place])
    assert done.exit_code == 2 and done.stderr.startswith("error: --place")
