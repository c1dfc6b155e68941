"""Sending through Twilio's REST API, against a stand-in with its published fields and codes."""

from __future__ import annotations

import inspect
import time

import pytest
from twilio.rest.api.v2010.account.message import MessageInstance, MessageList

from sms.gateways.base import AnswerLost, Consequence, Message, NotSent
from sms.gateways.twilio import Sender
from tests.sms.gateways.twilio_stand_in import FIELDS, PARAMETERS, TwilioStandIn
from tests.villagers import HOA

MESSAGE = Message(7, HOA.phone, "QUAYDIEN: Da nhan 546.108d")


@pytest.fixture
def stand_in():
    made = TwilioStandIn()
    yield made
    made.stop()


@pytest.fixture
def sender(app, change_settings, stand_in) -> Sender:
    change_settings(twilio_api_base=stand_in.url, twilio_from="+84810008055")
    return Sender(app.extensions["office"].settings)


def test_the_stand_in_has_the_published_fields_and_parameters() -> None:
    payload = dict.fromkeys(FIELDS)
    told = {name.rstrip("_") for name in vars(MessageInstance(None, payload, "AC"))
            if not name.startswith("_")}
    assert told == set(FIELDS)
    published = {"".join(part.title() for part in name.rstrip("_").split("_"))
                 for name in inspect.signature(MessageList.create).parameters}
    assert published >= PARAMETERS


def test_a_text_goes_out_with_sender_and_report_address(sender, stand_in) -> None:
    sid = sender.send(MESSAGE)
    assert stand_in.messages[0]["sid"] == sid
    assert stand_in.forms == [{
        "To": HOA.phone, "From": "+84810008055", "Body": MESSAGE.text,
        "StatusCallback": "https://quaydien.example/sms/twilio/status?message=7"}]


def test_a_messaging_service_may_be_the_sender(app, change_settings, stand_in) -> None:
    change_settings(twilio_api_base=stand_in.url, twilio_from="MG" + "0" * 32)
    Sender(app.extensions["office"].settings).send(MESSAGE)
    assert stand_in.forms[0]["MessagingServiceSid"] == "MG" + "0" * 32


def test_a_machine_without_a_public_address_asks_for_no_report(app, change_settings,
                                                               stand_in) -> None:
    change_settings(twilio_api_base=stand_in.url, twilio_from="+84810008055",
                    public_url="http://127.0.0.1:8000")
    Sender(app.extensions["office"].settings).send(MESSAGE)
    assert "StatusCallback" not in stand_in.forms[0]


@pytest.mark.parametrize(("to", "consequence"), [
    ("+84900000010", Consequence.OPTED_OUT), ("+84900000011", Consequence.WRONG_NUMBER),
    ("+84900000014", Consequence.WRONG_NUMBER), ("+84900000029", Consequence.RETRY),
    ("+84900000003", Consequence.REFUSED), ("+84900000099", Consequence.GIVE_UP)])
def test_an_error_code_has_its_consequence(sender, to: str, consequence: Consequence) -> None:
    with pytest.raises(NotSent) as caught:
        sender.send(MESSAGE._replace(to=to))
    assert caught.value.consequence is consequence


def test_a_fault_at_twilio_leaves_it_open(sender) -> None:
    with pytest.raises(AnswerLost):
        sender.send(MESSAGE._replace(to="+84900000050"))


@pytest.mark.parametrize("fault", ["lose answer", "cut"])
def test_a_broken_connection_leaves_it_open(sender, stand_in, fault: str) -> None:
    stand_in.fault = fault
    with pytest.raises(AnswerLost):
        sender.send(MESSAGE)


def test_without_a_connection_nothing_was_sent(app, change_settings) -> None:
    change_settings(twilio_api_base="http://127.0.0.1:9", twilio_from="+84810008055")
    with pytest.raises(NotSent) as caught:
        Sender(app.extensions["office"].settings).send(MESSAGE)
    assert caught.value.consequence is Consequence.RETRY


def test_a_lost_message_is_found_by_recipient_and_text(sender, stand_in) -> None:
    since = int(time.time() * 1000)
    assert sender.find(MESSAGE, since) is None
    sid = sender.send(MESSAGE)
    assert sender.find(MESSAGE, since) == sid
    assert sender.find(MESSAGE._replace(text="another"), since) is None
    assert sender.find(MESSAGE._replace(to="+84363000033"), since) is None
    assert sender.find(MESSAGE, since + 3_600_000) is None


def test_who_cannot_be_asked_has_not_answered(app, change_settings) -> None:
    change_settings(twilio_api_base="http://127.0.0.1:9")
    with pytest.raises(AnswerLost):
        Sender(app.extensions["office"].settings).find(MESSAGE, 0)
