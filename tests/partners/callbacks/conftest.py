"""An app that knows all six providers, with an open order of Hoa at each gateway."""

from __future__ import annotations

import pytest

from db import checking as checking_records
from services.bills import billing
from services.providers import orders
from tests.standins import accounts
from tests.villagers import HOA


@pytest.fixture
def settings(settings, machines):
    return machines.settings(settings)


@pytest.fixture(autouse=True)
def sound_books(app):
    """After each test, nothing in the database contradicts itself."""
    yield
    assert list(checking_records.problems()) == []


@pytest.fixture
def order(app, machines, settings, clock):
    """Call with a provider's name: its open order for Hoa's bill of October."""
    def make(name: str):
        made = orders.create(machines.providers(settings)[name], billing.due(HOA.code).unpaid[0],
                             "Tien dien ky 10 2026", clock(), accounts.send)
        if name == "vnpay":
            machines.vnpay.open(made.pay_url)
        return made
    return make
