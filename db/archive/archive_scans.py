"""The pages that a scanner made of old contracts. What a page shows lies sealed in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import peewee as pw

from db.archive.archive_entries import ArchiveEntry
from db.archive.archive_files import ArchiveFile
from db.connection import Model, fetch, fetch_one, run

CONTENT, SEPARATOR, BLANK = "content", "sheet", "blank"  # kinds of page
# Of a page: read but not yet given to a contract; given; nobody knows whose; left out.
READ, PLACED, UNPLACED, LEFT_OUT = "read", "placed", "unplaced", "left_out"


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


_PAGE = "SELECT id, file_id, number, kind, key, digest, state, reason, entry_id FROM archive_page"


def names_of(entry_id: int) -> list[str]:
    """Names of the files that a contract's pages came in."""
    return [name for (name,) in fetch(
        "SELECT DISTINCT f.name FROM archive_page p JOIN archive_file f ON f.id = p.file_id"
        " WHERE p.entry_id = ?", entry_id)]


def add_page(page: PageRow, size: int) -> None:
    """Write down a page that was read; a page that is known already stays as it is."""
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


def unplaced(officers: Sequence[str] | None, reach: Sequence[str], most: int) -> list[PageRow]:
    """Pages that nobody knows the contract of: of all files (None), or of those that these
    officers handed in, and of any file those that name a contract of the communes `reach`."""
    whose, params = "", []
    if officers is not None:
        whose = (f" AND (f.officer IN ({_marks(officers)}) OR p.key IN (SELECT e.key"
                 f" FROM archive_entry e WHERE e.commune_code IN ({_marks(reach) or 'NULL'})))")
        params = [*officers, *reach]
    return [PageRow._make(row) for row in fetch(
        "SELECT p.id, p.file_id, p.number, p.kind, p.key, p.digest, p.state, p.reason, p.entry_id"
        " FROM archive_page p JOIN archive_file f ON f.id = p.file_id WHERE p.state = 'unplaced'"
        f"{whose} ORDER BY p.file_id, p.number LIMIT ?", *params, most)]


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
    return run("UPDATE archive_page SET state = 'unplaced', reason = 'apart', key ="
               " (SELECT e.key FROM archive_entry e WHERE e.id = archive_page.entry_id),"
               " entry_id = NULL WHERE id = ? AND entry_id = ? AND state = 'placed'",
               page_id, entry_id) == 1


def leave_out(ids: Sequence[str], before: str) -> int:
    """Pages in the state `before` → not kept; returns how many."""
    return run("UPDATE archive_page SET state = 'left_out', entry_id = NULL"
               f" WHERE state = ? AND id IN ({_marks(ids)})", before, *ids)


def to_delete() -> list[str]:
    """Pages that are not kept and whose pictures are still there."""
    return [page_id for (page_id,) in fetch(
        "SELECT id FROM archive_page WHERE state = 'left_out' AND size > 0")]


def mark_deleted(ids: Sequence[str]) -> None:
    """Note that the pictures of these pages are gone."""
    run(f"UPDATE archive_page SET size = 0 WHERE id IN ({_marks(ids)})", *ids)


def _marks(ids: Sequence[str]) -> str:
    return ", ".join("?" * len(ids))
