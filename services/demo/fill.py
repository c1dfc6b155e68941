"""Fills an empty database with the demo, in one transaction.

The same count and day always give the same customers, bills and payments. Only what waits
at the desk and a few outages lie around the real clock, so that the screens show something.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from db import bulk, ledger, partners, reference
from db import demo as demo_records
from db.connection import write
from services import clock
from services.demo import day_end, desk, money, people, usage
from services.demo.money import Books, Paid
from services.demo.people import Person
from services.demo.usage import MONTHS, Month
from services.notation import codes, folding
from services.privacy import Vault

_SEED = "the counter of the highlands"
_ON_FILE = 365 * clock.DAY  # since when the company has known the numbers
_SETTLED_AFTER = 3 * clock.DAY  # until the company's own books have cleared a payment


class CannotPrice(ValueError):
    """There is no tariff for a month that the demo needs."""


def fill(count: int, as_of: date, vault: Vault, now: int) -> int:
    """Fill a database without customers; returns how many it has now (or had before).

    Raises CannotPrice when the twelve months before `as_of` lie outside the tariff table.
    """
    return write(lambda: _fill_if_empty(count, as_of, vault, now))


def _fill_if_empty(count: int, as_of: date, vault: Vault, now: int) -> int:
    bulk.alone()  # two starts at once would both find nothing
    return demo_records.customer_count() or _fill(count, as_of, vault, now)


def _fill(count: int, as_of: date, vault: Vault, now: int) -> int:
    rng = random.Random(_SEED)
    everybody = list(people.everybody(count, rng))
    moment = clock.at_local(as_of)
    demo_records.load("customer", (_customer(person, moment, rng) for person in everybody))
    demo_records.load("customer_phone", (
        (person.code, *vault.seal_phone(person.phone), "billing", moment - _ON_FILE)
        for person in everybody if person.phone))
    partners.add_known()
    demo_records.add_places(reference.demo()["places"])
    _Year(everybody, as_of, rng).fill()
    desk.fill(rng, vault, as_of, now)
    day_end.fill(vault, as_of)
    return len(everybody)


def _customer(person: Person, moment: int, rng: random.Random) -> tuple:
    folded = folding.folded(person.name)
    return (person.code, person.name, folded, folding.given_name_first(folded), person.address,
            person.commune_code, person.households, f"{rng.randrange(10**8, 10**9)}",
            codes.meter_point(person.code), "household",
            f"{person.signed_on[:4]}{rng.randrange(10**10):010}", person.signed_on,
            person.medium, moment)


class _Year:
    """Twelve months of bills and payments, month by month."""

    def __init__(self, everybody: list[Person], as_of: date, rng: random.Random):
        self.everybody = everybody
        self.as_of = as_of
        self.rng = rng
        self.books = Books()
        self.last_bill = 0
        self.indexes = [rng.randrange(300, 30_000) for _ in everybody]
        self.channels = [money.channel(person, rng) for person in everybody]

    def fill(self) -> None:
        """Load all bills, payments, ledger entries and receipt counters."""
        found = usage.months(self.as_of)
        for age, month in zip(range(MONTHS - 1, -1, -1), found, strict=True):
            paid: list[Paid] = []
            demo_records.load("bill", self._bills(month, age, paid))
            self._load_payments(paid)
        demo_records.load("counter", self.books.counters())
        demo_records.mark_paid(clock.at_local(self.as_of) - _SETTLED_AFTER)

    def _bills(self, month: Month, age: int, paid: list[Paid]) -> Iterator[tuple]:
        for at, person in enumerate(self.everybody):
            use = self._use(person, month, age)
            self.last_bill += 1
            old = self.indexes[at]
            self.indexes[at] = old + use.kwh
            if age >= person.owes:
                channel = money.channel_today(self.channels[at], person, self.rng)
                paid.append(Paid(self.last_bill, person.code[:6], use.total, channel,
                                 money.moment(month, self.as_of, self.rng)))
            number = f"{person.code[4:6]}{month.year % 100:02}{month.month:02}{person.code[6:]}"
            yield (self.last_bill, person.code, month.year, month.month, 1,
                   month.first.isoformat(), month.last.isoformat(), old, self.indexes[at],
                   *use, month.due.isoformat(), number, "unpaid")

    def _use(self, person: Person, month: Month, age: int) -> usage.Use:
        try:
            return usage.use(person, month, age, self.rng)
        except ValueError as error:
            raise CannotPrice(str(error)) from error

    def _load_payments(self, paid: list[Paid]) -> None:
        entered = list(self.books.enter(paid))
        demo_records.load("payment", (payment for payment, _sides in entered))
        ledger.post_payments((payment[0], sides, payment[-1]) for payment, sides in entered)
