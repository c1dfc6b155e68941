"""Scans handed in: read page by page, then given to their contracts in one step.

What was handed in lies sealed until it is read to its end. A power cut loses and doubles nothing:
a page is known by the digest of its file and its number, and contracts get their pages only when
the whole file is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from db import archive_entries, audit
from db import archive_scans as records
from db.archive_scans import BLANK, CONTENT, LEFT_OUT, READ, SEPARATOR, FileRow, PageRow
from db.connection import write
from services import photos
from services.archive import pictures, sheets
from services.errors import AlreadyDecided, InvalidInput
from services.sealed_files import SealedFiles

MOST_BODY = 64 * 1024 * 1024  # bytes of one upload; larger files come through the terminal
_LONGEST_NAME = 120


class Stack(NamedTuple):
    """Pages of one file that lie under one separator, or under none (key "")."""

    key: str
    reason: str  # why nobody knows whose they are, if no contract takes them
    pages: list[PageRow]


def hand_in(name: str, data: bytes, officer: str, store: SealedFiles, now: int) -> FileRow:
    """Keep a file to be read; one that came before is the same again, whatever its name.

    Raises InvalidInput("scan", …): empty, bytes, kind, broken, locked, pages, pixels or storage.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = records.file_of(digest)
    if known is not None:
        return known
    with pictures.opened(data) as scan:
        pages = scan.pages
    shown = "".join(sign for sign in PurePath(name).name if sign.isprintable())[-_LONGEST_NAME:]
    try:
        store.put_as(_kept_as(digest, store), data, _about(digest))
    except OSError:
        raise InvalidInput("scan", "storage") from None
    write(lambda: _record(digest, shown, len(data), pages, officer, now))
    found = records.file_of(digest)
    assert found is not None  # written just now
    return found


def _record(digest: str, name: str, size: int, pages: int, officer: str, now: int) -> None:
    if records.add_file(digest, name, size, pages, officer, now):
        audit.append(now, [(officer, "archive.hand_in", f"scan {digest[:16]}", f"{pages} pages")])


def work(store: SealedFiles, now: int, wait: bool = False,
         read: Callable[[FileRow, int], None] = lambda _file, _number: None) -> int:
    """Read what was handed in and is not read yet; returns how many files.

    Does nothing while another process reads, unless it shall `wait`. `read` hears of each page.
    Raises OSError when a page cannot be stored; the file then waits.
    """
    with records.alone(wait) as mine:
        if not mine:
            return 0
        sweep(store)
        files = records.in_state(records.WAITING)
        for file_id in files:
            _read_file(_file(file_id), store, now, read)
        sweep(store)
        return len(files)


def _file(file_id: int) -> FileRow:
    found = records.file(file_id)
    assert found is not None  # files are never deleted
    return found


def _read_file(file: FileRow, store: SealedFiles, now: int,
               read: Callable[[FileRow, int], None]) -> None:
    number = 0
    try:
        data = store.get(_kept_as(file.digest, store), _about(file.digest))
        there = {page.number for page in records.pages_of(file.id)}
        with pictures.opened(data) as scan:
            for number in range(1, file.pages + 1):
                if number not in there:
                    _read_page(file, number, scan, store)
                read(file, number)
    except (FileNotFoundError, InvalidTag):
        _fail(file, "lost", 0, now)
    except InvalidInput as error:
        _fail(file, error.reason, number, now)
    else:
        write(lambda: _give(file, now))


def _read_page(file: FileRow, number: int, scan: pictures.Scan, store: SealedFiles) -> None:
    picture = scan.page(number)
    key = sheets.found_on(picture)
    kind = SEPARATOR if key else BLANK if sheets.is_blank(picture) else CONTENT
    page_id, data = page_name(file.digest, number, store), b""
    if kind == CONTENT:
        data = photos.written(picture)
        store.put_as(page_id, data, page_id)
    page = PageRow(page_id, file.id, number, kind, key or "",
                   hashlib.sha256(data).hexdigest() if data else "",
                   READ if data else LEFT_OUT, "", None)
    write(lambda: records.add_page(page, len(data)))


def _fail(file: FileRow, fault: str, number: int, now: int) -> None:
    def work_once() -> None:
        if records.fail(file.id, fault, number):
            audit.append(now, [("archive", "archive.refused", f"scan {file.digest[:16]}",
                                f"{fault} {number}")])
    write(work_once)


def _give(file: FileRow, now: int) -> None:
    """Contracts get their pages; what belongs to none of them waits for an officer."""
    if not records.give(file.id):
        raise AlreadyDecided(file.name)
    stacks = list(_stacks(file.name, records.pages_of(file.id)))
    taken = [_give_stack(stack, now) for stack in stacks if stack.pages]
    audit.append(now, [("archive", "archive.read", f"scan {file.digest[:16]}",
                        f"{sum(taken)} of {len(taken)} stacks placed")])


def _give_stack(stack: Stack, now: int) -> bool:
    ids = [page.id for page in stack.pages]
    entry = archive_entries.by_key(stack.key) if stack.key else None
    if entry is not None and archive_entries.scanned(entry.id, now):
        records.place(ids, entry.id, READ, now)
        return True
    records.set_aside(ids, "twice" if entry else stack.reason, stack.key)
    return False


def _stacks(name: str, pages: Sequence[PageRow]) -> Iterator[Stack]:
    """The file, parted at its separators. Its name may say whose the first pages are."""
    key = sheets.key_of(PurePath(name).stem)
    parted = any(page.kind == SEPARATOR for page in pages)
    if parted and archive_entries.by_key(key) is None:
        key = ""
    stack = Stack(key, "unknown" if key else "before", [])
    for page in pages:
        # The same sheet twice, one after the other, parts nothing.
        if page.kind == SEPARATOR and page.key != stack.key:
            yield stack
            stack = Stack(page.key, "unknown", [])
        elif page.kind == CONTENT:
            stack.pages.append(page)
    yield stack


def sweep(store: SealedFiles) -> None:
    """Delete what no record needs any more; safe to be cut off anywhere."""
    for state in (records.GIVEN, records.FAILED):
        for file_id in records.in_state(state):
            _clear_away(_file(file_id), store)
    gone = records.to_delete()
    for page_id in gone:
        store.drop(page_id)
    if gone:
        write(lambda: records.deleted(gone))


def _clear_away(file: FileRow, store: SealedFiles) -> None:
    store.drop(_kept_as(file.digest, store))
    if file.state == records.FAILED:
        for number in range(1, file.pages + 1):
            store.drop(page_name(file.digest, number, store))
    write(lambda: records.close(file.id))


def page_name(digest: str, number: int, store: SealedFiles) -> str:
    """Where a page lies. The same page of the same file always lies there."""
    return store.vault.keyed_hash(f"{digest}:{number}", "archive page")


def _kept_as(digest: str, store: SealedFiles) -> str:
    return store.vault.keyed_hash(digest, "archive file")


def _about(digest: str) -> str:
    return f"archive:{digest}"
