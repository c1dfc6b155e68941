"""Files that a scanner made, and their pages. What a page shows lies sealed in a folder."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import peewee as pw

from db import connection
from db.archive_entries import ArchiveEntry
from db.connection import Model, fetch, fetch_one, fetch_row, run

# Of a file. What was handed in is kept until its pages are given away, or it failed; then it is
# deleted, and the file is done or refused.
WAITING, GIVEN, FAILED, DONE, REFUSED = "waiting", "given", "failed", "done", "refused"
CONTENT, SEPARATOR, BLANK = "content", "sheet", "blank"  # kinds of page
# Of a page: read but not yet given to a contract; given; nobody knows whose; left out.
READ, PLACED, UNPLACED, LEFT_OUT = "read", "placed", "unplaced", "left_out"
_LOCK_NUMBER = 4_181_006  # any number, the same for all who read scans


class ArchiveFile(Model):
    """One file as it was handed in; `digest` says which one."""

    digest = pw.CharField(max_length=64, unique=True)  # hex SHA-256
    name = pw.CharField(max_length=120)
    size = pw.IntegerField()
    pages = pw.IntegerField()
    state = pw.CharField(max_length=8, default=WAITING, index=True)
    fault = pw.CharField(max_length=12, default="")  # why it was refused
    fault_page = pw.IntegerField(default=0)
    officer = pw.CharField(max_length=40)  # "terminal" for a command
    at = pw.BigIntegerField()


class ArchivePage(Model):
    """One page; `id` seals its file and is its name."""

    id = pw.CharField(max_length=32, primary_key=True)
    file = pw.ForeignKeyField(ArchiveFile, column_name="file_id", index=False)
    number = pw.IntegerField()  # from 1
    kind = pw.CharField(max_length=8)
    key = pw.CharField(max_length=40, default="")  # what a separator says, or whose it may be
    digest = pw.CharField(max_length=64, default="")  # hex SHA-256 of the picture
    size = pw.IntegerField(default=0)  # bytes of the picture
    state = pw.CharField(max_length=8, default=READ, index=True)
    reason = pw.CharField(max_length=8, default="")  # why nobody knows whose it is
    entry = pw.ForeignKeyField(ArchiveEntry, column_name="entry_id", null=True)
    placed_at = pw.BigIntegerField(null=True)

    class Meta:
        indexes = ((("file", "number"), True),)


class FileRow(NamedTuple):
    """A file and how far it was read."""

    id: int
    digest: str
    name: str
    pages: int
    state: str
    fault: str
    fault_page: int
    officer: str
    at: int
    read: int = 0
    contracts: int = 0  # that got pages of it
    unplaced: int = 0  # pages that still wait for an officer


class PageRow(NamedTuple):
    """One page."""

    id: str
    file_id: int
    number: int
    kind: str
    key: str
    digest: str
    state: str
    reason: str
    entry_id: int | None


_FILE = ("SELECT f.id, f.digest, f.name, f.pages, f.state, f.fault, f.fault_page, f.officer, f.at,"
         " COUNT(p.id), COUNT(DISTINCT p.entry_id),"
         " COUNT(CASE WHEN p.state = 'unplaced' THEN 1 END)"
         " FROM archive_file f LEFT JOIN archive_page p ON p.file_id = f.id")
_PAGE = "SELECT id, file_id, number, kind, key, digest, state, reason, entry_id FROM archive_page"


@contextlib.contextmanager
def alone(wait: bool) -> Iterator[bool]:
    """Nobody else reads scans while the block runs; False when somebody does (never with
    `wait`). A killed process lets go at once."""
    if connection.is_sqlite():
        with open(connection.sqlite_path() + ".scans.lock", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True
        return
    call = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    mine = fetch_row(f"SELECT {call}(?)", _LOCK_NUMBER)[0] is not False
    try:
        yield mine
    finally:
        if mine:
            fetch("SELECT pg_advisory_unlock(?)", _LOCK_NUMBER)


def add_file(digest: str, name: str, size: int, pages: int, officer: str, now: int) -> bool:
    """Write down a file that was handed in; False when it is known."""
    return run("INSERT INTO archive_file (digest, name, size, pages, state, fault, fault_page,"
               " officer, at) VALUES (?, ?, ?, ?, 'waiting', '', 0, ?, ?)"
               " ON CONFLICT (digest) DO NOTHING", digest, name, size, pages, officer, now) == 1


def file(file_id: int) -> FileRow | None:
    """One file, or None."""
    row = fetch_one(f"{_FILE} WHERE f.id = ? GROUP BY f.id", file_id)
    return FileRow._make(row) if row else None


def file_of(digest: str) -> FileRow | None:
    """The file with these bytes, or None."""
    row = fetch_one(f"{_FILE} WHERE f.digest = ? GROUP BY f.id", digest)
    return FileRow._make(row) if row else None


def files(officer: str | None, most: int) -> list[FileRow]:
    """The newest files, of one officer or (None) of all."""
    return [FileRow._make(row) for row in fetch(
        f"{_FILE} WHERE (f.officer = ? OR ? = '') GROUP BY f.id ORDER BY f.id DESC LIMIT ?",
        officer or "", officer or "", most)]


def in_state(state: str) -> list[int]:
    """Files in a state, in the order in which they came."""
    return [number for (number,) in fetch(
        "SELECT id FROM archive_file WHERE state = ? ORDER BY id", state)]


def add_page(page: PageRow, size: int) -> None:
    """Write down a page that was read; twice is once."""
    run("INSERT INTO archive_page (id, file_id, number, kind, key, digest, size, state, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING",
        page.id, page.file_id, page.number, page.kind, page.key, page.digest, size, page.state)


def pages_of(file_id: int) -> list[PageRow]:
    """The pages of a file, in order."""
    return [PageRow._make(row) for row in fetch(
        f"{_PAGE} WHERE file_id = ? ORDER BY number", file_id)]


def scan_of(entry_id: int) -> list[PageRow]:
    """The pages of a contract, in order."""
    return [PageRow._make(row) for row in fetch(
        f"{_PAGE} WHERE entry_id = ? ORDER BY placed_at, file_id, number", entry_id)]


def page(page_id: str) -> PageRow | None:
    """One page, or None."""
    row = fetch_one(f"{_PAGE} WHERE id = ?", page_id)
    return PageRow._make(row) if row else None


def unplaced(officer: str | None, most: int) -> list[PageRow]:
    """Pages that nobody knows the contract of, of one officer's files or (None) of all."""
    return [PageRow._make(row) for row in fetch(
        "SELECT p.id, p.file_id, p.number, p.kind, p.key, p.digest, p.state, p.reason, p.entry_id"
        " FROM archive_page p JOIN archive_file f ON f.id = p.file_id WHERE p.state = 'unplaced'"
        " AND (f.officer = ? OR ? = '') ORDER BY p.file_id, p.number LIMIT ?",
        officer or "", officer or "", most)]


