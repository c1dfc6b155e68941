"""The stored pages: each look at one is audited, and officers who see whose they are move them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from db import audit
from db.archive import archive_entries, archive_files, archive_scans
from db.archive.archive_entries import ArchiveEntry
from db.archive.archive_files import FileRow
from db.archive.archive_scans import PLACED, UNPLACED, PageRow
from db.connection import write
from services.archive import entries, scanning
from services.errors import AlreadyDecided, InvalidInput, UnknownEntry, UnknownPage
from services.officers import reach
from services.officers.rights import SignedIn
from services.sealed_files import SealedFiles

MOST_FILES = 50
MOST_PAGES = 300
# While two readings are not agreed, a scan may still be made anew.
OPEN = (archive_entries.SCANNED, archive_entries.TYPED, archive_entries.DIFFERS)


class Group(NamedTuple):
    """Pages of one file that belong together, and nobody knows whose they are."""

    file: FileRow
    reason: str  # before, unknown, twice, apart, reach
    key: str  # what the separator or the file's name says; may be ""
    pages: list[PageRow]


def _whose(who: SignedIn) -> list[str] | None:
    """Whose files an officer sees; None: everybody's."""
    return None if who.reach is None else reach.answerable_for(who)


def files(who: SignedIn) -> list[FileRow]:
    """The newest files that this officer may know of."""
    return archive_files.newest(_whose(who), MOST_FILES)


def unplaced(who: SignedIn) -> list[Group]:
    """Pages that wait for somebody who sees whose they are: those that this officer is answerable
    for, and whatever names a contract of the own communes."""
    rows = archive_scans.unplaced(_whose(who), who.reach or (), MOST_PAGES)
    groups = []
    for (file_id, reason, key), pages in itertools.groupby(
            rows, lambda page: (page.file_id, page.reason, page.key)):
        file = archive_files.get(file_id)
        if file is not None:
            groups.append(Group(file, reason, key, list(pages)))
    return groups


def assign(ids: Sequence[str], number: str, who: SignedIn, now: int) -> ArchiveEntry:
    """Give pages to the contract with this number; all of them or none.

    Raises InvalidInput ("pages": none chosen; "number": no such contract within reach) or
    AlreadyDecided when a colleague was faster.
    """
    _check(ids, who)
    try:
        entry = entries.find_number(number, who)
    except UnknownEntry:
        raise InvalidInput("number", "unknown") from None

    def work() -> None:
        if archive_scans.place(ids, entry.id, UNPLACED, now) != len(ids):
            raise AlreadyDecided(number)
        archive_entries.mark_scanned(entry.id, now)
        audit.append(now, [(who.name, "archive.assign", subject(entry), f"{len(ids)} pages")])
    write(work)
    return entry


def discard(ids: Sequence[str], who: SignedIn, store: SealedFiles, now: int) -> None:
    """Do not keep pages that belong to no contract; raises as `assign`."""
    groups = _check(ids, who)

    def work() -> None:
        if archive_scans.leave_out(ids, UNPLACED) != len(ids):
            raise AlreadyDecided(ids[0])
        audit.append(now, [(who.name, "archive.discard", f"scan {digest[:16]}",
                            f"{len(ids)} pages") for digest in groups])
    write(work)
    scanning.sweep(store)


def _check(ids: Sequence[str], who: SignedIn) -> list[str]:
    """Digests of the files of these pages, all within sight."""
    if not ids:
        raise InvalidInput("pages", "none")
    seen = {page.id: group.file.digest for group in unplaced(who) for page in group.pages}
    if len(set(ids)) != len(ids) or not seen.keys() >= set(ids):
        raise AlreadyDecided(ids[0])
    return sorted({seen[page_id] for page_id in ids})


def take_out(entry_id: int, page_id: str, who: SignedIn, now: int) -> None:
    """A page is of another contract: it waits to be given away.

    Raises UnknownEntry, AlreadyDecided, or InvalidInput("page", "last") for the only page.
    """
    entry = entries.find(entry_id, who)
    if len(archive_scans.scan_of(entry.id)) < 2:
        raise InvalidInput("page", "last")

    def work() -> None:
        if entry.state not in OPEN or not archive_scans.take_out(page_id, entry.id):
            raise AlreadyDecided(page_id)
        audit.append(now, [(who.name, "archive.take_out", subject(entry), page_id[:8])])
    write(work)


def scan_anew(entry_id: int, who: SignedIn, store: SealedFiles, now: int) -> None:
    """The scan cannot be read: it goes, with what was typed, and the contract is to be scanned
    again. Raises UnknownEntry or AlreadyDecided."""
    entry = entries.find(entry_id, who)

    def work() -> None:
        if not archive_entries.back_to_list(entry.id, now):
            raise AlreadyDecided(entry.key)
        archive_scans.leave_out([page.id for page in archive_scans.scan_of(entry.id)], PLACED)
        audit.append(now, [(who.name, "archive.rescan", subject(entry), "")])
    write(work)
    scanning.sweep(store)


def look_at(page_id: str, who: SignedIn, store: SealedFiles, now: int) -> bytes:
    """One page as a JPEG, on the record.

    Raises UnknownPage, also for one out of reach, or InvalidInput("page", "lost").
    """
    from cryptography.exceptions import (
        InvalidTag,  # loaded where it is used: docs/decisions/0006-rooms.md
    )

    page = archive_scans.page(page_id)
    if page is None or not _may_see(page, who):
        raise UnknownPage(page_id)
    about = f"archive {page.entry_id}" if page.entry_id else f"scan page {page_id[:8]}"
    write(lambda: audit.append(now, [(who.name, "archive.view", about, f"page {page.number}")]))
    try:
        return store.get(page.id, page.id)
    except (OSError, InvalidTag):
        raise InvalidInput("page", "lost") from None


def _may_see(page: PageRow, who: SignedIn) -> bool:
    if page.state == UNPLACED:
        file, officers = archive_files.get(page.file_id), _whose(who)
        named = archive_entries.by_key(page.key) if page.key else None
        return (officers is None or (file is not None and file.officer in officers)
                or (named is not None and who.reaches(named.commune_code)))
    entry = archive_entries.get(page.entry_id) if page.entry_id else None
    return entry is not None and who.reaches(entry.commune_code)


def subject(entry: ArchiveEntry) -> str:
    """How the audit chain names an entry."""
    return f"archive {entry.id}"
