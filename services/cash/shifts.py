"""Shifts at the counter: opened with a float, counted, closed, and never changed again.

The money of a shift stands on the ledger account `cash:<shift>`. The float comes from
`cash:safe`, and all that is counted goes back there; what is missing or too much goes to
`cash:difference`, so that a closed drawer stands at zero.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from db import audit, ledger, partners
from db import cash as cash_records
from db.cash import ShiftRow
from db.connection import write
from db.paging import Bookmark, Page
from services import clock
from services.errors import AlreadyDecided, InvalidInput, NoShift, UnknownShift
from services.officers import accounts, second_person
from services.officers.rights import SignedIn
from services.payments.payments import CASH

# Notes and coins in use.
DENOMINATIONS = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200)
_BETWEEN = re.compile(r"[\s.,đĐ]")
MOST = 1_000_000_000  # đ in a drawer or handed over; more is a slip of the finger
_MOST_NOTES = 100_000  # of one denomination


class Count(NamedTuple):
    """What an officer counted in the drawer."""

    notes: dict[int, int]  # denomination → how many

    @property
    def total(self) -> int:
        """đ in all."""
        return sum(value * number for value, number in self.notes.items())


def read_amount(text: str, field: str) -> int:
    """ "600.000 đ" as people type it → 600000; raises InvalidInput(field)."""
    digits = _BETWEEN.sub("", text)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 13:
        raise InvalidInput(field)
    return int(digits)


def open_shift(who: SignedIn, float_amount: int, now: int) -> ShiftRow:
    """Start a shift with `float_amount` đ in the drawer.

    Raises InvalidInput("float") or AlreadyDecided when one is open.
    """
    if not 0 <= float_amount <= MOST:
        raise InvalidInput("float")
    return write(lambda: _open(who.name, float_amount, now))


def _open(officer: str, float_amount: int, now: int) -> ShiftRow:
    if partners.title_of(CASH) is None:
        partners.add_known()
    shift_id = cash_records.add_shift(officer, float_amount, now)
    if shift_id is None:
        raise AlreadyDecided(officer)
    shift = _shift(shift_id)
    if float_amount:
        ledger.post("shift", shift_id, [(shift.account, float_amount),
                                        ("cash:safe", -float_amount)], now)
    audit.append(now, [(officer, "cash.open", f"shift {shift_id}", str(float_amount))])
    return shift


def count(numbers: Mapping[int, int]) -> Count:
    """What was counted, by denomination; raises InvalidInput("notes")."""
    if set(numbers) - set(DENOMINATIONS):
        raise InvalidInput("notes")
    if not all(0 <= number <= _MOST_NOTES for number in numbers.values()):
        raise InvalidInput("notes")
    return Count({value: number for value, number in numbers.items() if number})


def close(who: SignedIn, counted: Count, reason: str, now: int) -> ShiftRow:
    """Close the officer's open shift with what was counted.

    Raises NoShift, InvalidInput("reason") when the drawer differs and no reason is given, or
    AlreadyDecided when something moved in the drawer meanwhile.
    """
    reason = " ".join(reason.split())[:200]
    return write(lambda: _close(who.name, counted, reason, now))


def _close(officer: str, counted: Count, reason: str, now: int) -> ShiftRow:
    shift = cash_records.open_shift(officer)
    if shift is None:
        raise NoShift(officer)
    difference = counted.total - shift.expected
    if difference and not reason:
        raise InvalidInput("reason", "missing")
    notes = json.dumps(counted.notes)
    if not cash_records.close_shift(shift, counted.total, notes, reason if difference else "", now):
        raise AlreadyDecided(officer)
    _empty(shift, counted.total, difference, now)
    audit.append(now, [(officer, "cash.close", f"shift {shift.id}",
                        f"expected {shift.expected}, counted {counted.total}")])
    return _shift(shift.id)


def _empty(shift: ShiftRow, counted: int, difference: int, now: int) -> None:
    entries = [(shift.account, -shift.expected), ("cash:safe", counted)]
    if difference:
        entries.append(("cash:difference", -difference))
    ledger.post("shift", shift.id, entries, now)


def agree(who: SignedIn, shift_id: int, now: int) -> ShiftRow:
    """A second person agrees to what a closed shift did not add up to.

    Raises UnknownShift, NotYours, SamePerson or AlreadyDecided.
    """
    found = shift(shift_id, who)
    second_person.need(second_person.DIFFERENCE, found.officer, who, f"shift {shift_id}", now)

    def work() -> None:
        if not cash_records.agree(shift_id, who.name):
            raise AlreadyDecided(str(shift_id))
        audit.append(now, [(who.name, "cash.agree", f"shift {shift_id}", str(found.difference))])
    write(work)
    return _shift(shift_id)


def waits(found: ShiftRow) -> bool:
    """It did not add up, and nobody else has agreed to that."""
    return found.state == cash_records.CLOSED and bool(found.difference) and not found.agreed_by


def may_agree(found: ShiftRow, who: SignedIn) -> bool:
    """Whether this officer may be the second person."""
    return waits(found) and second_person.may(second_person.DIFFERENCE, found.officer, who)


def to_agree(who: SignedIn) -> list[ShiftRow]:
    """Shifts within reach whose difference waits for a second person, the oldest first."""
    return [found for found in cash_records.to_agree() if _may_see(found, who)]


def _shift(shift_id: int) -> ShiftRow:
    found = cash_records.shift(shift_id)
    if found is None:
        raise UnknownShift(str(shift_id))
    return found


def shift(shift_id: int, who: SignedIn) -> ShiftRow:
    """A shift of one's own, or, for who leads, of an officer within reach; raises
    UnknownShift."""
    found = _shift(shift_id)
    if not _may_see(found, who):
        raise UnknownShift(str(shift_id))
    return found


def _may_see(found: ShiftRow, who: SignedIn) -> bool:
    return found.officer == who.name or (who.leads and accounts.is_within(found.officer, who))


def notes_of(found: ShiftRow) -> dict[int, int]:
    """What was counted at the end of a shift, by denomination, the largest first."""
    counted = json.loads(found.notes) if found.notes else {}
    return {int(value): counted[value] for value in sorted(counted, key=int, reverse=True)}


def of_day(day: date, who: SignedIn) -> list[ShiftRow]:
    """The shifts of officers within reach that were opened on a local day, oldest first."""
    start = clock.at_local(day)
    return [found for found in cash_records.shifts_between(start, start + clock.DAY)
            if _may_see(found, who)]


def of_officer(name: str, after: Bookmark | None = None) -> Page[ShiftRow]:
    """An officer's shifts, newest first; a page of them, from `after` on."""
    return cash_records.shifts_of(name, after)


def current(who: SignedIn) -> ShiftRow | None:
    """The officer's open shift, or None."""
    return cash_records.open_shift(who.name)
