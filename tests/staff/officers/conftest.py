"""Somebody more, and a browser in which anybody is signed in fully."""

from __future__ import annotations

import pytest

from db.connection import write
from db.officers import Officer
from services.officers import sessions
from tests import officers
from tests.officers import Person
from tests.villagers import NOON


@pytest.fixture
def hire():
    """Somebody more."""
    def add(person: Person) -> Person:
        write(lambda: Officer.create(name=person.name, role=person.role, communes=person.communes,
                                     password_hash=officers.hashed(), created_at=NOON))
        return person
    return add


@pytest.fixture
def enter(app):
    """A browser in which somebody is signed in fully, with whatever second factor."""
    def made(person: Person):
        browser = app.test_client()
        session_id = write(lambda: sessions.begin(person.name, sessions.FULL, NOON))
        with browser.session_transaction("/staff/") as visit:
            visit["sid"] = session_id
        return browser
    return made
