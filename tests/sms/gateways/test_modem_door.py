"""/sms/modem as the helper of gammu-smsd calls it, and the helper's own words."""

from __future__ import annotations

import importlib.machinery
import importlib.util

import pytest

from db.connection import fetch, fetch_row, write
from db.outbox import outbox as outbox_records
from tests.conftest import ROOT
from tests.villagers import HOA

TOKEN = "modem-token"


@pytest.fixture(autouse=True)
def modem(app, change_settings) -> None:
    change_settings(modem_token=TOKEN)


@pytest.fixture
def post(client):
    """post({…}): one event with the token in its header."""
    def posted(document, token: str = TOKEN):
        return client.post("/sms/modem", json=document,
                           headers={"Authorization": f"Bearer {token}"})
    return posted


def text(words: str = f"TD {HOA.code}", **more) -> dict:
    return {"from": HOA.phone, "text": words, "id": "20261124_071348-1", **more}


def test_the_reply_is_told_and_queued_with_the_text(post) -> None:
    answer = post(text())
    assert answer.status_code == 200
    assert "546.108d" in answer.json["reply"]
    assert fetch("SELECT kind, state FROM outbox_message") == [("reply", "queued")]


def test_the_same_number_again_queues_nothing(post) -> None:
    assert post(text()).json == post(text()).json
    assert fetch_row("SELECT COUNT(*) FROM outbox_message")[0] == 1
    assert fetch_row("SELECT COUNT(*) FROM inbound_message")[0] == 1


def test_the_token_may_stand_in_the_document(client) -> None:
    assert client.post("/sms/modem", json=text(token=TOKEN)).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x"])
def test_a_wrong_token_is_refused(post, token) -> None:
    assert post(text(), token).status_code == 403


def test_without_a_token_set_there_is_no_door(post, change_settings) -> None:
    change_settings(modem_token="")
    assert post(text(), "").status_code == 404


@pytest.mark.parametrize("document", [
    text(id=""), {"text": "TD", "id": "1"}, text(id=7), [1, 2], "TD", None,
    {"from": ["+84912000017"], "id": "1"},
])
def test_what_is_no_text_is_refused(post, document) -> None:
    assert post(document).status_code == 400


def test_broken_json_is_refused(client) -> None:
    answer = client.post("/sms/modem", data=b"{", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 400


def test_a_text_from_a_name_is_kept_and_not_answered(post) -> None:
    assert post(text(**{"from": "VIETTEL"})).json == {"reply": ""}
    assert fetch_row("SELECT COUNT(*) FROM outbox_message")[0] == 0


@pytest.mark.parametrize(("events", "state"), [
    (["sent"], "sent"), (["failed"], "failed"), (["sent", "failed"], "failed"),
    (["failed", "sent"], "failed"), (["nonsense"], "accepted"),
])
def test_what_the_modem_did_is_written_down(post, clock, events, state) -> None:
    post(text())
    claimed = write(lambda: outbox_records.claim(clock(), clock() + 1000, 1))[0]
    write(lambda: outbox_records.begin(claimed.id, "modem", "x", clock(), clock() + 1000))
    write(lambda: outbox_records.finish(claimed.id, outbox_records.ACCEPTED, clock(),
                                        gateway_id="OUTC1.smsbackup"))
    for event in events:
        assert post({"status": event, "id": "OUTC1.smsbackup"}).status_code == 200
    assert fetch("SELECT state FROM outbox_message") == [(state,)]


@pytest.fixture(scope="module")
def helper():
    """scripts/gammu-receive as a module."""
    path = str(ROOT / "scripts" / "gammu-receive")
    loader = importlib.machinery.SourceFileLoader("gammu_receive", path)
    spec = importlib.util.spec_from_loader("gammu_receive", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(("label", "env", "whole"), [
    ("one", {"SMS_MESSAGES": "1", "SMS_1_TEXT": "TD", "DECODED_PARTS": "0"}, "TD"),
    ("parts", {"SMS_MESSAGES": "2", "SMS_1_TEXT": "TD ", "SMS_2_TEXT": "17"}, "TD 17"),
    ("joined by gammu", {"SMS_MESSAGES": "2", "SMS_1_TEXT": "a", "SMS_2_TEXT": "b",
                         "DECODED_PARTS": "1", "DECODED_1_TEXT": "ab"}, "ab"),
    ("no text", {"SMS_MESSAGES": "1"}, ""),
])
def test_the_helper_reads_whole_texts(helper, label, env, whole) -> None:
    assert helper.text(env) == whole, label


def test_the_helper_numbers_the_same_text_alike(helper) -> None:
    env = {"SMS_MESSAGES": "1", "SMS_1_TEXT": "TD", "SMS_1_NUMBER": HOA.phone}
    names = ["IN20261124_071348_00_+84912000017_00.txt", "IN20261124_071348_01_+84912000017_00.txt",
             "IN20261124_071349_00_+84912000017_00.txt"]
    first, repeated, later = (helper.event([name], env)["id"] for name in names)
    assert first == repeated != later


@pytest.mark.parametrize(("words", "posted"), [
    (["sent", "/var/spool/gammu/outbox/OUTC1.smsbackup"],
     {"status": "sent", "id": "OUTC1.smsbackup"}),
    (["failed", "OUTC1.smsbackup"], {"status": "failed", "id": "OUTC1.smsbackup"}),
])
def test_the_helper_tells_what_became_of_ours(helper, words, posted) -> None:
    assert helper.event(words, {}) == posted
