"""Files as a scanner made them and somebody handed them in, and how far they were read."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import peewee as pw

from db import connection
from db.connection import Model, fetch, fetch_one, fetch_row, require_write, run

# Of a file. What was handed in is kept until its pages are given away, or it failed; then it is
# deleted, and the file is done or refused.
WAITING, GIVEN, FAILED, DONE, REFUSED = "waiting", "given", "failed", "done", "refused"
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
    tries = pw.IntegerField(default=0)  # times that reading began since the last page was read


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
    tries: int = 0


_FILE = ("SELECT f.id, f.digest, f.name, f.pages, f.state, f.fault, f.fault_page, f.officer, f.at,"
         " COUNT(p.id), COUNT(DISTINCT p.entry_id),"
         " COUNT(CASE WHEN p.state = 'unplaced' THEN 1 END), f.tries"
         " FROM archive_file f LEFT JOIN archive_page p ON p.file_id = f.id")


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
    mine = True
    if wait:
        connection.wait_for_lock("SELECT pg_advisory_lock(?)", _LOCK_NUMBER)
    else:
        mine = fetch_row("SELECT pg_try_advisory_lock(?)", _LOCK_NUMBER)[0]
    try:
        yield mine
    finally:
        if mine:
            fetch("SELECT pg_advisory_unlock(?)", _LOCK_NUMBER)


def add(digest: str, name: str, size: int, pages: int, officer: str, now: int) -> bool:
    """Write down a file that was handed in; False when it is known."""
    return run("INSERT INTO archive_file (digest, name, size, pages, state, fault, fault_page,"
               " officer, at) VALUES (?, ?, ?, ?, 'waiting', '', 0, ?, ?)"
               " ON CONFLICT (digest) DO NOTHING", digest, name, size, pages, officer, now) == 1


def get(file_id: int) -> FileRow | None:
    """One file, or None."""
    row = fetch_one(f"{_FILE} WHERE f.id = ? GROUP BY f.id", file_id)
    return FileRow._make(row) if row else None


def by_digest(digest: str) -> FileRow | None:
    """The file with these bytes, or None."""
    row = fetch_one(f"{_FILE} WHERE f.digest = ? GROUP BY f.id", digest)
    return FileRow._make(row) if row else None


def newest(officers: Sequence[str] | None, most: int) -> list[FileRow]:
    """The newest files, of these officers or (None) of all."""
    whose = "" if officers is None else f" WHERE f.officer IN ({', '.join('?' * len(officers))})"
    return [FileRow._make(row) for row in fetch(
        f"{_FILE}{whose} GROUP BY f.id ORDER BY f.id DESC LIMIT ?", *(officers or ()), most)]


def in_state(state: str) -> list[int]:
    """Files in a state, in the order in which they came."""
    return [number for (number,) in fetch(
        "SELECT id FROM archive_file WHERE state = ? ORDER BY id", state)]


def begin(file_id: int) -> None:
    """Count that reading begins: a file that kills its reader must not be tried for ever."""
    run("UPDATE archive_file SET tries = tries + 1 WHERE id = ?", file_id)


def note_progress(file_id: int) -> None:
    """Forget failed beginnings: a page was read, or the file was not to blame."""
    run("UPDATE archive_file SET tries = 0 WHERE id = ?", file_id)


def give(file_id: int) -> bool:
    """Waiting → given; True when this call did it."""
    return run("UPDATE archive_file SET state = 'given' WHERE id = ? AND state = 'waiting'",
               file_id) == 1


def fail(file_id: int, fault: str, number: int) -> bool:
    """Waiting → failed, with none of its pages kept; True when this call did it. Call
    inside `write`."""
    require_write()
    if run("UPDATE archive_file SET state = 'failed', fault = ?, fault_page = ?"
           " WHERE id = ? AND state = 'waiting'", fault, number, file_id) != 1:
        return False
    run("DELETE FROM archive_page WHERE file_id = ?", file_id)
    return True


def close(file_id: int) -> None:
    """Given → done, failed → refused: nothing of what was handed in is left."""
    run("UPDATE archive_file SET state = CASE state WHEN 'given' THEN 'done' ELSE 'refused' END"
        " WHERE id = ? AND state IN ('given', 'failed')", file_id)
