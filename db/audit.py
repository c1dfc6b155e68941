"""The audit chain: who did what, each row sealed by the hash of the one before.

Rows are keyed (HMAC) by a key outside the database, so that who writes the database cannot compute
the chain anew. A database from before that begins with rows of plain SHA-256; how many, and where
they end, is sealed with the key as well (the joint), and so is the newest head.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, fetch_row, require_write, run

GENESIS = "0" * 64
_key = b""


class NoKey(RuntimeError):
    """A mistake in the program: the chain is used before `use_key`."""


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
    """The chain's newest hash; its one row is locked while somebody appends. `seal` is of hash and
    count, `joint` of the plain part's last hash and its length; `key_check` tells a wrong key."""

    id = pw.IntegerField(primary_key=True)
    hash = pw.CharField(max_length=64)
    count = pw.BigIntegerField()
    seal = pw.CharField(max_length=64, default="")
    plain_count = pw.BigIntegerField(default=0)
    plain_hash = pw.CharField(max_length=64, default="")
    joint = pw.CharField(max_length=64, default="")
    key_check = pw.CharField(max_length=64, default="")


class Head(NamedTuple):
    """The head's row: where and after how many rows the chain ends, and its plain part."""

    hash: str
    length: int
    seal: str
    plain_count: int
    plain_hash: str
    joint: str


def use_key(key: bytes) -> None:
    """From now on this process keys the chain with `key`."""
    global _key
    _key = key


def _keyed(text: str) -> str:
    if not _key:
        raise NoKey
    return hmac.digest(_key, text.encode(), hashlib.sha256).hex()


def _text(*parts: str) -> str:
    # Lengths keep the fields apart.
    return "".join(f"{len(p)}:{p}" for p in parts)


def plain_link(prev_hash: str, at: int, actor: str, action: str, subject: str, detail: str) -> str:
    """Hex SHA-256 of a row and its predecessor's hash, as the first rows of old databases have."""
    text = _text(prev_hash, str(at), actor, action, subject, detail)
    return hashlib.sha256(text.encode()).hexdigest()


def link(prev_hash: str, at: int, actor: str, action: str, subject: str, detail: str) -> str:
    """The same with the key: hex HMAC-SHA-256."""
    return _keyed(_text(prev_hash, str(at), actor, action, subject, detail))


def _seal(about: str, digest: str, count: int) -> str:
    return _keyed(_text(about, digest, str(count)))


def append(at: int, entries: Iterable[tuple[str, str, str, str]]) -> int:
    """Append (actor, action, subject, detail) rows. Call inside `write`."""
    require_write()
    # An UPDATE locks the head row on PostgreSQL until commit; on SQLite we are alone anyway.
    before, count = fetch_row("UPDATE audit_head SET count = count WHERE id = 1"
                              " RETURNING hash, count")
    rows = list(_links(before, at, entries))
    for row in rows:
        run("INSERT INTO audit_entry (at, actor, action, subject, detail, prev_hash, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)", *row)
    if rows:
        _move_head(rows[-1][-1], count + len(rows))
    return len(rows)


def _links(head: str, at: int, entries: Iterable[tuple]) -> Iterator[tuple]:
    for actor, action, subject, detail in entries:
        digest = link(head, at, actor, action, subject, detail)
        yield (at, actor, action, subject, detail, head, digest)
        head = digest


def _move_head(digest: str, count: int) -> None:
    run("UPDATE audit_head SET hash = ?, count = ?, seal = ? WHERE id = 1",
        digest, count, _seal("head", digest, count))


def join() -> None:
    """All rows so far are the plain part, sealed as they are now. Only for the step that brings a
    database of before up (migration 0015): nobody else may call what is plain sealed."""
    require_write()
    digest, count = fetch_row("UPDATE audit_head SET count = count WHERE id = 1"
                              " RETURNING hash, count")
    if count:
        run("UPDATE audit_head SET plain_count = ?, plain_hash = ?, joint = ?, key_check = ?"
            " WHERE id = 1", count, digest, _seal("joint", digest, count), _keyed("key check"))
        _move_head(digest, count)


def note_key() -> None:
    """The first to look at a chain notes the key that it is keyed with."""
    run("UPDATE audit_head SET key_check = ? WHERE id = 1 AND key_check = ''", _keyed("key check"))


def noted_key(fetched: Callable[..., list] = fetch) -> str:
    """The key that was noted, or ""; `fetched` asks this or another database."""
    rows = fetched("SELECT key_check FROM audit_head WHERE id = 1")
    return rows[0][0] if rows else ""


def is_ours(noted: str) -> bool:
    """True when the key that was noted is the one of this process."""
    return hmac.compare_digest(noted, _keyed("key check"))


def plain_rows() -> int:
    """How many rows, the first ones, are from before the chain was keyed."""
    return fetch_row("SELECT plain_count FROM audit_head WHERE id = 1")[0]


def head() -> tuple[str, int]:
    """(hash, count) of the chain's newest state."""
    digest, count = fetch_row("SELECT hash, count FROM audit_head WHERE id = 1")
    return digest, count


def first_bad_row(known_head: str = "", noted: Mapping[int, str] | None = None) -> str | None:
    """Name of the first row that breaks the chain, or None when it is intact.

    `known_head`: a head noted earlier, which the chain must still contain; `noted`: heads by
    their count. They find a chain that was put back to an earlier state of its own, seal and all.
    """
    noted = noted or {}
    # Read first: rows appended meanwhile only make the chain longer.
    found = fetch_one("SELECT hash, count, seal, plain_count, plain_hash, joint"
                      " FROM audit_head WHERE id = 1")
    if found is None:
        return "the head of the chain, which is missing"
    target = Head._make(found)
    if target.joint and target.joint != _seal("joint", target.plain_hash, target.plain_count):
        return f"row number {target.plain_count}, where the keyed part is said to begin"
    plain = target.plain_count if target.joint else 0
    prev, count, last, seen = GENESIS, 0, 0, known_head in ("", GENESIS)
    for entry_id, *row, prev_hash, digest in _all_rows():
        count, last = count + 1, entry_id
        right = plain_link(prev, *row) if count <= plain else link(prev, *row)
        if prev_hash != prev or digest != right or not _as_noted(target, noted, count, digest):
            return f"audit row {entry_id}"
        prev, seen = digest, seen or digest == known_head
    if count < max(target.length, *noted, 0) or not seen:
        return f"the row after audit row {last}, which is missing"
    return _bad_head(target, count, last)


def _as_noted(target: Head, noted: Mapping[int, str], count: int, digest: str) -> bool:
    """What was said of the row at this place, inside and outside the database, holds."""
    return (digest == noted.get(count, digest)
            and (count != target.length or digest == target.hash)
            and (count != target.plain_count or digest == target.plain_hash))


def _bad_head(target: Head, count: int, last: int) -> str | None:
    if count > head()[1]:
        return f"audit row {last}, which the head does not know"
    if (target.length or target.seal) and target.seal != _seal("head", target.hash, target.length):
        # The head is sealed for another end of the chain.
        return f"the row after audit row {last}, which is missing"
    return None


def _all_rows(page: int = 5000) -> Iterator[tuple]:
    last = 0
    while rows := fetch("SELECT id, at, actor, action, subject, detail, prev_hash, hash"
                        " FROM audit_entry WHERE id > ? ORDER BY id LIMIT ?", last, page):
        yield from rows
        last = rows[-1][0]
