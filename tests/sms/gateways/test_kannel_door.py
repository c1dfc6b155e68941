"""/sms/kannel and /sms/kannel/status as an outside check calls them."""

from __future__ import annotations

import itertools
import json

import pytest

from db.connection import fetch, fetch_row, write
from db.outbox import outbox as outbox_records
from services.outbox.outbox import queue
from tests.villagers import HOA

TOKEN = "kannel-token"


@pytest.fixture(autouse=True)
def kannel(app, change_settings) -> None:
    change_settings(kannel_token=TOKEN)


@pytest.fixture
def text(client):
    """text(WORDS, from=…): one message through Kannel."""
    numbers = itertools.count(1)

    def sent(words: str, method: str = "get", **more):
        fields = {"from": HOA.phone, "to": "8055", "text": words, "id": f"k{next(numbers)}",
                  "token": TOKEN, **more}
        if method == "post":
            return client.post("/sms/kannel", data=fields)
        call = client.get if method == "get" else client.post
        return call("/sms/kannel", query_string=fields)
    return sent


@pytest.mark.parametrize("method", ["get", "post", "post with all in the address"])
def test_the_answer_is_the_reply(text, method) -> None:
    answer = text(f"TD {HOA.code}", method)
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "546.108d" in answer.text
    assert "X-Kannel-Coding" not in answer.headers


def test_accents_are_asked_for_in_the_header(text) -> None:
    text("CODAU")
    answer = text(f"TD {HOA.code}")
    assert "546.108đ" in answer.text
    assert answer.headers["X-Kannel-Coding"] == "2"


def test_a_repeated_number_gets_the_recorded_reply(text) -> None:
    first, second = text("GAP", id="same"), text("GAP", id="same")
    assert first.text == second.text
    assert fetch_row("SELECT COUNT(*) FROM inbound_message")[0] == 1


WORDS = "Tra cứu tiền điện"


@pytest.mark.parametrize(("label", "octets", "more"), [
    ("utf-8", WORDS.encode(), ""),
    ("utf-8, said so", WORDS.encode(), "&charset=UTF-8&coding=0"),
    ("utf-16be", WORDS.encode("utf-16-be"), "&charset=UTF-16BE&coding=2"),
    ("utf-16be by its coding alone", WORDS.encode("utf-16-be"), "&coding=2"),
    ("recoded by Kannel", WORDS.encode(), "&charset=utf-8&coding=2"),
])
def test_both_forms_of_a_text_are_read(client, label, octets, more) -> None:
    quoted = "".join(f"%{octet:02X}" for octet in octets)
    client.get(f"/sms/kannel?from=%2B84912000017&text={quoted}&id=1&token={TOKEN}{more}")
    assert fetch("SELECT text FROM inbound_message") == [(WORDS,)], label


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "ơ"])
def test_a_wrong_token_is_refused(text, token) -> None:
    assert text("TD", token=token).status_code == 403
    assert fetch("SELECT text FROM inbound_message") == []


@pytest.mark.parametrize("path", ["/sms/kannel", "/sms/kannel/status"])
def test_without_a_token_set_there_is_no_door(client, change_settings, path) -> None:
    change_settings(kannel_token="")
    assert client.get(path, query_string={"token": ""}).status_code == 404


@pytest.mark.parametrize("missing", ["from", "id"])
def test_what_is_missing_is_refused(text, missing) -> None:
    assert text("TD", **{missing: ""}).status_code == 400


def test_hundreds_of_fields_are_refused(client) -> None:
    query = f"token={TOKEN}&" + "&".join(f"f{n}=1" for n in range(100))
    assert client.get("/sms/kannel?" + query).status_code == 400


def test_an_empty_text_is_answered_with_help(text) -> None:
    assert "TD" in text("").text


@pytest.fixture
def message(vault, clock) -> int:
    """A message that was handed to Kannel; its number."""
    write(lambda: queue("reply", "one", vault.seal_phone(HOA.phone), {"text": "mot"}, clock()))
    claimed = write(lambda: outbox_records.claim(clock(), clock() + 1000, 1))[0]
    write(lambda: outbox_records.begin(claimed.id, "kannel", "mot", clock(), clock() + 1000))
    return claimed.id


@pytest.fixture
def report(client, message):
    """report(KIND, …): delivery reports about the message, in this order; its state then."""
    def told(*kinds: int) -> str:
        for kind in kinds:
            answer = client.get("/sms/kannel/status", query_string={
                "token": TOKEN, "id": str(message), "type": str(kind), "answer": "ACK"})
            assert answer.status_code == 200
        return fetch_row("SELECT state FROM outbox_message WHERE id = ?", message)[0]
    return told


@pytest.mark.parametrize(("kinds", "state"), [
    ((4,), "accepted"), ((8,), "sent"), ((16,), "failed"), ((1,), "delivered"), ((2,), "failed"),
    ((4, 8, 1), "delivered"), ((1, 8), "delivered"), ((8, 4), "sent"), ((1, 2), "delivered"),
    ((2, 1), "failed"), ((16, 8), "failed"), ((3,), "leased"),
])
def test_reports_in_any_order(report, kinds, state) -> None:
    assert report(*kinds) == state


def test_a_report_settles_a_lost_answer(report, message, clock) -> None:
    write(lambda: outbox_records.finish(message, outbox_records.UNCERTAIN, clock(), error="lost"))
    assert report(8) == "sent"


def test_a_report_of_another_gateways_message_changes_nothing(report, message) -> None:
    write(lambda: outbox_records.OutboxMessage.update(gateway="twilio").execute())
    assert report(1) == "leased"


@pytest.mark.parametrize("number", ["", "x", "9" * 40, "-1", "²"])
def test_a_report_about_no_message_is_taken_and_forgotten(client, message, number) -> None:
    answer = client.get("/sms/kannel/status",
                        query_string={"token": TOKEN, "id": number, "type": "1"})
    assert answer.status_code == 200


def test_a_report_needs_the_token(client, message) -> None:
    answer = client.get("/sms/kannel/status", query_string={"id": str(message), "type": "1"})
    assert answer.status_code == 403


def test_json_is_not_mistaken_for_a_form(client) -> None:
    answer = client.post("/sms/kannel", data=json.dumps({"token": TOKEN}),
                         content_type="application/json")
    assert answer.status_code == 403
