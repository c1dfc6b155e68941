"""When somebody sits at the desk."""

from __future__ import annotations

from datetime import date

import pytest

from services import clock
from services.desk import hours

TWO = "07:30-11:30,13:30-17:00"


@pytest.mark.parametrize(("spec", "day", "time", "is_open"), [
    ("07:30-17:00", "2026-11-16", (7, 29), False), ("07:30-17:00", "2026-11-16", (7, 30), True),
    ("07:30-17:00", "2026-11-16", (16, 59), True), ("07:30-17:00", "2026-11-16", (17, 0), False),
    (TWO, "2026-11-16", (11, 29), True), (TWO, "2026-11-16", (12, 0), False),
    (TWO, "2026-11-16", (13, 30), True), ("00:00-24:00", "2026-11-16", (23, 59), True),
    ("07:30-17:00", "2026-11-15", (9, 0), False),  # a Sunday
    ("07:30-17:00", "2026-08-22", (9, 0), True),  # a Saturday worked for a holiday
    ("07:30-17:00", "2026-09-02", (9, 0), False),  # National Day
])
def test_the_desk_is_open_in_its_hours_on_working_days(
        spec: str, day: str, time: tuple[int, int], is_open: bool) -> None:
    assert hours.at(spec, clock.at_local(date.fromisoformat(day), *time)).is_open is is_open


def test_hours_are_written_as_people_write_them() -> None:
    desk = hours.at(TWO, clock.at_local(date(2026, 11, 15)))
    assert desk.written() == "7:30–11:30, 13:30–17:00" and desk.is_day_off
    assert desk.written("-") == "7:30-11:30, 13:30-17:00"
