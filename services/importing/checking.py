"""Checks of a block of rows, a column at a time.

Each check looks at a whole column at once, which is fast; only when one fails is it put
to the cells one by one, to name the bad ones.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from services.importing.faults import Faults
from services.importing.reading import RowBlock
from services.notation.cells import is_destroyed

Values = dict[str, Sequence]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Kind(Protocol):
    """What a column holds. `read` turns its cells into values, or is None when one is bad."""

    @property
    def expected(self) -> str: ...

    def read(self, cells: Sequence[str]) -> Sequence | None: ...


class CheckedRows(NamedTuple):
    """The good rows of a block, as values."""

    lines: Sequence[int]
    values: Values


class Whole(NamedTuple):
    """A whole number in ASCII digits. It stays as written: the database makes it a number,
    which is faster than making a million of them here."""

    digits: int  # at most

    @property
    def expected(self) -> str:
        return f"a whole number of at most {self.digits} digits expected"

    def read(self, cells: Sequence[str]) -> Sequence[str] | None:
        joined = "".join(cells)
        fits = joined.isascii() and joined.isdigit() and max(map(len, cells)) <= self.digits
        return cells if fits and "" not in cells else None


class Among(NamedTuple):
    """A whole number of a short range; a leading zero is allowed."""

    low: int
    high: int

    @property
    def expected(self) -> str:
        return f"a whole number from {self.low} to {self.high} expected"

    def read(self, cells: Sequence[str]) -> Sequence[str] | None:
        return cells if self._words().issuperset(cells) else None

    def _words(self) -> frozenset[str]:
        return _numbers(self.low, self.high)


@functools.cache
def _numbers(low: int, high: int) -> frozenset[str]:
    return frozenset(form for number in range(low, high + 1)
                     for form in (str(number), f"{number:02}"))


class Day(NamedTuple):
    """An ISO date."""

    may_be_empty: bool = False
    within: tuple[str, str] | None = None  # first and last that can be

    @property
    def expected(self) -> str:
        if self.within:
            return "a date such as 2026-10-21 expected, from {} to {}".format(*self.within)
        return "a date such as 2026-10-21 expected"

    def read(self, cells: Sequence[str]) -> Sequence[str] | None:
        days = set(cells) - ({""} if self.may_be_empty else set())
        return cells if all(is_day(day) and self._can_be(day) for day in days) else None

    def _can_be(self, day: str) -> bool:
        return self.within is None or self.within[0] <= day <= self.within[1]


@functools.lru_cache(maxsize=20_000)
def is_day(text: str) -> bool:
    """True for an ISO date of the calendar from 1900 to 2099, such as 2026-10-21."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return "1900" <= text < "2100"


class FreeText(NamedTuple):
    """Printable text; accents composed (NFC), single spaces."""

    most: int
    may_be_empty: bool = False

    @property
    def expected(self) -> str:
        least = "" if self.may_be_empty else "1 to "
        return f"printable text of {least}{self.most} characters expected"

    def read(self, cells: Sequence[str]) -> Sequence[str] | None:
        joined = "".join(cells)
        if not (joined.isascii() and joined.isalnum()):
            cells = [" ".join(unicodedata.normalize("NFC", text).split()) for text in cells]
            joined = "".join(cells)
        if not joined.isprintable() or max(map(len, cells)) > self.most:
            return None
        return None if not self.may_be_empty and "" in cells else cells


class Number(NamedTuple):
    """A number by which a thing is known: text, but none that a spreadsheet rounded."""

    most: int
    may_be_empty: bool = False

    @property
    def expected(self) -> str:
        return (f"{FreeText(self.most, self.may_be_empty).expected}, not a number that a"
                " spreadsheet rounded")

    def read(self, cells: Sequence[str]) -> Sequence[str] | None:
        # Hardly any number has one of these signs, so that hardly any is looked at alone.
        joined = "".join(cells)
        if any(sign in joined for sign in "+.,#") and any(map(is_destroyed, cells)):
            return None
        return FreeText(self.most, self.may_be_empty).read(cells)


class Pattern(NamedTuple):
    """Text of one form."""

    form: re.Pattern
    expected: str

    def read(self, cells: Sequence[str]) -> Sequence[str] | None:
        return cells if all(map(self.form.fullmatch, set(cells))) else None


class OneOf(NamedTuple):
    """One of a few words."""

    words: frozenset[str]
    expected: str

    def read(self, cells: Sequence[str]) -> Sequence[str] | None:
        return cells if self.words.issuperset(cells) else None


class Each(NamedTuple):
    """Any other kind: `value` makes one value of a cell, or raises ValueError."""

    value: Callable[[str], object]
    expected: str

    def read(self, cells: Sequence[str]) -> Sequence | None:
        try:
            return list(map(self.value, cells))
        except ValueError:
            return None


def check(block: RowBlock, kinds: dict[str, Kind], faults: Faults) -> CheckedRows:
    """The good rows of the block as values; the bad ones go to `faults`."""
    found = {name: kind.read(block.columns[name]) for name, kind in kinds.items()}
    failed = [name for name, values in found.items() if values is None]
    if not failed:
        return CheckedRows(block.lines, found)  # type: ignore[arg-type]
    bad = {at for name in failed for at in _bad_cells(block, name, kinds[name], faults)}
    if len(bad) == len(block.lines):
        return CheckedRows([], {})
    return check(_without(block, bad), kinds, faults)


def _bad_cells(block: RowBlock, name: str, kind: Kind, faults: Faults) -> Iterator[int]:
    for at, cell in enumerate(block.columns[name]):
        if kind.read([cell]) is None:
            faults.add(block.lines[at], name, cell, kind.expected)
            yield at


def _without(block: RowBlock, bad: set[int]) -> RowBlock:
    kept = [at for at in range(len(block.lines)) if at not in bad]
    return RowBlock([block.lines[at] for at in kept],
                 {name: [cells[at] for at in kept] for name, cells in block.columns.items()})
