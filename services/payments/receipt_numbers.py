"""Receipt numbers: counted by office and year, and never given twice, a restore notwithstanding.

A restored database does not know which numbers were given after its backup was made. So it leaves
out all that can have been: it goes on above the milliseconds since 2026 began. An office gives far
fewer than a thousand receipts a second, so whoever counted on from an earlier moment is below.
"""

from __future__ import annotations

from datetime import date

from db import audit, counters
from db.connection import write
from db.counters import Skip
from services import clock

RESTORED = "receipts.skip"  # in the audit trail
_BEGINNING = clock.at_local(date(2026, 1, 1))


def next_number(code: str, now: int) -> str:
    """The next receipt number of a customer's office, PA04DH-2026-000001; call inside `write`. At
    most 24 characters until 2057."""
    office, year = code[:6], clock.local(now).year
    number = counters.next_number(f"receipt:{office}:{year}", above=_floor(year))
    return f"{office}-{year}-{number:06}"


def skip(now: int) -> Skip:
    """What a restore at this moment leaves out. Numbers of earlier years are given no more."""
    year = clock.local(now).year
    return Skip(f"receipt:%:{year}", _floor(year), max(now - _BEGINNING, 0))


def note_restore(above: int, name: str, now: int) -> None:
    """Why numbers are missing, on the record."""
    year = clock.local(now).year
    why = f"above {above}: the backup {name[:80]} does not know what was given after it"
    write(lambda: audit.append(now, [("terminal", RESTORED, _floor(year), why)]))


def _floor(year: int) -> str:
    return f"receipt:floor:{year}"
