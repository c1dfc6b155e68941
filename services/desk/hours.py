"""When somebody sits at the officers' desk: DESK_HOURS on working days. Pure.

A call outside these hours is recorded all the same, and an officer who works longer may take it;
only nobody is promised then.
"""

from __future__ import annotations

from typing import NamedTuple

from services import clock, deadlines


class TimeOfDay(NamedTuple):
    """Local; 24:00 is the end of the day."""

    hour: int
    minute: int


class DeskHours(NamedTuple):
    """The desk as it stands at a moment."""

    spans: tuple[tuple[TimeOfDay, TimeOfDay], ...]
    is_open: bool
    is_day_off: bool

    def written(self, dash: str = "–") -> str:
        """ "7:30–11:30, 13:30–17:00"."""
        return ", ".join(f"{start.hour}:{start.minute:02}{dash}{end.hour}:{end.minute:02}"
                         for start, end in self.spans)


def at(desk_hours: str, now: int) -> DeskHours:
    """The desk at `now` (epoch ms); `desk_hours` as the setting DESK_HOURS says them. Weekends and
    holidays are those of the deadlines."""
    spans = tuple(_span(span) for span in desk_hours.split(","))
    local = clock.local(now)
    works = deadlines.is_working_day(local.date())
    time = TimeOfDay(local.hour, local.minute)
    return DeskHours(spans, works and any(start <= time < end for start, end in spans), not works)


def _span(text: str) -> tuple[TimeOfDay, TimeOfDay]:
    start, end = (TimeOfDay(*map(int, time.split(":"))) for time in text.split("-"))
    return start, end
