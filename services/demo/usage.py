"""What the demo's people used, month by month, priced by the real tariff."""

from __future__ import annotations

import functools
import random
from datetime import date
from typing import NamedTuple

from db import reference
from services.bills import tariffs
from services.demo.people import Person

MONTHS = 12
# Fans and air conditioners in summer, some heating in January, by kind of area.
_SEASON = {
    "town": (1.05, 0.95, 0.85, 0.95, 1.30, 1.65, 1.75, 1.65, 1.30, 1.00, 0.85, 0.95),
    "lowland": (1.05, 0.95, 0.85, 0.95, 1.20, 1.45, 1.50, 1.45, 1.20, 0.95, 0.85, 0.95),
    "highland": (1.15, 1.05, 0.90, 0.90, 1.05, 1.20, 1.25, 1.20, 1.05, 0.95, 0.95, 1.05),
}


class Month(NamedTuple):
    """A month of bills: the period runs from the 22nd to the 21st."""

    year: int
    month: int

    @property
    def first(self) -> date:
        return self.before().day(22)

    @property
    def last(self) -> date:
        return self.day(21)

    @property
    def due(self) -> date:
        return self.after().day(20)

    def day(self, number: int) -> date:
        """A day of this month."""
        return date(self.year, self.month, number)

    def before(self) -> Month:
        """The month before this one."""
        return Month(self.year, self.month - 1) if self.month > 1 else Month(self.year - 1, 12)

    def after(self) -> Month:
        """The month after this one."""
        return Month(self.year, self.month + 1) if self.month < 12 else Month(self.year + 1, 1)


class Use(NamedTuple):
    """One person's month: the figures of a bill."""

    kwh: int
    subtotal: int
    vat: int
    total: int


def months(as_of: date) -> list[Month]:
    """The twelve months billed before `as_of`, oldest first."""
    found = [Month(as_of.year, as_of.month).before()]
    while len(found) < MONTHS:
        found.insert(0, found[0].before())
    return found


def use(person: Person, month: Month, age: int, rng: random.Random) -> Use:
    """What a person used in a month; `age` is 0 for the newest one.

    Raises ValueError for a month without a tariff.
    """
    drawn = person.usual_kwh * _SEASON[person.area][month.month - 1] * rng.uniform(0.86, 1.14)
    kwh = person.kwh[age] if age < len(person.kwh) else max(3, round(drawn))
    return _price(kwh, month, person.households)


@functools.lru_cache(maxsize=50_000)
def _price(kwh: int, month: Month, households: int) -> Use:
    charge = tariffs.charge(kwh, month.first, month.last, reference.tariff_table(), households)
    return Use(kwh, charge.subtotal, charge.vat, charge.total)
