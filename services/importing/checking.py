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
from services.importing.reading import Block

Values = dict[str, Sequence]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Kind(Protocol):
    """What a column holds. `read` turns its cells into values, or is None when one is bad."""

    @property
    def expected(self) -> str: ...

    def read(self, cells: Sequence[str]) -> Sequence | None: ...


class Rule(NamedTuple):
    """What must hold between columns of a row; `column` is named in the error."""

    column: str
    reason: str
    holds: Callable[[Values], bool]


class Checked(NamedTuple):
    """The good rows of a block, as values."""

    lines: Sequence[int]
    values: Values


class Whole(NamedTuple):
    """A whole number in ASCII digits."""

    low: int
    high: int

    @property
    def expected(self) -> str:
        return f"a whole number from {self.low} to {self.high} expected"

    def read(self, cells: Sequence[str]) -> Sequence[int] | None:
        joined = "".join(cells)
        # int() would also take "+5", " 5", "1_000" and other scripts' digits.
        if not (joined.isascii() and joined.isdigit()) or "" in cells:
            return None
        if max(map(len, cells)) > len(str(self.high)):
            return None
        numbers = list(map(int, cells))
        return numbers if min(numbers) >= self.low and max(numbers) <= self.high else None


class Day(NamedTuple):
    """An ISO date."""

    may_be_empty: bool = False

    @property
    def expected(self) -> str:
        return "a date such as 2026-10-21 expected"

    def read(self, cells: Sequence[str]) -> Sequence[str] | None:
        days = set(cells) - ({""} if self.may_be_empty else set())
        return cells if all(map(is_day, days)) else None


@functools.lru_cache(maxsize=20_000)
def is_day(text: str) -> bool:
    """True for an ISO date of the calendar, such as 2026-10-21."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return text >= "1900"


class Text(NamedTuple):
    """Printable text; accents composed (NFC), single spaces."""

    most: int
    may_be_empty: bool = False

    @property
    def expected(self) -> str:
        least = "" if self.may_be_empty else "1 to "
        return f"printable text of {least}{self.most} characters expected"

    def read(self, cells: Sequence[str]) -> Sequence[str] | None:
        clean = [" ".join(text.split()) for text in map(_composed, cells)]
        if not "".join(clean).isprintable() or max(map(len, clean)) > self.most:
            return None
        return None if not self.may_be_empty and "" in clean else clean


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


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


def check(block: Block, kinds: dict[str, Kind], rules: Sequence[Rule],
          faults: Faults) -> Checked:
    """The good rows of the block as values; the bad ones go to `faults`."""
    found = {name: kind.read(block.columns[name]) for name, kind in kinds.items()}
    failed = [name for name, values in found.items() if values is None]
    if failed:
        bad = {at for name in failed for at in _bad_cells(block, name, kinds[name], faults)}
        return check(_without(block, bad), kinds, rules, faults) if len(bad) < len(
            block.lines) else Checked([], {})
    checked = Checked(block.lines, found)  # type: ignore[arg-type]
    for rule in rules:
        if not rule.holds(checked.values):
            checked = _obeying(checked, rule, faults)
    return checked


def _bad_cells(block: Block, name: str, kind: Kind, faults: Faults) -> Iterator[int]:
    for at, cell in enumerate(block.columns[name]):
        if kind.read([cell]) is None:
            faults.add(block.lines[at], name, cell, kind.expected)
            yield at


def _without(block: Block, bad: set[int]) -> Block:
    kept = [at for at in range(len(block.lines)) if at not in bad]
    return Block([block.lines[at] for at in kept],
                 {name: [cells[at] for at in kept] for name, cells in block.columns.items()})


def _obeying(checked: Checked, rule: Rule, faults: Faults) -> Checked:
    kept = []
    for at, line in enumerate(checked.lines):
        row = {name: values[at:at + 1] for name, values in checked.values.items()}
        if rule.holds(row):
            kept.append(at)
        else:
            faults.add(line, rule.column, checked.values[rule.column][at], rule.reason)
    return Checked([checked.lines[at] for at in kept],
                   {name: [values[at] for at in kept] for name, values in checked.values.items()})
