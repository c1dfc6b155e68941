"""flask kiosk add, list, remove: a machine is enrolled once and then marks its calls."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from db.calls import Call
from db.kiosks import KioskDevice


def add(runner, *args) -> str:
    done = runner.invoke(args=["kiosk", "add", *args])
    assert done.exit_code == 0, done.stderr
    return done.stdout.strip()


def enrol(client, address: str):
    parts = urlsplit(address)
    page = client.get(f"{parts.path}?{parts.query}")
    assert page.status_code == 200 and KioskDevice.get().enrolled_at is None
    return client.post("/kiosk/enrol", data={"word": parts.query.removeprefix("word=")})


def test_the_machine_marks_its_calls_with_its_commune(runner, client, clock) -> None:
    answer = enrol(client, add(runner, "hall-dinh-hoa", "05569"))
    assert (answer.status_code, answer.location) == (303, "/kiosk/")
    client.post("/kiosk/help", data={"from": "welcome"})
    assert Call.get().commune_code == "05569"
    client.post("/kiosk/end")
    client.post("/kiosk/help", data={"from": "welcome"})
    assert {call.commune_code for call in Call.select()} == {"05569"}
    assert "hall-dinh-hoa\tXã Định Hóa\t-\t12:00" in runner.invoke(args=["kiosk", "list"]).stdout


def test_the_word_serves_one_machine_only(app, runner) -> None:
    address, here, there = add(runner, "hall", "05569"), app.test_client(), app.test_client()
    assert enrol(here, address).status_code == 303
    answer = there.post("/kiosk/enrol", data={"word": address.partition("word=")[2]})
    assert answer.status_code == 422 and "Lỗi: Từ này sai" in answer.text
    there.post("/kiosk/help", data={"from": "welcome"})
    assert Call.get().commune_code == ""


def test_neither_word_nor_key_lies_in_clear(runner, client) -> None:
    address = add(runner, "hall", "05569")
    enrol(client, address)
    row, cookie = KioskDevice.get(), client.get_cookie("__Host-device")
    assert address.partition("word=")[2] not in (row.enrol_hash, row.key_hash)
    assert cookie.value not in (row.enrol_hash, row.key_hash)
    assert cookie.http_only and cookie.secure and cookie.same_site == "Lax"


def test_a_removed_machine_is_ours_no_more(runner, client) -> None:
    enrol(client, add(runner, "hall", "05569"))
    assert runner.invoke(args=["kiosk", "remove", "hall"]).exit_code == 0
    client.post("/kiosk/help", data={"from": "welcome"})
    assert Call.get().commune_code == ""


@pytest.mark.parametrize(("args", "said"), [
    (["Hall", "05569"], "NAME"), (["hall", "00000"], "COMMUNE"),
    (["hall", "05569", "--printer", "usb://1"], "--printer"), (["taken", "05569"], "NAME")])
def test_what_is_wrong_is_named_in_one_line(runner, args: list[str], said: str) -> None:
    add(runner, "taken", "05569")
    done = runner.invoke(args=["kiosk", "add", *args])
    assert done.exit_code == 2 and said in done.stderr and done.stderr.count("\n") == 1
    assert runner.invoke(args=["kiosk", "remove", "nobody"]).exit_code == 2


def test_the_hall_is_kept_as_officers_call_it(runner) -> None:
    add(runner, "hall", "05569", "--place", " Nhà văn hóa  Định Hóa ")
    assert KioskDevice.get().place == "Nhà văn hóa Định Hóa"


@pytest.mark.parametrize("place", ["x" * 81, "a\x07b"])
def test_a_hall_that_cannot_be_written_is_refused(runner, place) -> None:
    done = runner.invoke(args=["kiosk", "add", "hall", "05569", "--place", place])
    assert done.exit_code == 2 and done.stderr.startswith("error: --place")
