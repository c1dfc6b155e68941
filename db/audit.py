"""The audit chain: who did what, each row sealed by the hash of the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import peewee as pw

from db.connection import Model, fetch, fetch_row, require_write, run

GENESIS = "0" * 64


class AuditEntry(Model):
    """One link of the chain. Append-only; `hash` covers the row and `prev_hash`."""

    at = pw.BigIntegerField()
    actor = pw.CharField(max_length=60)
    action = pw.CharField(max_length=40)
    subject = pw.CharField(max_length=80, index=True)
    detail = pw.TextField(default="")
    prev_hash = pw.CharField(max_length=64)
    hash = pw.CharField(max_length=64)


class AuditHead(Model):
    """The chain's newest hash; its one row is locked while somebody appends."""

    id = pw.IntegerField(primary_key=True)
    hash = pw.CharField(max_length=64)
    count = pw.BigIntegerField()


def link(prev_hash: str, at: int, actor: str, action: str, subject: str, detail: str) -> str:
    """Hex SHA-256 of a row and its predecessor's hash; lengths keep the fields apart."""
    parts = [prev_hash, str(at), actor, action, subject, detail]
    return hashlib.sha256("".join(f"{len(p)}:{p}" for p in parts).encode()).hexdigest()


def append(at: int, entries: Iterable[tuple[str, str, str, str]]) -> int:
    """Append (actor, action, subject, detail) rows. Call inside `write`."""
    require_write()
    # An UPDATE locks the head row on PostgreSQL until commit; on SQLite we are alone anyway.
    run("UPDATE audit_head SET count = count WHERE id = 1")
    head = fetch_row("SELECT hash FROM audit_head WHERE id = 1")[0]
    rows = list(_links(head, at, entries))
    for row in rows:
        run("INSERT INTO audit_entry (at, actor, action, subject, detail, prev_hash, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)", *row)
    if rows:
        run("UPDATE audit_head SET hash = ?, count = count + ? WHERE id = 1",
            rows[-1][-1], len(rows))
    return len(rows)


def _links(head: str, at: int, entries: Iterable[tuple]) -> Iterator[tuple]:
    for actor, action, subject, detail in entries:
        digest = link(head, at, actor, action, subject, detail)
        yield (at, actor, action, subject, detail, head, digest)
        head = digest


def head() -> tuple[str, int]:
    """(hash, count) of the chain's newest state."""
    digest, count = fetch_row("SELECT hash, count FROM audit_head WHERE id = 1")
    return digest, count


def first_bad_row(known_head: str = "") -> str | None:
    """Name of the first row that breaks the chain, or None when it is intact.

    `known_head`: a head noted earlier, which the chain must still contain. It finds
    a chain that was cut short together with its own record of the head.
    """
    target, length = head()  # read first: rows appended meanwhile only make the chain longer
    prev, count, last, seen = GENESIS, 0, 0, known_head in ("", GENESIS)
    for entry_id, at, actor, action, subject, detail, prev_hash, digest in _all_rows():
        count, last = count + 1, entry_id
        if prev_hash != prev or digest != link(prev, at, actor, action, subject, detail):
            return f"audit row {entry_id}"
        if count == length and digest != target:
            return f"audit row {entry_id}"
        prev, seen = digest, seen or digest == known_head
    if count < length or not seen:
        return f"the row after audit row {last}, which is missing"
    return f"audit row {last}, which the head does not know" if count > head()[1] else None


def _all_rows(page: int = 5000) -> Iterator[tuple]:
    last = 0
    while rows := fetch("SELECT id, at, actor, action, subject, detail, prev_hash, hash"
                        " FROM audit_entry WHERE id > ? ORDER BY id LIMIT ?", last, page):
        yield from rows
        last = rows[-1][0]
