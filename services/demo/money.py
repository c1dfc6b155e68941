"""How the demo's bills were paid: by which channel, when, with which receipt."""

from __future__ import annotations

import collections
import hashlib
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from db import ledger
from services import clock
from services.demo.people import Person
from services.demo.usage import Month

CASH = "cash"
# Out of 100 payments some 70 come without cash, from the cities more than from the hills.
_CASHLESS = {"town": 0.86, "lowland": 0.73, "highland": 0.61}
_CHANNELS = {
    "viettel": 15, "momo": 12, "vnpay": 11, "agribank": 10, "vnpt": 8, "zalopay": 7, "payoo": 6,
    "ecpay": 5, "bidv": 5, "vietinbank": 5, "vietcombank": 5, "mbbank": 5, "shopeepay": 3,
    "techcombank": 2, "lpbank": 2, "vpbank": 2, "acb": 1}
_FAITHFUL = 0.85  # how often somebody pays the way they always do


class Paid(NamedTuple):
    """A bill to be marked as paid. `at`: epoch ms."""

    bill_id: int
    office: str  # first six characters of the customer code
    amount: int
    partner: str
    at: int


def channel(person: Person, rng: random.Random) -> str:
    """How somebody usually pays: a partner's name, or CASH."""
    if rng.random() >= _CASHLESS[person.area]:
        return CASH
    return rng.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]


def channel_today(usual: str, person: Person, rng: random.Random) -> str:
    """The usual channel, now and then another one."""
    return usual if rng.random() < _FAITHFUL else channel(person, rng)


def moment(month: Month, as_of: date, rng: random.Random) -> int:
    """When a bill of `month` was paid: after it came, before it was due and before `as_of`."""
    came = month.day(26)
    latest = min(month.due, as_of - timedelta(days=1))
    # Most pay in the first days.
    after = min(int(rng.expovariate(1 / 6)), max(0, (latest - came).days))
    minutes = rng.randrange(7 * 60, 21 * 60)
    return clock.at_local(came + timedelta(days=after)) + minutes * clock.MINUTE


class Books:
    """Gives payments their numbers, in the order of time."""

    def __init__(self) -> None:
        self.last_payment = 0
        self.receipts: collections.Counter[tuple[str, int]] = collections.Counter()

    def enter(self, paid: list[Paid]) -> Iterator[tuple[tuple, list[ledger.Side]]]:
        """(payment row as the demo's loader lists it, its sides in the ledger) of each."""
        for one in sorted(paid, key=lambda one: (one.at, one.bill_id)):
            self.last_payment += 1
            yield self._payment(one), [
                (f"partner:{one.partner}", one.amount), ("receivable:bills", -one.amount)]

    def _payment(self, one: Paid) -> tuple:
        year = clock.local(one.at).year
        self.receipts[one.office, year] += 1
        receipt_no = f"{one.office}-{year}-{self.receipts[one.office, year]:06}"
        txn_id = f"{one.partner.upper()}{self.last_payment:010}"
        digest = hashlib.sha256(txn_id.encode()).hexdigest()
        return (self.last_payment, one.partner, txn_id, digest, one.bill_id, one.amount, "posted",
                receipt_no, "", "", one.at, one.at)

    def counters(self) -> list[tuple[str, int]]:
        """(name, value) from which the real receipts go on counting."""
        return [(f"receipt:{office}:{year}", number)
                for (office, year), number in sorted(self.receipts.items())]
