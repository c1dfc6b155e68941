"""The way that every file goes: read, check, stage, look for doubles, store at once."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from db import audit, importing
from services.importing import checking, reading
from services.importing.checking import Checked, Kind
from services.importing.faults import MOST_SHOWN, Faults, Notes

ACTOR = "import"


class Rule(NamedTuple):
    """What may not be between the columns of a row: an SQL condition of `db.incoming_*`.
    `column` is named in the error."""

    column: str
    reason: str
    broken: str


class Subject(NamedTuple):
    """What a file holds and where its rows go. `rows` makes staging rows, line first."""

    name: str  # "customers": also the action in the audit chain
    kinds: dict[str, Kind]  # by column of the file
    rules: Sequence[Rule]
    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]  # may stand only once in a file
    rows: Callable[[Checked, Notes], Iterable[Sequence]]
    odd: Sequence[tuple[str, str]] = ()  # (what is odd though accepted, SQL condition)
    written: Mapping[str, Callable] = {}  # how a staged value stood in the file, where it differs

    def show(self, column: str, value: object) -> str:
        """A staged value as it stood in the file."""
        return self.written.get(column, str)(value)


class Staged(NamedTuple):
    """A file that was read and checked row by row."""

    file_name: str
    digest: str  # hex SHA-256 of the file
    faults: Faults
    notes: Notes


class Report(NamedTuple):
    """What an import did, or would do in a dry run."""

    new: int
    changed: int
    same: int
    left: int = 0  # paid bills that the file would change
    left_named: Sequence[str] = ()  # the first of them
    notes: Sequence[str] = ()


def fill(path: Path, subject: Subject, progress: Callable[[int], None]) -> Staged:
    """Read the file into the subject's staging table, which must be there and empty.

    Faulty rows are collected, not staged. `progress` gets numbers of bytes as they are read.
    Raises Unreadable or OSError.
    """
    faults, notes, digest = Faults(), Notes(), hashlib.sha256()

    def seen(chunk: bytes) -> None:
        digest.update(chunk)
        progress(len(chunk))

    blocks = reading.read(path, tuple(subject.kinds), faults, seen)
    checked = (checking.check(block, subject.kinds, faults) for block in blocks)
    with _no_collector():
        importing.load(subject.table, ("line", *subject.columns), itertools.chain.from_iterable(
            subject.rows(block, notes) for block in checked if block.lines))
    importing.settle(subject.table, subject.key)
    staged = Staged(path.name, digest.hexdigest(), faults, notes)
    _look_over(subject, staged)
    return staged


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    # Rows form no cycles, yet the collector would walk through millions of them: a fifth of
    # the whole time.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def plain_rows(columns: Sequence[str]) -> Callable[[Checked, Notes], Iterable[Sequence]]:
    """Rows that are staged as they stand in the file."""
    def rows(checked: Checked, _notes: Notes) -> Iterable[Sequence]:
        return zip(checked.lines, *(checked.values[name] for name in columns), strict=True)
    return rows


def _look_over(subject: Subject, staged: Staged) -> None:
    """Checks that need the whole row or the whole file."""
    for rule in subject.rules:
        found = importing.breaking(subject.table, rule.broken, rule.column, MOST_SHOWN)
        _name(staged.faults, [
            (count, line, rule.column, subject.show(rule.column, value), rule.reason)
            for count, line, value in found])
    for reason, condition in subject.odd:
        found = importing.breaking(subject.table, condition, "line", 1)
        for count, line, _value in found:
            staged.notes.add(reason, count, line)
    doubles = importing.duplicates(subject.table, subject.key, MOST_SHOWN)
    _name(staged.faults, [
        (count, line, ", ".join(subject.key), " ".join(map(subject.show, subject.key, key)),
         f"stands already on line {first}") for count, first, line, *key in doubles])


def name_orphans(subject: Subject, column: str, parent: str, staged: Staged) -> None:
    """Note rows whose `column` names no row of the table `parent`."""
    _name(staged.faults, [
        (count, line, column, value, f"no such {parent}")
        for count, line, value in importing.orphans(subject.table, column, parent, MOST_SHOWN)])


def _name(faults: Faults, found: list[tuple[int, int, str, str, str]]) -> None:
    """Add (how many there are, line, column, value, reason); the last one named stands also
    for those that are not."""
    for at, (count, line, column, value, reason) in enumerate(found):
        faults.add(line, column, value, reason, 1 if at + 1 < len(found) else count - at)


def note_in_chain(subject: Subject, staged: Staged, report: Report, now: int) -> None:
    """Put the import as a whole into the audit chain; an import that changed nothing leaves
    no trace. Call inside `write`."""
    if report.new or report.changed:
        detail = json.dumps({"new": report.new, "changed": report.changed, "same": report.same,
                             "left": report.left, "sha256": staged.digest})
        audit.append(now, [(ACTOR, f"{subject.name}.imported", staged.file_name[:80], detail)])
