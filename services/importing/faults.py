"""What is wrong in a file, so that nothing of it is stored, and what is only odd."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from services.errors import ServiceError

MOST_SHOWN = 20
_MOST_VALUE = 40
BY_LINE: Mapping[int, str] = MappingProxyType({})  # places of a file whose rows are lines


class Fault(NamedTuple):
    """One error: where it stands and what was expected. `column` "" means the whole row."""

    line: int
    column: str
    value: str
    reason: str
    where: str = ""  # "": the line says it

    def __str__(self) -> str:
        place = self.where or f"line {self.line}"
        place += f", column {self.column}" if self.column else ""
        shown = self.value if len(self.value) <= _MOST_VALUE else self.value[:_MOST_VALUE] + "…"
        return f"{place}: {shown!r}: {self.reason}"


class ImportRefused(ServiceError):
    """The file has faults; nothing of it was stored. `faults`: the first ones, by line."""

    def __init__(self, faults: list[Fault], count: int):
        super().__init__(f"{count} faults")
        self.faults = faults
        self.count = count


class Unreadable(ServiceError):
    """The file as a whole cannot be an import: no header, wrong columns, too large."""


class Faults:
    """Collects the first faults and counts the rest. `places`: how rows are called where they
    are no lines, by their number."""

    def __init__(self, places: Mapping[int, str] = BY_LINE) -> None:
        self.kept: list[Fault] = []
        self.count = 0
        self._places = places

    def place(self, line: int) -> str:
        """How a row is called: its line, or its name where rows are no lines."""
        return self._places.get(line, f"line {line}")

    def add(self, line: int, column: str, value: object, reason: str, times: int = 1) -> None:
        """Note one fault; `times` counts others like it that are not named."""
        self.count += times
        where = self._places.get(line, "")
        self.kept.append(Fault(line, column, str(value), reason, where))
        if len(self.kept) > 10 * MOST_SHOWN:
            self._keep_first()

    def _keep_first(self) -> None:
        # Not simply the first ones added: checks of the whole file come last and may
        # name early lines.
        self.kept = sorted(self.kept)[:MOST_SHOWN]

    def raise_if_any(self) -> None:
        """Raises ImportRefused when something was noted."""
        if self.count:
            self._keep_first()
            raise ImportRefused(self.kept, self.count)


class Notes:
    """Odd but acceptable rows: how many, and where the first one stands, by reason; and what
    else there is to say of the file."""

    def __init__(self, places: Mapping[int, str] = BY_LINE) -> None:
        self._found: dict[str, tuple[int, int]] = {}
        self._said: list[str] = []
        self._places = places

    def say(self, text: str) -> None:
        """Note something about the file as a whole."""
        self._said.append(text)

    def add(self, reason: str, count: int, first_line: int | None) -> None:
        """Note `count` rows that are odd for `reason`."""
        if count and first_line:
            before, first = self._found.get(reason, (0, first_line))
            self._found[reason] = (before + count, first)

    def __iter__(self):
        for reason, (count, first) in self._found.items():
            yield f"{count} rows, first {self._places.get(first, f'line {first}')}: {reason}"
        yield from self._said
