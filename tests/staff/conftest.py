"""Officers at their desk, signed in through the door."""

from __future__ import annotations

import re

import pytest

from services.contracts import requests
from services.contracts.requests import Wish
from services.desk import calls
from tests import officers
from tests.officers import CANBO, PASSWORD
from tests.villagers import HOA, NOON


@pytest.fixture(autouse=True)
def hired(app) -> None:
    officers.hire()


@pytest.fixture
def sign_in(app):
    """Sign somebody in and return their browser: sign_in(HANH)."""
    def enter(person=CANBO, password=PASSWORD):
        browser = app.test_client()
        browser.post("/staff/signin", data={"name": person.name, "password": password})
        return browser
    return enter


@pytest.fixture
def canbo(sign_in):
    """Cán bộ's browser, signed in."""
    return sign_in()


@pytest.fixture
def ask(vault):
    """Somebody asks for a contract; returns the ticket."""
    def make(person=HOA, now=NOON, phone=True):
        sealed = vault.seal_phone(person.phone) if phone else None
        return requests.request(
            Wish(person.name, sealed, person.commune_code, "any", "kiosk"), now)
    return make


@pytest.fixture
def ring(vault):
    """Somebody calls for an officer; returns the ticket."""
    def make(commune="", now=NOON, **more):
        return calls.raise_call("kiosk", now, commune_code=commune, **more)
    return make


def text(response) -> str:
    """What a person reads on the page."""
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.text, flags=re.S)
    return " ".join(words.split())


def english(response) -> list[str]:
    """English words among what a person reads."""
    return re.findall(r"\b(the|and|not|error|sign|page|open|done|call|request|taken|household|"
                      r"officer|unpaid|settled|received|electronic|paper)\b", text(response))
