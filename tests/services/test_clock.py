"""Local time of Việt Nam, seven hours ahead all year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import clock


def utc(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(("ms", "day"), [
    (utc(2026, 11, 15, 16, 59, 59), "2026-11-15"),
    (utc(2026, 11, 15, 17, 0, 0), "2026-11-16"),
    (utc(2026, 12, 31, 17, 0, 0), "2027-01-01"),
    (utc(2026, 7, 1, 16, 59, 59), "2026-07-01"),
])
def test_the_day_changes_at_local_midnight(ms: int, day: str) -> None:
    assert clock.local_day(ms) == day


def test_a_wall_clock_moment_is_seven_hours_before_utc() -> None:
    assert clock.at_local(date(2026, 11, 15), 12, 30) == utc(2026, 11, 15, 5, 30)
    assert clock.at_local(date(2026, 11, 15)) == utc(2026, 11, 14, 17)


@given(st.integers(utc(1990, 1, 1), utc(2100, 1, 1)))
def test_a_moment_survives_the_way_to_local_time_and_back(ms: int) -> None:
    there = clock.local(ms)
    assert there.utcoffset().total_seconds() == 7 * 3600
    assert round(there.timestamp() * 1000) == ms


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 23), st.integers(0, 59))
def test_a_wall_clock_moment_lies_on_its_own_day(day: date, hour: int, minute: int) -> None:
    assert clock.local_day(clock.at_local(day, hour, minute)) == day.isoformat()


def test_now_is_milliseconds_of_the_real_clock() -> None:
    before = datetime.now(UTC).timestamp() * 1000
    assert before - 1 <= clock.now_ms() <= datetime.now(UTC).timestamp() * 1000


def test_the_spans_fit_into_each_other() -> None:
    assert clock.DAY == 24 * clock.HOUR == 1440 * clock.MINUTE == 86_400 * clock.SECOND
