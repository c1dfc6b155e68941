"""The last step of an old contract: the commune of that day, and the one that it is today."""

from __future__ import annotations

from typing import NamedTuple

from db import audit, reference
from db import customers as customer_records
from db.archive import archive_entries, archive_scans
from db.archive.archive_entries import ArchiveEntry
from db.archive.archive_scans import PageRow
from db.connection import write
from db.reference import FormerCommune
from services.archive import entries, forms, typing_twice
from services.archive.forms import Typed
from services.archive.pages import subject
from services.errors import AlreadyDecided, InvalidInput
from services.notation import communes
from services.officers.rights import SignedIn
from services.privacy import Vault


class Proposal(NamedTuple):
    """What an officer confirms."""

    entry: ArchiveEntry
    scan: list[PageRow]
    typed: Typed
    communes: list[FormerCommune]  # that the contract may mean, the likeliest first
    billing: str  # code of the commune where the billing system has the customer, or ""


class Record(NamedTuple):
    """All that is kept of an old contract."""

    entry: ArchiveEntry
    scan: list[PageRow]
    typed: Typed | None  # once agreed
    unlike: list[str]  # fields in which the paper says other than the list
    former: FormerCommune | None  # once confirmed
    customer_within: bool  # the customer is known and within reach


def to_place(who: SignedIn) -> list[ArchiveEntry]:
    """Contracts whose commune is to be confirmed, the longest waiting first."""
    return archive_entries.waiting(archive_entries.AGREED, who.reach, typing_twice.MOST_WAITING)


def proposal(entry_id: int, who: SignedIn, vault: Vault, now: int) -> Proposal:
    """What the contract says of its place, on the record; raises UnknownEntry, AlreadyDecided."""
    entry = entries.find(entry_id, who)
    typed = typing_twice.agreed_data(entry, vault)
    if entry.state != archive_entries.AGREED or typed is None:
        raise AlreadyDecided(entry.key)
    write(lambda: audit.append(now, [(who.name, "archive.data", subject(entry), "commune")]))
    customer = customer_records.get(entry.customer_code) if entry.customer_code else None
    return Proposal(entry, archive_scans.scan_of(entry.id), typed,
                    communes.propose_former(typed.old_commune, typed.old_district),
                    customer.commune_code if customer else "")


def confirm(entry_id: int, old_code: str, who: SignedIn, now: int) -> None:
    """The contract was made in this former commune (code), which makes today's certain.

    Raises UnknownEntry, InvalidInput("commune", "choose") or AlreadyDecided.
    """
    entry = entries.find(entry_id, who)
    former = reference.communes_before_2025().get(old_code)
    if former is None:
        raise InvalidInput("commune", "choose")

    def work() -> None:
        if not archive_entries.confirm(entry.id, who.name, former.code, former.new_code, now):
            raise AlreadyDecided(entry.key)
        audit.append(now, [(who.name, "archive.commune", subject(entry),
                            f"{former.code} {former.new_code}")])
    write(work)


def look(entry_id: int, who: SignedIn, vault: Vault, now: int) -> Record:
    """An entry with its scan and, once agreed, its data, on the record; raises UnknownEntry."""
    entry = entries.find(entry_id, who)
    typed = typing_twice.agreed_data(entry, vault)
    unlike: list[str] = []
    if typed is not None:
        unlike = forms.differences_from_list(typed, typing_twice.data_of_list(entry))
        write(lambda: audit.append(now, [(who.name, "archive.data", subject(entry), "")]))
    customer = customer_records.get(entry.customer_code) if entry.customer_code else None
    return Record(entry, archive_scans.scan_of(entry.id), typed, unlike,
                  reference.communes_before_2025().get(entry.old_commune_code),
                  customer is not None and who.reaches(customer.commune_code))
