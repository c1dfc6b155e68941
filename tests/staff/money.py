"""What the tests of the money room do again and again."""

from __future__ import annotations

import re

from services.payments import payments
from services.payments.payments import Report
from tests.villagers import NOON


def page_of(browser, code: str) -> str:
    """Address of a customer's page."""
    found = browser.post("/staff/customers", data={"q": code}, follow_redirects=True)
    return re.search(r'href="(/staff/customers/[\w-]{40,})"', found.text)[1]


def open_shift(browser, amount: str = "500.000") -> None:
    browser.post("/staff/cash/open", data={"float": amount})


def pay(bill: str, amount: int, partner: str = "momo", number: str = "1") -> int:
    """A partner's payment; its row id."""
    return payments.post(Report(partner, number, bill, amount, NOON, "0" * 64),
                         NOON)[0].payment.id
