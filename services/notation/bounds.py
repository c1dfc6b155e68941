"""What of the outside is believed: moments near now, amounts of an electricity bill.

A partner or an importer that tells something else hears it. Money that has come already is taken
in all the same, with the moment of its arrival in place of what cannot be.
"""

from __future__ import annotations

from datetime import date

from services import clock

AHEAD = 15 * clock.MINUTE  # another machine's clock may be fast
BACK = 400 * clock.DAY  # reports of partners and providers: a year and a month
STATEMENT_BACK = 3653 * clock.DAY  # bank statements: ten years
MOST_DONG = 10**13 - 1  # what a QR code can carry; 900 000 of them fit into 64 bits


def is_near(moment: int, now: int, back: int = BACK) -> bool:
    """True for a moment (epoch ms) from `back` ms before now until AHEAD after it."""
    return now - back <= moment <= now + AHEAD


def is_near_day(day: date, now: int) -> bool:
    """True for a local day from 400 days ago until tomorrow."""
    return -BACK <= clock.at_local(day) - clock.at_local(clock.local(now).date()) <= clock.DAY


def booked_days(now: int) -> tuple[str, str]:
    """First and last day (ISO) on which books can have been changed: ten years back, tomorrow."""
    return clock.local_day(now - STATEMENT_BACK), clock.local_day(now + clock.DAY)


def arrival(told: int, now: int, back: int = BACK) -> int:
    """The moment that was told (epoch ms), or now in place of one that cannot be."""
    return told if is_near(told, now, back) else now
