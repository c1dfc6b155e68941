"""Scans handed in: read page by page, then given to their contracts in one step.

What was handed in lies sealed until it is read to its end. A power cut loses and doubles nothing:
a page is known by the digest of its file and its number, and contracts get their pages only when
the whole file is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Callable
from pathlib import PurePath

from db import audit
from db.archive import archive_entries, archive_files, archive_scans
from db.archive.archive_entries import ArchiveEntry
from db.archive.archive_files import FileRow
from db.archive.archive_scans import BLANK, CONTENT, LEFT_OUT, READ, SEPARATOR, PageRow
from db.connection import write
from services.archive import pictures, sheets, stacks
from services.decoding.errors import ReaderBusy, ReaderDied
from services.errors import AlreadyDecided, InvalidInput
from services.officers import reach
from services.sealed_files import SealedFiles

log = logging.getLogger("quaydien")

MOST_BODY = 64 * 1024 * 1024  # bytes of one upload; larger files come through the terminal
MOST_FILES = 1000  # of one upload
TERMINAL = "terminal"  # hands in by a command; no officer is called so: `accounts.add`
MOST_TRIES = 5  # at a file that gets no further: reading it kills the process
_LONGEST_NAME = 120


def hand_in(name: str, data: bytes, officer: str, store: SealedFiles, now: int) -> FileRow:
    """Keep a file to be read; one that came before is the same again, whatever its name.

    Raises InvalidInput("scan", …): empty, bytes, kind, broken, locked, pages, pixels, heavy or
    storage; ReaderUnavailable when it may be handed in again.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = archive_files.by_digest(digest)
    if known is not None:
        return known
    pages = pictures.count(data)
    shown = "".join(sign for sign in PurePath(name).name if sign.isprintable())[-_LONGEST_NAME:]
    try:
        store.put_as(_kept_as(digest, store), data, _about(digest))
    except OSError:
        raise InvalidInput("scan", "storage") from None
    write(lambda: _record(digest, shown, len(data), pages, officer, now))
    found = archive_files.by_digest(digest)
    assert found is not None  # written just now
    return found


def _record(digest: str, name: str, size: int, pages: int, officer: str, now: int) -> None:
    if archive_files.add(digest, name, size, pages, officer, now):
        audit.append(now, [(officer, "archive.hand_in", f"scan {digest[:16]}", f"{pages} pages")])


def work(store: SealedFiles, now: int, wait: bool = False,
         read: Callable[[FileRow, int], None] = lambda _file, _number: None) -> int:
    """Read what was handed in and is not read yet; returns how many files.

    Does nothing while another process reads, unless told to `wait`. `read` hears of each page.
    Raises OSError when a page cannot be stored; the file then waits.
    """
    with archive_files.alone(wait) as mine:
        if not mine:
            return 0
        sweep(store)
        files = archive_files.in_state(archive_files.WAITING)
        for file_id in files:
            _read_file(_file(file_id), store, now, read)
        sweep(store)
        return len(files)


def _file(file_id: int) -> FileRow:
    found = archive_files.get(file_id)
    assert found is not None  # files are never deleted
    return found


def _read_file(file: FileRow, store: SealedFiles, now: int,
               read: Callable[[FileRow, int], None]) -> None:
    """Until it is read, refused, or was tried too often: whoever ended the reader may have meant
    another process, or the file itself may be to blame."""
    while True:
        tries = _file(file.id).tries
        if tries >= MOST_TRIES:
            _fail(file, "crash", 0, now)
            return
        write(lambda: archive_files.begin(file.id))
        try:
            _read_to_its_end(file, store, now, read)
        except ReaderDied as error:
            log.warning("scan %s: %s", file.digest[:16], error)
        else:
            return


