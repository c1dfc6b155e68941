"""Old paper contracts: one entry each, how far it is, and what two officers typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import peewee as pw

from db import bulk
from db.connection import Model, fetch, fetch_row, require_write, run
from db.paging import Reach

# How far an entry is. It moves only by the functions below: one conditional UPDATE each.
LISTED, SCANNED, TYPED, DIFFERS = "listed", "scanned", "typed", "differs"
AGREED, DONE = "agreed", "done"
STATES = (LISTED, SCANNED, TYPED, DIFFERS, AGREED, DONE)
BILLING, LIST = "billing", "list"  # where an entry came from



class ArchiveEntry(Model):
    """One old contract on paper. What its scan says stands sealed in `typed_sealed`."""

    id = pw.AutoField()
    key = pw.CharField(max_length=40, unique=True)  # services.archive.sheets.key_of
    contract_no = pw.CharField(max_length=40, default="")
    customer_code = pw.CharField(max_length=13, default="", index=True)
    name = pw.CharField(max_length=120, default="")
    signed_on = pw.CharField(max_length=10, default="")
    old_commune = pw.CharField(max_length=80, default="")  # as the list writes it
    old_district = pw.CharField(max_length=80, default="")
    office = pw.CharField(max_length=6)
    commune_code = pw.CharField(max_length=5, default="")  # of today; "" while unknown
    source = pw.CharField(max_length=8)
    state = pw.CharField(max_length=8, default=LISTED)
    first_by = pw.CharField(max_length=40, default="")
    second_by = pw.CharField(max_length=40, default="")
    decided_by = pw.CharField(max_length=40, default="")  # "" when both typed the same
    typed_sealed = pw.BlobField(null=True)
    old_commune_code = pw.CharField(max_length=5, default="")  # as confirmed
    confirmed_by = pw.CharField(max_length=40, default="")
    changed_at = pw.BigIntegerField()

    class Meta:
        indexes = ((("office", "state"), False), (("state", "changed_at"), False))


class ArchiveTyping(Model):
    """What one officer read off a scan, sealed."""

    entry = pw.ForeignKeyField(ArchiveEntry, column_name="entry_id", index=False)
    turn = pw.IntegerField()  # 1, 2
    officer = pw.CharField(max_length=40)
    values_sealed = pw.BlobField()
    at = pw.BigIntegerField()

    class Meta:
        indexes = ((("entry", "turn"), True), (("entry", "officer"), True))


class Typing(NamedTuple):
    """One officer's reading."""

    turn: int
    officer: str
    values_sealed: bytes
    at: int


def get(entry_id: int) -> ArchiveEntry | None:
    """The entry with this number, or None."""
    return ArchiveEntry.get_or_none(ArchiveEntry.id == entry_id)


def by_key(key: str) -> ArchiveEntry | None:
    """The entry of a contract number or, where there is none, of a customer code."""
    return ArchiveEntry.get_or_none(ArchiveEntry.key == key)


def of_customer(code: str) -> list[ArchiveEntry]:
    """All old contracts of a customer, the oldest first."""
    return list(ArchiveEntry.select().where(ArchiveEntry.customer_code == code)
                .order_by(ArchiveEntry.signed_on, ArchiveEntry.id))


def counts(reach: Reach) -> list[tuple[str, str, int]]:
    """(office, state, how many) within reach."""
    where, params = _within(reach)
    return fetch(f"SELECT office, state, COUNT(*) FROM archive_entry WHERE {where}"
                 " GROUP BY office, state ORDER BY office", *params)


def signed_before(day: str, reach: Reach) -> tuple[int, int]:
    """(agreed or done, all) of the contracts signed before a day (ISO), or nobody knows when."""
    where, params = _within(reach)
    return fetch_row("SELECT COUNT(CASE WHEN state IN ('agreed', 'done') THEN 1 END), COUNT(*)"
                     f" FROM archive_entry WHERE signed_on < ? AND {where}", day, *params)


def listing(reach: Reach, office: str, state: str, most: int) -> list[ArchiveEntry]:
    """Entries within reach by key; "" = any office, any state."""
    query = ArchiveEntry.select().order_by(ArchiveEntry.key).limit(most)
    if reach is not None:
        query = query.where(ArchiveEntry.commune_code.in_(reach))
    if office:
        query = query.where(ArchiveEntry.office == office)
    if state:
        query = query.where(ArchiveEntry.state == state)
    return list(query)


def to_type(officer: str, reach: Reach, most: int) -> list[ArchiveEntry]:
    """Scans that this officer may still type, the ones begun by a colleague first."""
    query = ArchiveEntry.select().where(
        (ArchiveEntry.state == SCANNED)
        | ((ArchiveEntry.state == TYPED) & (ArchiveEntry.first_by != officer)))
    if reach is not None:
        query = query.where(ArchiveEntry.commune_code.in_(reach))
    return list(query.order_by(ArchiveEntry.state.desc(), ArchiveEntry.changed_at,
                               ArchiveEntry.id).limit(most))


def waiting(state: str, reach: Reach, most: int) -> list[ArchiveEntry]:
    """Entries in one state, the longest waiting first."""
    query = ArchiveEntry.select().where(ArchiveEntry.state == state)
    if reach is not None:
        query = query.where(ArchiveEntry.commune_code.in_(reach))
    return list(query.order_by(ArchiveEntry.changed_at, ArchiveEntry.id).limit(most))


