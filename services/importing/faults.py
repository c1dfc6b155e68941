"""What is wrong in a file, so that nothing of it is stored, and what is only odd."""

from __future__ import annotations

from typing import NamedTuple

from services.errors import ServiceError

MOST_SHOWN = 20
_MOST_VALUE = 40


class Fault(NamedTuple):
    """One error: where it stands and what was expected. `column` "" means the whole row."""

    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", column {self.column}" if self.column else "")
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
    """Collects the first faults and counts the rest."""

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.count = 0

    def add(self, line: int, column: str, value: object, reason: str, times: int = 1) -> None:
        """Note one fault; `times` counts others like it that are not named."""
        self.count += times
        self.kept.append(Fault(line, column, str(value), reason))
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
    """Odd but acceptable rows: how many, and where the first one stands, by reason."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int]] = {}

    def add(self, reason: str, count: int, first_line: int | None) -> None:
        """Note `count` rows that are odd for `reason`."""
        if count and first_line:
            before, first = self._found.get(reason, (0, first_line))
            self._found[reason] = (before + count, first)

    def __iter__(self):
        for reason, (count, first) in self._found.items():
            yield f"{count} rows, first line {first}: {reason}"
