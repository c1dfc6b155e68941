"""People who ask for something, and officers at their desks."""

from __future__ import annotations

import pytest

from services.desk import calls
from tests.officers import hire
from tests.staff.conftest import ask  # noqa: F401 - a fixture
from tests.villagers import HOA, NOON


@pytest.fixture
def desk_staff(app) -> None:
    hire()


@pytest.fixture
def ring(vault):
    """Somebody asks by text that an officer calls; returns the ticket."""
    def make(commune="", now=NOON, person=HOA):
        return calls.raise_call("sms", now, phone=vault.seal_phone(person.phone),
                                commune_code=commune)
    return make


@pytest.fixture
def stand(app):
    """Somebody at a machine calls for an officer; returns the ticket."""
    def make(commune="", now=NOON, **more):
        return calls.raise_call("kiosk", now, commune_code=commune, **more)
    return make
