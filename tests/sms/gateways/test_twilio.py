"""Twilio's webhooks: the signature, the reply in the answer, delivery reports."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from twilio.request_validator import RequestValidator

from db import connection
from db import messages as message_records
from db.messages import InboundMessage
from db.outbox import outbox as outbox_records
from db.outbox.outbox import OutboxMessage
from services.outbox import outbox
from sms.gateways import twilio
from tests.conftest import Server
from tests.sms.conftest import signed
from tests.villagers import HOA, NOON

PUBLISHED = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234",
             "From": "+14158675309", "To": "+18005551212"}


def said(answer) -> str | None:
    """The text that Twilio is told to send, None for none."""
    message = ElementTree.fromstring(answer.data).find("Message")  # noqa: S314 - our own answer
    return None if message is None else message.text


def test_twilios_published_example_is_genuine() -> None:
    assert twilio.is_genuine("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", PUBLISHED,
                             "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize(("url", "form", "signature"), [
    ("https://mycompany.com/myapp.php?foo=1&bar=3", PUBLISHED, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    ("https://mycompany.com/myapp.php?foo=1&bar=2", {**PUBLISHED, "Digits": "1235"},
     "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    ("https://mycompany.com/myapp.php?foo=1&bar=2", PUBLISHED, ""),
    ("https://mycompany.com/myapp.php?foo=1&bar=2", PUBLISHED, "é\ud800"),
    ("https://mycompany.com/myapp.php?foo=1&bar=2", PUBLISHED, "RSOYDt4T1cUTdK1PDd93/VVr8B8"),
])
def test_anything_else_is_not(url: str, form: dict, signature: str) -> None:
    assert not twilio.is_genuine("12345", url, form, signature)


def test_a_port_in_the_signed_url_does_not_matter() -> None:
    made = RequestValidator("12345").compute_signature("https://a.example:443/sms", {"a": "1"})
    assert twilio.is_genuine("12345", "https://a.example/sms", {"a": "1"}, made)


def test_a_text_is_answered_in_the_same_response(twilio) -> None:
    answer = twilio("td pa04 dh 0000017")
    assert answer.status_code == 200 and answer.mimetype == "text/xml"
    assert "546.108d" in said(answer) and "10/2026" in said(answer)


def test_no_reply_is_an_empty_response(twilio) -> None:
    assert said(twilio("TD", sender="VIETTEL")) is None
    assert said(twilio("TD", sender="8055")) is None
    assert InboundMessage.select().count() == 2


@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": ""},
                                     {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}])
def test_without_the_right_signature_nothing_is_taken(client, headers: dict) -> None:
    form = {"MessageSid": "SM1", "From": HOA.phone, "Body": "GAP"}
    assert client.post("/sms/twilio", data=form, headers=headers).status_code == 403
    assert InboundMessage.select().count() == 0


def test_a_signature_of_another_token_is_refused(client) -> None:
    form = {"MessageSid": "SM1", "From": HOA.phone, "Body": "GAP"}
    answer = client.post("/sms/twilio", data=form, headers=signed("/sms/twilio", form, "other"))
    assert answer.status_code == 403


def test_a_parameter_added_on_the_way_is_noticed(client) -> None:
    form = {"MessageSid": "SM1", "From": HOA.phone, "Body": "TD"}
    headers = signed("/sms/twilio", form)
    assert client.post("/sms/twilio", data={**form, "x": ""}, headers=headers).status_code == 403
    answer = client.post("/sms/twilio?x=1", data=form, headers=headers)
    assert answer.status_code == 403


def test_blanks_and_trailing_spaces_are_signed_too(twilio) -> None:
    assert "546.108d" in said(twilio("  TD  ", FromCity="", ToZip=" "))


def test_the_forwarded_host_plays_no_part(client) -> None:
    form = {"MessageSid": "SM1", "From": HOA.phone, "Body": "TD"}
    answer = client.post("/sms/twilio", data=form, headers={
        **signed("/sms/twilio", form), "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http", "Host": "127.0.0.1:8000"})
    assert answer.status_code == 200


def test_without_a_token_there_is_no_such_page(client, change_settings) -> None:
    change_settings(twilio_auth_token="")
    for path in ("/sms/twilio", "/sms/twilio/status"):
        assert client.post(path, data={"MessageSid": "SM1"}).status_code == 404


def test_a_repeated_sid_gets_the_same_reply_once(twilio) -> None:
    assert said(twilio("GAP", sid="SM1")) == said(twilio("GAP", sid="SM1"))
    assert InboundMessage.select().count() == 1


def test_a_message_without_any_number_of_twilios_is_refused(client) -> None:
    form = {"From": HOA.phone, "Body": "TD"}
    assert client.post("/sms/twilio", data=form,
                       headers=signed("/sms/twilio", form)).status_code == 400


@pytest.mark.parametrize("text", ["", "x" * 2000, "😀" * 500, "TD\0PA04DH0000017", "<&\"'>",
                                  "\x0c\x1b\x08", "\ufffe\uffff", "TD &amp; <b>"])
def test_hostile_texts_are_answered_with_well_formed_xml(twilio, text: str) -> None:
    answer = twilio(text)
    assert answer.status_code == 200 and said(answer)


@pytest.mark.parametrize("body", [
    b"Body=%FF%FE%00&From=%2B84912000017&MessageSid=SM1", b"\xff\xfe\x00=&&&=", b"%", b"a" * 70_000,
    "&".join(f"f{n}={n}" for n in range(2000)).encode(), b"Body=%ED%A0%80"])
def test_malformed_bodies_are_refused_without_a_fault(client, body: bytes) -> None:
    answer = client.post("/sms/twilio", data=body, headers={"X-Twilio-Signature": "x"},
                         content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 403)


def test_a_broken_multipart_is_refused_without_a_fault(client) -> None:
    answer = client.post("/sms/twilio", data=b"--x\r\nbroken", headers={"X-Twilio-Signature": "x"},
                         content_type="multipart/form-data; boundary=x")
    assert answer.status_code in (400, 403)


def test_bytes_that_are_no_text_are_answered_when_twilio_signed_them(client) -> None:
    body = "MessageSid=SM1&From=%2B84912000017&Body=TD+%ED%A0%80+%C3%28"
    form = {"MessageSid": "SM1", "From": "+84912000017", "Body": "TD %ED%A0%80 %C3("}
    answer = client.post("/sms/twilio", data=body, headers=signed("/sms/twilio", form),
                         content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200


@pytest.fixture
def twilio_server(database_url):
    """The real server, where Twilio is set up."""
    running = Server(database_url, workers=2, TWILIO_ACCOUNT_SID="AC" + "0" * 32,
                     TWILIO_AUTH_TOKEN="12345")
    connection.init(database_url)
    yield running
    running.stop()
    connection.database.close()


@pytest.mark.server
def test_the_same_sid_twenty_times_at_once_is_one_message(twilio_server) -> None:
    form = {"MessageSid": "SM" + uuid.uuid4().hex, "From": HOA.phone, "Body": "GAP"}
    answers = post_often(twilio_server.url, form, 20)
    assert len(answers) == 20 and len(set(answers)) == 1 and b"GAP-" in answers[0]
    assert connection.fetch("SELECT COUNT(*) FROM inbound_message") == [(1,)]
    assert connection.fetch('SELECT COUNT(*) FROM "call"') == [(1,)]


def post_often(url: str, form: dict, times: int) -> list[bytes]:
    signature = RequestValidator("12345").compute_signature(url + "/sms/twilio", form)

    def post(_n: int) -> bytes:
        request = Request(url + "/sms/twilio", urlencode(form).encode(),
                          {"X-Twilio-Signature": signature})
        with urlopen(request, timeout=30) as answer:
            return answer.read()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(post, range(times)))


def sent_message(vault, gateway_id: str = "SM9", state: str = outbox_records.SENT) -> int:
    """A receipt to Hoa that Twilio took."""
    connection.write(lambda: outbox.queue("receipt", uuid.uuid4().hex,
                                          vault.seal_phone(HOA.phone), {}, NOON))
    row = OutboxMessage.select().order_by(OutboxMessage.created_at.desc()).get()
    OutboxMessage.update(state=state, gateway="twilio", gateway_id=gateway_id, attempts=1,
                         sent_at=NOON).where(OutboxMessage.id == row.id).execute()
    return row.id


def report(client, state: str, sid: str = "SM9", outbox_id: int | None = None, **more) -> int:
    path = "/sms/twilio/status" + (f"?message={outbox_id}" if outbox_id else "")
    form = {"MessageSid": sid, "MessageStatus": state, **more}
    return client.post(path, data=form, headers=signed(path, form)).status_code


def state_of(message_id: int) -> str:
    return OutboxMessage.get_by_id(message_id).state


@pytest.mark.parametrize(("reports", "state"), [
    (["queued", "sent"], "sent"), (["sent", "delivered"], "delivered"),
    (["delivered", "sent", "queued"], "delivered"), (["delivered", "undelivered"], "delivered"),
    (["failed", "delivered"], "failed"), (["undelivered", "sent"], "failed"),
    (["read"], "delivered"), (["unheard of"], "sent")])
def test_states_never_go_back(client, vault, reports: list, state: str) -> None:
    message_id = sent_message(vault)
    for one in reports:
        assert report(client, one) == 204
    assert state_of(message_id) == state


def test_a_report_settles_a_message_whose_answer_was_lost(client, vault) -> None:
    message_id = sent_message(vault, gateway_id="", state=outbox_records.UNCERTAIN)
    assert report(client, "sent", "SM77", message_id) == 204
    row = OutboxMessage.get_by_id(message_id)
    assert (row.state, row.gateway_id) == ("sent", "SM77")


def test_a_report_may_come_before_the_answer(client, vault) -> None:
    message_id = sent_message(vault, gateway_id="", state=outbox_records.LEASED)
    report(client, "delivered", "SM78", message_id)
    assert state_of(message_id) == "delivered"


def test_a_late_report_of_an_earlier_try_does_not_touch_the_next(client, vault) -> None:
    message_id = sent_message(vault, gateway_id="SM2")
    report(client, "undelivered", "SM1", message_id)
    assert state_of(message_id) == "sent"


@pytest.mark.parametrize(("code", "state"), [
    ("30003", "queued"), ("30008", "queued"), ("30005", "failed"), ("30006", "failed"),
    ("30007", "failed"), ("21610", "failed"), ("", "failed"), ("x", "failed")])
def test_why_it_was_not_delivered_decides(client, vault, code: str, state: str) -> None:
    message_id = sent_message(vault)
    report(client, "undelivered", ErrorCode=code)
    row = OutboxMessage.get_by_id(message_id)
    assert row.state == state
    assert (row.next_at > NOON + 20 * 60_000) == (state == "queued")
    assert message_records.opted_out(row.to_hash) == (code == "21610")


def test_a_report_about_nothing_of_ours_is_taken(client) -> None:
    assert report(client, "delivered", "SM-unknown") == 204
    assert report(client, "failed", "", 999) == 204


def test_an_unsigned_report_is_refused(client, vault) -> None:
    message_id = sent_message(vault)
    form = {"MessageSid": "SM9", "MessageStatus": "failed"}
    assert client.post("/sms/twilio/status", data=form).status_code == 403
    assert state_of(message_id) == "sent"
