"""Time: UTC epoch milliseconds inside, Asia/Ho_Chi_Minh for people."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

# Viet Nam keeps UTC+7 all year; a fixed offset needs no time-zone database.
LOCAL = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now_ms() -> int:
    """The current time in UTC epoch milliseconds."""
    return time.time_ns() // 1_000_000


def going_on_from(ms: int) -> Callable[[], int]:
    """A clock that shows `ms` now and goes on from there, whatever the machine's clock says."""
    started = time.monotonic()
    return lambda: ms + int((time.monotonic() - started) * SECOND)


def is_moment(ms: int) -> bool:
    """True for what can be meant as a moment here: nothing kept is older than 2000, and nobody
    plans beyond 2099. Anything else was written down by mistake."""
    return FIRST <= ms < LAST


def local(ms: int) -> datetime:
    """Epoch milliseconds → an aware local datetime; what no calendar has becomes the nearest day
    of 1900 to 2199, so that a wrong number in one row stops nobody's page."""
    return datetime.fromtimestamp(min(max(ms, _LEAST), _MOST) / 1000, LOCAL)


def local_day(ms: int) -> str:
    """The local day, ISO: billing and limits follow it."""
    return local(ms).date().isoformat()


def day_of(iso: str) -> date | None:
    """ "2026-11-25" → its date; None for what is no day."""
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def at_local(day: date, hour: int = 0, minute: int = 0) -> int:
    """A local wall-clock moment → epoch milliseconds."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)
    return int(moment.timestamp() * 1000)


FIRST, LAST = at_local(date(2000, 1, 1)), at_local(date(2100, 1, 1))
_LEAST, _MOST = at_local(date(1900, 1, 1)), at_local(date(2200, 1, 1)) - 1