def place(ids: Sequence[str], entry_id: int, before: str, now: int) -> int:
    """Pages in the state `before` → given to a contract; returns how many."""
    return run("UPDATE archive_page SET state = 'placed', entry_id = ?, placed_at = ?,"
               f" reason = '' WHERE state = ? AND id IN ({_marks(ids)})",
               entry_id, now, before, *ids)


def set_aside(ids: Sequence[str], reason: str, key: str) -> int:
    """Read pages → nobody knows whose; returns how many."""
    return run("UPDATE archive_page SET state = 'unplaced', reason = ?, key = ?"
               f" WHERE state = 'read' AND id IN ({_marks(ids)})", reason, key, *ids)


def take_out(page_id: str, entry_id: int) -> bool:
    """A contract's page → nobody knows whose; True when this call did it."""
    return run("UPDATE archive_page SET state = 'unplaced', reason = 'apart', key = '',"
               " entry_id = NULL WHERE id = ? AND entry_id = ? AND state = 'placed'",
               page_id, entry_id) == 1


def leave_out(ids: Sequence[str], before: str) -> int:
    """Pages in the state `before` → not kept; returns how many."""
    return run("UPDATE archive_page SET state = 'left_out', entry_id = NULL"
               f" WHERE state = ? AND id IN ({_marks(ids)})", before, *ids)


def give(file_id: int) -> bool:
    """Waiting → given; True when this call did it."""
    return run("UPDATE archive_file SET state = 'given' WHERE id = ? AND state = 'waiting'",
               file_id) == 1


def fail(file_id: int, fault: str, number: int) -> bool:
    """Waiting → failed, with none of its pages kept; True when this call did it."""
    if run("UPDATE archive_file SET state = 'failed', fault = ?, fault_page = ?"
           " WHERE id = ? AND state = 'waiting'", fault, number, file_id) != 1:
        return False
    run("DELETE FROM archive_page WHERE file_id = ?", file_id)
    return True


def close(file_id: int) -> None:
    """Given → done, failed → refused: nothing of what was handed in is left."""
    run("UPDATE archive_file SET state = CASE state WHEN 'given' THEN 'done' ELSE 'refused' END"
        " WHERE id = ? AND state IN ('given', 'failed')", file_id)


def to_delete() -> list[str]:
    """Pages that are not kept and whose pictures are still there."""
    return [page_id for (page_id,) in fetch(
        "SELECT id FROM archive_page WHERE state = 'left_out' AND size > 0")]


def deleted(ids: Sequence[str]) -> None:
    """The pictures of these pages are gone."""
    run(f"UPDATE archive_page SET size = 0 WHERE id IN ({_marks(ids)})", *ids)


def _marks(ids: Sequence[str]) -> str:
    return ", ".join("?" * len(ids))