def typings(entry_id: int) -> list[Typing]:
    """What was typed of an entry, in turn."""
    return [Typing(turn, officer, bytes(sealed), at) for turn, officer, sealed, at in fetch(
        "SELECT turn, officer, values_sealed, at FROM archive_typing WHERE entry_id = ?"
        " ORDER BY turn", entry_id)]


def add_typing(entry_id: int, turn: int, officer: str, values_sealed: bytes, now: int) -> None:
    """Keep what one officer read off a scan; `turn` is 1 or 2."""
    run("INSERT INTO archive_typing (entry_id, turn, officer, values_sealed, at)"
        " VALUES (?, ?, ?, ?, ?)", entry_id, turn, officer, values_sealed, now)


def mark_scanned(entry_id: int, now: int) -> bool:
    """Listed → scanned; True when this call did it."""
    return run("UPDATE archive_entry SET state = 'scanned', changed_at = ? WHERE id = ?"
               " AND state = 'listed'", now, entry_id) == 1


def type_first(entry_id: int, officer: str, now: int) -> bool:
    """Scanned → typed; True when this call did it."""
    return run("UPDATE archive_entry SET state = 'typed', first_by = ?, changed_at = ?"
               " WHERE id = ? AND state = 'scanned'", officer, now, entry_id) == 1


def type_second(entry_id: int, officer: str, agreed: bytes | None, now: int) -> bool:
    """Typed → agreed with these sealed values or, for None, → differs; only by another officer
    than the first. True when this call did it."""
    return run("UPDATE archive_entry SET state = ?, second_by = ?, typed_sealed = ?,"
               " changed_at = ? WHERE id = ? AND state = 'typed' AND first_by <> ?",
               DIFFERS if agreed is None else AGREED, officer, agreed, now, entry_id,
               officer) == 1


def decide(entry_id: int, officer: str, agreed: bytes, now: int) -> bool:
    """Differs → agreed; True when this call did it."""
    return run("UPDATE archive_entry SET state = 'agreed', decided_by = ?, typed_sealed = ?,"
               " changed_at = ? WHERE id = ? AND state = 'differs'",
               officer, agreed, now, entry_id) == 1


def confirm(entry_id: int, officer: str, old_code: str, new_code: str, now: int) -> bool:
    """Agreed → done, with the commune of that day and today's; True when this call did it."""
    return run("UPDATE archive_entry SET state = 'done', confirmed_by = ?, old_commune_code = ?,"
               " commune_code = ?, changed_at = ? WHERE id = ? AND state = 'agreed'",
               officer, old_code, new_code, now, entry_id) == 1


def back_to_list(entry_id: int, now: int) -> bool:
    """What was scanned but is not agreed → listed, to be scanned anew; True when this call did
    it. What was typed is forgotten. Call inside `write`."""
    require_write()
    if run("UPDATE archive_entry SET state = 'listed', first_by = '', second_by = '',"
           " changed_at = ? WHERE id = ? AND state IN ('scanned', 'typed', 'differs')",
           now, entry_id) != 1:
        return False
    run("DELETE FROM archive_typing WHERE entry_id = ?", entry_id)
    return True


def type_anew(entry_id: int, now: int) -> bool:
    """Agreed or done → scanned, with all that was typed forgotten; True when this call did
    it. Call inside `write`."""
    require_write()
    if run("UPDATE archive_entry SET state = 'scanned', first_by = '', second_by = '',"
           " decided_by = '', confirmed_by = '', old_commune_code = '', typed_sealed = NULL,"
           " changed_at = ? WHERE id = ? AND state IN ('agreed', 'done')", now, entry_id) != 1:
        return False
    run("DELETE FROM archive_typing WHERE entry_id = ?", entry_id)
    return True


def not_yet_listed(most: int) -> list[tuple[str, str, str, str, str]]:
    """(code, contract number, name, signed on, commune) of customers with a paper contract that
    no entry speaks of, at most `most`."""
    return fetch("SELECT c.code, c.contract_no, c.name, c.contract_signed_on, c.commune_code"
                 " FROM customer c WHERE c.contract_medium = 'paper' AND NOT EXISTS"
                 " (SELECT 1 FROM archive_entry e WHERE e.customer_code = c.code)"
                 " ORDER BY c.code LIMIT ?", most)


def keys() -> set[str]:
    """Every key that is taken."""
    return {key for (key,) in fetch("SELECT key FROM archive_entry")}


def add(rows: Iterable[Sequence]) -> None:
    """Append entries: key, contract_no, customer_code, name, signed_on, office, commune_code,
    source, changed_at."""
    columns = ("key", "contract_no", "customer_code", "name", "signed_on", "office",
               "commune_code", "source", "changed_at", "old_commune", "old_district", "state",
               "first_by", "second_by", "decided_by", "old_commune_code", "confirmed_by")
    bulk.load("archive_entry", columns, (
        (*row, "", "", LISTED, "", "", "", "", "") for row in rows))


def _within(reach: Reach) -> tuple[str, Sequence[str]]:
    if reach is None:
        return "1 = 1", ()
    return f"commune_code IN ({', '.join('?' * len(reach)) or 'NULL'})", reach
