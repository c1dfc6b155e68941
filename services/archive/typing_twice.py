"""Two officers type a contract, each alone; what they agree on counts, a third officer decides the
rest.

The second is another officer than the first and sees nothing of what the first typed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from db import audit
from db.archive import archive_entries, archive_scans
from db.archive.archive_entries import ArchiveEntry
from db.archive.archive_scans import PageRow
from db.connection import write
from services import clock
from services.archive import entries, forms
from services.archive.forms import Typed
from services.archive.pages import subject
from services.errors import AlreadyDecided, InvalidInput, NotYours
from services.officers import second_person
from services.officers.rights import SignedIn
from services.privacy import Vault

MOST_WAITING = 20


class ThirdLook(NamedTuple):
    """Two readings that differ, side by side."""

    entry: ArchiveEntry
    scan: list[PageRow]
    officers: tuple[str, str]
    first: Typed
    second: Typed
    differing: list[str]
    listed: Typed  # what the list and the billing system say


def queue(who: SignedIn) -> list[ArchiveEntry]:
    """Contracts that this officer may type, the ones begun by a colleague first."""
    return archive_entries.to_type(who.name, who.reach, MOST_WAITING)


def to_type(entry_id: int, who: SignedIn) -> tuple[ArchiveEntry, list[PageRow]]:
    """An entry that this officer may type, and its scan.

    Raises UnknownEntry, NotYours for who typed it first, or AlreadyDecided.
    """
    entry = entries.find(entry_id, who)
    if entry.state not in (archive_entries.SCANNED, archive_entries.TYPED):
        raise AlreadyDecided(entry.key)
    if entry.state == archive_entries.TYPED and entry.first_by == who.name:
        raise NotYours(entry.key)
    return entry, archive_scans.scan_of(entry.id)


def save(entry_id: int, form: Mapping[str, str], who: SignedIn, vault: Vault, now: int) -> str:
    """Keep a reading; returns the state that it made: typed, agreed or differs.

    Raises what `to_type` raises, SamePerson, InvalidInput naming the field, or AlreadyDecided when
    a colleague saved first: sent again, the same form becomes the second reading.
    """
    entry, _scan = to_type(entry_id, who)
    typed = forms.check(form, clock.local(now).date())
    if entry.state == archive_entries.SCANNED:
        write(lambda: keep_first(entry.id, typed, who.name, vault, now))
        return archive_entries.TYPED
    second_person.need(second_person.TYPING, entry.first_by, who, subject(entry), now)
    first = _open(archive_entries.typings(entry.id)[0].values_sealed, entry.id, "1", vault)
    return write(lambda: keep_second(entry.id, first, typed, who.name, vault, now))


def keep_first(entry_id: int, typed: Typed, officer: str, vault: Vault, now: int) -> None:
    """The first reading; raises AlreadyDecided when there is one. Call inside `write`."""
    if not archive_entries.type_first(entry_id, officer, now):
        raise AlreadyDecided(str(entry_id))
    _keep(entry_id, 1, _seal(typed, entry_id, "1", vault), officer, now, "1")


def keep_second(entry_id: int, first: Typed, typed: Typed, officer: str, vault: Vault,
                now: int) -> str:
    """The second reading beside the first; returns the state that it makes. As `keep_first`."""
    apart = forms.differences(first, typed)
    agreed = None if apart else _seal(first, entry_id, "agreed", vault)
    if not archive_entries.type_second(entry_id, officer, agreed, now):
        raise AlreadyDecided(str(entry_id))
    _keep(entry_id, 2, _seal(typed, entry_id, "2", vault), officer, now,
          f"2 differs: {','.join(apart)}" if apart else "2 agreed")
    return archive_entries.DIFFERS if apart else archive_entries.AGREED


def _keep(entry_id: int, turn: int, sealed: bytes, officer: str, now: int,
          detail: str) -> None:
    # Which fields differ, not what they say: the chain is kept for ever.
    archive_entries.add_typing(entry_id, turn, officer, sealed, now)
    audit.append(now, [(officer, "archive.type", f"archive {entry_id}", detail)])


def to_compare(who: SignedIn) -> list[ArchiveEntry]:
    """Contracts whose readings differ, the longest waiting first."""
    return archive_entries.waiting(archive_entries.DIFFERS, who.reach, MOST_WAITING)


def may_decide(entry: ArchiveEntry, who: SignedIn) -> bool:
    """Who typed neither reading may decide; who leads may always, or a small office with two
    officers would wait for ever."""
    return who.leads or who.name not in (entry.first_by, entry.second_by)


def third_look(entry_id: int, who: SignedIn, vault: Vault, now: int) -> ThirdLook:
    """Both readings, on the record; raises UnknownEntry, AlreadyDecided or NotYours."""
    found = _compare(entry_id, who, vault)
    write(lambda: audit.append(now, [(who.name, "archive.compare", subject(found.entry), "")]))
    return found


def _compare(entry_id: int, who: SignedIn, vault: Vault) -> ThirdLook:
    entry = entries.find(entry_id, who)
    if entry.state != archive_entries.DIFFERS:
        raise AlreadyDecided(entry.key)
    if not may_decide(entry, who):
        raise NotYours(entry.key)
    one, two = archive_entries.typings(entry.id)
    first = _open(one.values_sealed, entry.id, "1", vault)
    second = _open(two.values_sealed, entry.id, "2", vault)
    return ThirdLook(entry, archive_scans.scan_of(entry.id), (one.officer, two.officer), first,
                     second, forms.differences(first, second), data_of_list(entry))


def decide(entry_id: int, form: Mapping[str, str], who: SignedIn, vault: Vault,
           now: int) -> None:
    """Keep the right value of each differing field: `pick_FIELD` is "1", "2" or "other", then
    `FIELD` holds it. Raises as `third_look`, or InvalidInput naming the field."""
    found = _compare(entry_id, who, vault)
    today = clock.local(now).date()
    right = {field: _pick(field, found, form, today) for field in found.differing}
    agreed = _seal(found.first._replace(**right), entry_id, "agreed", vault)
    choices = ",".join(f"{field}:{form.get(f'pick_{field}')}" for field in right)

    def work() -> None:
        if not archive_entries.decide(entry_id, who.name, agreed, now):
            raise AlreadyDecided(found.entry.key)
        audit.append(now, [(who.name, "archive.decide", subject(found.entry), choices)])
    write(work)


def _pick(field: str, found: ThirdLook, form: Mapping[str, str], today: date) -> str:
    choice = form.get(f"pick_{field}", "")
    if choice in ("1", "2"):
        return getattr(found.first if choice == "1" else found.second, field)
    if choice != "other":
        raise InvalidInput(field, "choose")
    return forms.value(field, form.get(field, ""), today)


def type_anew(entry_id: int, who: SignedIn, now: int) -> None:
    """A mistake was found in what is agreed: both readings go, the scan stays. For who leads.

    Raises UnknownEntry, NotYours or AlreadyDecided.
    """
    entry = entries.find(entry_id, who)
    if not who.leads:
        raise NotYours(entry.key)

    def work() -> None:
        if not archive_entries.type_anew(entry.id, now):
            raise AlreadyDecided(entry.key)
        audit.append(now, [(who.name, "archive.type_anew", subject(entry), "")])
    write(work)


def agreed_data(entry: ArchiveEntry, vault: Vault) -> Typed | None:
    """What the contract says, once that is agreed."""
    if entry.typed_sealed is None:
        return None
    return _open(bytes(entry.typed_sealed), entry.id, "agreed", vault)


def data_of_list(entry: ArchiveEntry) -> Typed:
    """What the list and the billing system say."""
    return Typed(contract_no=entry.contract_no, signed_on=entry.signed_on, name=entry.name,
                 old_commune=entry.old_commune, old_district=entry.old_district)


def _seal(typed: Typed, entry_id: int, what: str, vault: Vault) -> bytes:
    return vault.seal(json.dumps(typed._asdict(), ensure_ascii=False), f"archive:{entry_id}:{what}")


def _open(sealed: bytes, entry_id: int, what: str, vault: Vault) -> Typed:
    return Typed(**json.loads(vault.open(sealed, f"archive:{entry_id}:{what}")))
