"""Phones that text, and signed webhooks."""

from __future__ import annotations

import uuid

import pytest
from twilio.request_validator import RequestValidator

from sms.receive import Inbound, receive
from tests import villagers
from tests.conftest import PUBLIC_URL

STRANGER = "+84977123456"


class Phone:
    """Somebody's telephone: call it with a text, it gives the reply."""

    def __init__(self, app, number: str):
        self.app = app
        self.number = number

    def __call__(self, text: str, gateway_id: str = "") -> str:
        inbound = Inbound("log", gateway_id or uuid.uuid4().hex, self.number, text)
        return receive(self.office, inbound)

    @property
    def office(self):
        return self.app.extensions["office"]

    @property
    def hash(self) -> str:
        return self.office.vault.phone_hash(self.number)


@pytest.fixture
def hoa(app) -> Phone:
    return Phone(app, villagers.HOA.phone)


@pytest.fixture
def may(app) -> Phone:
    return Phone(app, villagers.MAY.phone)


@pytest.fixture
def stranger(app) -> Phone:
    return Phone(app, STRANGER)


def signed(path: str, form: dict, key: str = "12345") -> dict:
    """Headers of a webhook that Twilio signed."""
    return {"X-Twilio-Signature": RequestValidator(key).compute_signature(
        PUBLIC_URL + path, form)}


@pytest.fixture
def twilio(client):
    """twilio(text, …): one inbound webhook, signed; gives the response."""
    def post(text: str, sender: str = villagers.HOA.phone, sid: str = "", **more):
        form = {"MessageSid": sid or "SM" + uuid.uuid4().hex, "From": sender,
                "To": "+84810008055", "Body": text, "NumMedia": "0", **more}
        return client.post("/sms/twilio", data=form, headers=signed("/sms/twilio", form))
    return post
