"""Which pages of a file belong together, and to whose contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from db import audit
from db.archive import archive_entries, archive_scans
from db.archive.archive_entries import ArchiveEntry
from db.archive.archive_files import FileRow
from db.archive.archive_scans import CONTENT, READ, SEPARATOR, PageRow
from db.connection import require_write
from services.archive import sheets
from services.officers import reach

TERMINAL = "terminal"  # hands in by a command; no officer is called so: `accounts.add`
_PART = re.compile(r"(.*?)[-_ .(]+\d{1,3}\)?")  # "0417HD-2": the second page of 0417HD


class Stack(NamedTuple):
    """Pages of one file that lie under one separator, or under none (key "")."""

    key: str
    reason: str  # why nobody knows whose they are, if no contract takes them
    pages: list[PageRow]
    part: bool = False  # the file's name says that it is one of several of this contract


def give(stack: Stack, file: FileRow, now: int) -> bool:
    """The contract that a stack names gets its pages; True when it did. Else they wait for an
    officer. Call inside `write`."""
    require_write()
    ids = [page.id for page in stack.pages]
    entry = archive_entries.by_key(stack.key) if stack.key else None
    if entry is not None and not _may_fill(entry, file):
        archive_scans.set_aside(ids, "reach", stack.key)
        audit.append(now, [(file.officer, "archive.out_of_reach", f"archive {entry.id}",
                            f"scan {file.digest[:16]}")])
        return False
    if entry is not None and (archive_entries.mark_scanned(entry.id, now)
                              or _goes_on(entry, stack)):
        archive_scans.place(ids, entry.id, READ, now)
        return True
    archive_scans.set_aside(ids, "twice" if entry else stack.reason, stack.key)
    return False


def _may_fill(entry: ArchiveEntry, file: FileRow) -> bool:
    """Who handed the file in works where the contract lies: a name or a sheet alone says nothing
    of who may. What was handed in at the terminal, by who runs the machine, goes everywhere."""
    if file.officer == TERMINAL:
        return True
    communes = reach.of_name(file.officer)
    return communes is None or entry.commune_code in communes


def _goes_on(entry: ArchiveEntry, stack: Stack) -> bool:
    """Scanners write a picture a page: 0417HD-1.jpg, 0417HD-2.jpg. Until somebody types it, a
    contract takes them all."""
    return (stack.part and entry.state == archive_entries.SCANNED
            and all(_key_of_name(name) == (stack.key, True)
                    for name in archive_scans.names_of(entry.id)))


def _key_of_name(name: str) -> tuple[str, bool]:
    """(key that a file's name says, whether it is one part of several)."""
    stem = PurePath(name).stem
    key, part = sheets.key_of(stem), _PART.fullmatch(stem)
    first = sheets.key_of(part[1]) if part else ""
    if first and archive_entries.by_key(key) is None and archive_entries.by_key(first):
        return first, True
    return key, False


def part(name: str, pages: Sequence[PageRow]) -> Iterator[Stack]:
    """The file, parted at its separators. Its name may say whose the first pages are."""
    key, part = _key_of_name(name)
    parted = any(page.kind == SEPARATOR for page in pages)
    if parted and archive_entries.by_key(key) is None:
        key = ""
    stack = Stack(key, "unknown" if key else "before", [], part and not parted)
    for page in pages:
        # The same sheet twice, one after the other, parts nothing.
        if page.kind == SEPARATOR and page.key != stack.key:
            yield stack
            stack = Stack(page.key, "unknown", [])
        elif page.kind == CONTENT:
            stack.pages.append(page)
    yield stack
