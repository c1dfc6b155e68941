"""Reading a file into its staging table, and naming what is wrong with it."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from db import bulk
from services.importing import checking
from services.importing.faults import MOST_SHOWN, Faults, Notes
from services.importing.subjects import Subject


class StagedFile(NamedTuple):
    """A file that was read and checked row by row."""

    file_name: str
    digest: str  # hex SHA-256 of the file
    faults: Faults
    notes: Notes


def fill(subject: Subject, path: Path, progress: Callable[[int], None]) -> StagedFile:
    """Read the file into a fresh staging table; faulty rows are collected, not staged.

    `progress` gets numbers of bytes as they are read. Raises Unreadable or OSError.
    """
    subject.stage()
    faults, notes = Faults(subject.places), Notes(subject.places)
    digest = hashlib.sha256()

    def take_in(chunk: bytes) -> None:
        digest.update(chunk)
        progress(len(chunk))

    blocks = subject.read(path, tuple(subject.kinds), faults, notes, take_in)
    checked = (checking.check(block, subject.kinds, faults) for block in blocks)
    with _no_collector():
        bulk.load(subject.table, ("line", *subject.columns), itertools.chain.from_iterable(
            subject.rows(block, notes) for block in checked if block.lines))
    bulk.analyze(subject.table, subject.key)
    staged = StagedFile(path.name, digest.hexdigest(), faults, notes)
    _apply_rules(subject, staged)
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


def _apply_rules(subject: Subject, staged: StagedFile) -> None:
    for rule in subject.rules:
        found = bulk.breaking(subject.table, rule.broken, rule.column, MOST_SHOWN)
        _name(staged.faults, [
            (count, line, rule.column, subject.show(rule.column, value), rule.reason)
            for count, line, value in found])
    for reason, condition in subject.odd:
        for count, line, _value in bulk.breaking(subject.table, condition, "line", 1):
            staged.notes.add(reason, count, line)


def name_conflicts(subject: Subject, staged: StagedFile) -> None:
    """Note rows whose key stands twice in the file, or whose parent is unknown; raises
    ImportRefused when anything at all is wrong with the file."""
    doubles = bulk.duplicates(subject.table, subject.key, MOST_SHOWN)
    _name(staged.faults, [
        (count, line, ", ".join(subject.key), " ".join(map(subject.show, subject.key, key)),
         f"stands already on {staged.faults.place(first)}")
        for count, first, line, *key in doubles])
    if subject.parent:
        column, parent = subject.parent
        orphans = bulk.orphans(subject.table, column, parent, MOST_SHOWN)
        _name(staged.faults, [(count, line, column, value, f"no such {parent}")
                              for count, line, value in orphans])
    staged.faults.raise_if_any()


def _name(faults: Faults, found: list[tuple[int, int, str, str, str]]) -> None:
    """Add (how many there are, line, column, value, reason); the last one named stands also
    for those that are not."""
    for at, (count, line, column, value, reason) in enumerate(found):
        faults.add(line, column, value, reason, 1 if at + 1 < len(found) else count - at)
