"""Working days, and the clock of a contract file."""

from __future__ import annotations

from datetime import date

import pytest

from services import clock, deadlines
from services.deadlines import Limits

LIMITS = Limits(law=7, own=5, build=7)


@pytest.mark.parametrize(("day", "works"), [
    (date(2026, 11, 16), True), (date(2026, 11, 14), False), (date(2026, 11, 15), False),
    (date(2026, 2, 17), False), (date(2026, 4, 27), False), (date(2026, 8, 31), False),
    (date(2026, 8, 22), True)])
def test_weekends_and_holidays_are_no_working_days(day: date, works: bool) -> None:
    assert deadlines.is_working_day(day) is works


@pytest.mark.parametrize(("first", "count", "last"), [
    (date(2026, 11, 16), 5, date(2026, 11, 23)),  # Monday to Monday
    (date(2026, 11, 14), 1, date(2026, 11, 16)),  # asked on a Saturday
    (date(2026, 2, 13), 5, date(2026, 2, 27)),  # over Tết
    (date(2026, 4, 24), 2, date(2026, 4, 29))])  # over the day made up for Hùng Kings
def test_days_are_counted_from_the_next_one(first: date, count: int, last: date) -> None:
    assert deadlines.after(first, count) == last
    assert deadlines.between(first, last) == count and deadlines.between(last, first) == -count


@pytest.mark.parametrize(("today", "build", "level"), [
    (date(2026, 11, 17), False, "fresh"), (date(2026, 11, 19), False, "waiting"),
    (date(2026, 11, 23), False, "waiting"), (date(2026, 11, 24), False, "late"),
    (date(2026, 11, 25), False, "late"), (date(2026, 11, 26), False, "over"),
    (date(2026, 11, 24), True, "waiting")])
def test_the_clock_gets_louder(today: date, build: bool, level: str) -> None:
    asked = clock.at_local(date(2026, 11, 16), 9)
    assert deadlines.stand(asked, build, "", clock.at_local(today, 9), LIMITS).level == level


@pytest.mark.parametrize(("supplied", "level", "left"), [
    ("2026-11-20", "met", 1), ("2026-11-25", "missed", -2)])
def test_the_supply_stops_it(supplied: str, level: str, left: int) -> None:
    asked = clock.at_local(date(2026, 11, 16), 9)
    stand = deadlines.stand(asked, False, supplied, clock.at_local(date(2027, 1, 4)), LIMITS)
    assert (stand.level, stand.left, stand.due_on) == (level, left, "2026-11-23")