def _read_to_its_end(file: FileRow, store: SealedFiles, now: int,
                     read: Callable[[FileRow, int], None]) -> None:
    from cryptography.exceptions import (
        InvalidTag,  # loaded where it is used: docs/decisions/0006-rooms.md
    )

    number = 0
    try:
        data = store.get(_kept_as(file.digest, store), _about(file.digest))
        there = {page.number for page in archive_scans.pages_of(file.id)}
        wanted = [at for at in range(1, file.pages + 1) if at not in there]
        with contextlib.closing(pictures.read(data, wanted)) as pages:
            for number in range(1, file.pages + 1):
                if number not in there:
                    _keep_page(file, number, next(pages), store)
                read(file, number)
    except (FileNotFoundError, InvalidTag):
        _fail(file, "lost", 0, now)
    except InvalidInput as error:
        _fail(file, error.reason, number, now)
    except (OSError, ReaderBusy):
        write(lambda: archive_files.note_progress(file.id))
        raise
    else:
        write(lambda: _give(file, now))


def _keep_page(file: FileRow, number: int, page: pictures.Page, store: SealedFiles) -> None:
    key = sheets.key_of(page.code)
    kind = SEPARATOR if key else BLANK if page.blank else CONTENT
    page_id, data = page_name(file.digest, number, store), page.data if kind == CONTENT else b""
    if data:
        store.put_as(page_id, data, page_id)
    row = PageRow(page_id, file.id, number, kind, key,
                  hashlib.sha256(data).hexdigest() if data else "",
                  READ if data else LEFT_OUT, "", None)
    write(lambda: _keep(row, len(data)))


def _keep(page: PageRow, size: int) -> None:
    archive_scans.add_page(page, size)
    archive_files.note_progress(page.file_id)


def _fail(file: FileRow, fault: str, number: int, now: int) -> None:
    def work_once() -> None:
        if archive_files.fail(file.id, fault, number):
            audit.append(now, [("archive", "archive.refused", f"scan {file.digest[:16]}",
                                f"{fault} {number}")])
    write(work_once)


def _give(file: FileRow, now: int) -> None:
    """Contracts get their pages; what belongs to none of them waits for an officer."""
    if not archive_files.give(file.id):
        raise AlreadyDecided(file.name)
    found = list(stacks.in_file(file.name, archive_scans.pages_of(file.id)))
    taken = [_give_stack(stack, file, now) for stack in found if stack.pages]
    audit.append(now, [("archive", "archive.read", f"scan {file.digest[:16]}",
                        f"{sum(taken)} of {len(taken)} stacks placed")])


def _give_stack(stack: stacks.Stack, file: FileRow, now: int) -> bool:
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


def _goes_on(entry: ArchiveEntry, stack: stacks.Stack) -> bool:
    """Scanners write a picture a page: 0417HD-1.jpg, 0417HD-2.jpg. Until somebody types it, a
    contract takes them all."""
    return (stack.part and entry.state == archive_entries.SCANNED
            and all(stacks.key_of_name(name) == (stack.key, True)
                    for name in archive_scans.names_of(entry.id)))


def sweep(store: SealedFiles) -> None:
    """Delete what no record needs any more; safe to be cut off anywhere."""
    for state in (archive_files.GIVEN, archive_files.FAILED):
        for file_id in archive_files.in_state(state):
            _clear_away(_file(file_id), store)
    gone = archive_scans.to_delete()
    for page_id in gone:
        store.drop(page_id)
    if gone:
        write(lambda: archive_scans.mark_deleted(gone))


def _clear_away(file: FileRow, store: SealedFiles) -> None:
    store.drop(_kept_as(file.digest, store))
    if file.state == archive_files.FAILED:
        for number in range(1, file.pages + 1):
            store.drop(page_name(file.digest, number, store))
    write(lambda: archive_files.close(file.id))


def page_name(digest: str, number: int, store: SealedFiles) -> str:
    """Where a page lies. The same page of the same file always lies there."""
    return store.vault.keyed_hash(f"{digest}:{number}", "archive page")


def _kept_as(digest: str, store: SealedFiles) -> str:
    return store.vault.keyed_hash(digest, "archive file")


def _about(digest: str) -> str:
    return f"archive:{digest}"
