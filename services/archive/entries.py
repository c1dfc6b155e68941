"""The entries of the archive, one for each old paper contract, and how far each one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from db import audit, bulk, reference
from db.archive import archive_entries
from db.archive.archive_entries import BILLING, ArchiveEntry
from db.connection import write
from db.paging import Reach
from services.archive import sheets
from services.errors import UnknownEntry
from services.officers.rights import SignedIn

ELECTRONIC_SINCE = "2019-01-01"
_MOST_CUSTOMERS = 10_000_000  # all of them
MOST_SHOWN = 100
MOST_SHEETS = 300  # of one PDF; what is left is printed when these are scanned
# What has happened to an entry in a state, and in all the states after it.
_AFTER = {state: archive_entries.STATES[at:] for at, state in enumerate(archive_entries.STATES)}


class Progress(NamedTuple):
    """How far an office is: numbers of contracts."""

    office: str  # "PA04DH"
    name: str  # "Định Hóa"
    total: int
    scanned: int
    typed: int  # at least once
    typed_twice: int
    agreed: int
    done: int  # commune confirmed

    @property
    def percent(self) -> int:
        """Share of what is done, rounded down: 100 means all."""
        return 100 * self.done // self.total if self.total else 0


def find(entry_id: int, who: SignedIn) -> ArchiveEntry:
    """The entry; raises UnknownEntry, also for one out of reach."""
    return _check_reach(archive_entries.get(entry_id), who)


def find_number(text: str, who: SignedIn) -> ArchiveEntry:
    """The entry of a contract number, however it is written, or of a customer code that has
    only one; raises UnknownEntry."""
    key = sheets.key_of(text)
    of_code = archive_entries.of_customer(key) if key else []
    only = of_code[0] if len(of_code) == 1 else None
    return _check_reach(archive_entries.by_key(key) or only, who)


def _check_reach(entry: ArchiveEntry | None, who: SignedIn) -> ArchiveEntry:
    if entry is None or not _within(entry, who):
        raise UnknownEntry
    return entry


def _within(entry: ArchiveEntry, who: SignedIn) -> bool:
    # A contract without a known commune is seen only by officers who work for all communes.
    return who.reaches(entry.commune_code)


def progress(reach: Reach = None) -> list[Progress]:
    """Each office that has old contracts within reach, in the order of the offices."""
    found: dict[str, dict[str, int]] = {}
    for office, state, count in archive_entries.counts(reach):
        found.setdefault(office, {})[state] = count
    names = {office.code: office.name for office in reference.offices()}
    order = [*(code for code in names if code in found), *sorted(found.keys() - names.keys())]
    return [Progress(code, names.get(code, code), *_counts_by_step(found[code])) for code in order]


def _counts_by_step(counts: dict[str, int]) -> list[int]:
    """Total, scanned, typed, typed twice, agreed, done."""
    return [sum(counts.get(state, 0) for state in _AFTER[first])
            for first in archive_entries.STATES]


def total(rows: list[Progress]) -> Progress:
    """All offices together."""
    empty = Progress("", "", 0, 0, 0, 0, 0, 0)
    return Progress("", "", *(sum(column) for column in zip(
        *(row[2:] for row in [empty, *rows]), strict=True)))


def count_digitised(reach: Reach = None) -> tuple[int, int]:
    """(scan verified and data typed, all) of the contracts from before electronic signing: the
    company's figure, whose goal is 100 %. A contract without a known day counts as old."""
    return archive_entries.signed_before(ELECTRONIC_SINCE, reach)


def listing(who: SignedIn, office: str, state: str) -> list[ArchiveEntry]:
    """The first entries within reach, of an office and in a state; "" asks for any."""
    return archive_entries.listing(who.reach, office, state, MOST_SHOWN)


def separators(entry_ids: Sequence[int], office: str, who: SignedIn, company: str,
               now: int) -> bytes:
    """PDF of separator sheets: of these contracts, or ("PA04DH") of all of an office that wait
    for their scan. Raises UnknownEntry when there is none."""
    found = [find(entry_id, who) for entry_id in entry_ids]
    if office:
        found = archive_entries.listing(who.reach, office, archive_entries.LISTED, MOST_SHEETS)
    if not found:
        raise UnknownEntry(office)
    write(lambda: audit.append(now, [(who.name, "archive.separators", office or found[0].office,
                                      f"{len(found)} sheets")]))
    return sheets.pdf(sheets_for(found), company)


def take_over(now: int) -> int:
    """Make an entry of each customer whose contract the billing system calls paper, once;
    returns how many are new."""
    # Looked for first without holding up those who write.
    return write(lambda: _take_over(now)) if archive_entries.not_yet_listed(1) else 0


def _take_over(now: int) -> int:
    bulk.alone()  # two at once would both find the same customers
    found = archive_entries.not_yet_listed(_MOST_CUSTOMERS)
    if found:
        archive_entries.add(_rows(found, now))
    return len(found)


def _rows(found: list[tuple[str, str, str, str, str]], now: int) -> list[tuple]:
    taken, rows = archive_entries.keys(), []
    for code, number, name, signed_on, commune in found:
        key = sheets.key_of(number)
        # Two customers under one number, or none: the customer code is certain.
        if not key or key in taken:
            key = code
        if key not in taken:
            taken.add(key)
            rows.append((key, number, code, name, signed_on, code[:6], commune, BILLING, now))
    return rows


def of_customer(code: str, who: SignedIn) -> list[ArchiveEntry]:
    """A customer's old contracts of which a scan is verified, within reach."""
    return [entry for entry in archive_entries.of_customer(code) if _within(entry, who)
            and entry.state in (archive_entries.AGREED, archive_entries.DONE)]


def sheets_for(entries: list[ArchiveEntry]) -> list[sheets.Sheet]:
    """Separators of these contracts."""
    names = {office.code: office.name for office in reference.offices()}
    return [sheets.Sheet(
        entry.key, entry.contract_no, entry.name, entry.customer_code,
        "/".join(reversed(entry.signed_on.split("-"))), _place(entry),
        names.get(entry.office, entry.office)) for entry in entries]


def _place(entry: ArchiveEntry) -> str:
    return ", ".join(filter(None, (entry.old_commune, entry.old_district)))
