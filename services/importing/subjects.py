"""What an import must know about the records that it brings in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from services.importing import reading
from services.importing.checking import CheckedRows, Kind
from services.importing.faults import BY_LINE, Faults, Notes
from services.importing.reading import RowBlock

ACTOR = "import"  # in the audit chain
# (file, columns expected, faults, notes, gets each piece of the file as it is read)
Reader = Callable[[Path, Sequence[str], Faults, Notes, Callable[[bytes], None]],
                  Iterator[RowBlock]]


def read_csv(path: Path, expected: Sequence[str], faults: Faults, _notes: Notes,
             on_chunk: Callable[[bytes], None]) -> Iterator[RowBlock]:
    """The rows of a CSV file with exactly these columns."""
    return reading.read(path, expected, faults, on_chunk)


def nothing_to_settle(_faults: Faults, _notes: Notes) -> None:
    """The rows of most files do not depend on one another."""


class Rule(NamedTuple):
    """What no row may be: `broken` is an SQL condition of `db/incoming/` over its columns,
    `column` is named in the error."""

    column: str
    reason: str
    broken: str


class Report(NamedTuple):
    """What an import did, or would do in a dry run."""

    new: int
    changed: int
    same: int
    left: int = 0  # paid bills that the file would change
    left_named: Sequence[str] = ()  # the first of them
    notes: Sequence[str] = ()
    lookups: int = 0  # lookup codes of e-invoices that are new or other ones


class Subject(NamedTuple):
    """What a file holds, where its rows wait, and how they become records."""

    name: str  # "customers": also the action in the audit chain
    kinds: dict[str, Kind]  # by column of the file
    rules: Sequence[Rule]
    table: str  # the staging table
    columns: tuple[str, ...]  # of the staging table, without the line
    key: tuple[str, ...]  # may stand only once in a file
    rows: Callable[[CheckedRows, Notes], Iterable[Sequence]]  # makes staging rows, line first
    stage: Callable[[], None]  # makes the empty staging table
    compare: Callable[[], Report]  # says what storing would do; comes before `store`
    store: Callable[[int], None]  # brings the staged rows into the records; gets the time
    odd: Sequence[tuple[str, str]] = ()  # (what is odd though accepted, SQL condition)
    parent: tuple[str, str] | None = None  # (column, table in which its value must stand)
    written: Mapping[str, Callable] = {}  # how a staged value stood in the file, where it differs
    read: Reader = read_csv
    settle: Callable[[Faults, Notes], None] = nothing_to_settle  # among staged rows, first of all
    places: Mapping[int, str] = BY_LINE  # names of rows that are no lines; the reader fills it

    def show(self, column: str, value: object) -> str:
        """A staged value as it stood in the file."""
        return self.written.get(column, str)(value)


def plain_rows(columns: Sequence[str]) -> Callable[[CheckedRows, Notes], Iterable[Sequence]]:
    """Rows that are staged as they stand in the file."""
    def rows(checked: CheckedRows, _notes: Notes) -> Iterable[Sequence]:
        return zip(checked.lines, *(checked.values[name] for name in columns), strict=True)
    return rows
