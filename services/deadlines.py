"""Working days, and how much of the time for a contract file is left. Pure.

The law gives 7 working days to sign and supply (Electricity Law 61/2024/QH15 and its decree);
EVN promises 5, or 7 where poles or cable are needed. All three are settings.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from config import Settings
from db import reference
from services import clock

_SATURDAY = 5
_SOON = 2  # working days left from which a file is urgent


class Limits(NamedTuple):
    """Working days from the request to the supply."""

    law: int
    own: int
    build: int  # own, where poles or cable are needed


class Standing(NamedTuple):
    """How one file stands. `left` < 0: so many working days too late."""

    due_on: str  # ISO
    left: int
    level: str  # fresh, waiting, late; "over" past the law's limit; "met" or "missed" when closed


def limits(settings: Settings) -> Limits:
    """The three limits from the settings."""
    return Limits(settings.contract_days_law, settings.contract_days,
                  settings.contract_days_build)


def is_working_day(day: date) -> bool:
    """Monday to Friday, no holiday; or a Saturday that is worked in a holiday's place."""
    holidays = reference.holidays()
    if day.isoformat() in holidays.working_saturdays:
        return True
    return day.weekday() < _SATURDAY and day.isoformat() not in holidays.days_off


def after(day: date, count: int) -> date:
    """The last of `count` working days that follow `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def between(first: date, last: date) -> int:
    """Working days after `first` up to and including `last`; negative when `last` is earlier."""
    if last < first:
        return -between(last, first)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(map(is_working_day, days))


def first_due(day: date, count: int) -> date:
    """The first day of asking for which `count` working days end on `day` or later: what was asked
    for before it was due before `day`."""
    first = day
    while after(first - timedelta(days=1), count) >= day:
        first -= timedelta(days=1)
    return first


def due(created_at: int, needs_build: bool, limit: Limits) -> date:
    """The day by which we promise to have signed and supplied; time in epoch ms."""
    asked = clock.local(created_at).date()
    return after(asked, limit.build if needs_build else limit.own)


def stand(created_at: int, needs_build: bool, supplied_on: str, now: int,
          limit: Limits) -> Standing:
    """How a file stands today, or, once supplied, how it ended."""
    due_on = due(created_at, needs_build, limit)
    end = clock.day_of(supplied_on) or clock.local(now).date()
    left = between(end, due_on)
    if supplied_on:
        return Standing(due_on.isoformat(), left, "met" if end <= due_on else "missed")
    if end > after(clock.local(created_at).date(), limit.law):
        return Standing(due_on.isoformat(), left, "over")
    late = "late" if end > due_on else "waiting" if left <= _SOON else "fresh"
    return Standing(due_on.isoformat(), left, late)
