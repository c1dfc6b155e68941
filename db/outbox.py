"""Messages waiting to be sent. They commit with the business row that caused them."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, fetch_row, is_sqlite, run

QUEUED, LEASED, SENT, FAILED, UNCERTAIN, DROPPED = (
    "queued", "leased", "sent", "failed", "uncertain", "dropped")


class OutboxMessage(Model):
    """A text to one phone. `params` (JSON) fills the template of its `kind` when it is
    sent; `text` is what was really sent."""

    kind = pw.CharField(max_length=20)
    dedupe = pw.CharField(max_length=80, unique=True)
    to_hash = pw.CharField(max_length=32)
    to_sealed = pw.BlobField()
    params = pw.TextField()
    text = pw.TextField(default="")
    state = pw.CharField(max_length=10, default=QUEUED)
    attempts = pw.IntegerField(default=0)
    next_at = pw.BigIntegerField()
    lease_until = pw.BigIntegerField(default=0)
    expires_at = pw.BigIntegerField()
    gateway = pw.CharField(max_length=12, default="")
    gateway_id = pw.CharField(max_length=64, default="")
    error = pw.CharField(max_length=200, default="")
    created_at = pw.BigIntegerField()
    sent_at = pw.BigIntegerField(null=True)

    class Meta:
        indexes = ((("state", "next_at"), False), (("to_hash", "created_at"), False),
                   (("gateway", "gateway_id"), False))


class Heartbeat(Model):
    """When a background process last said it lives."""

    name = pw.CharField(max_length=20, primary_key=True)
    at = pw.BigIntegerField()


class Claimed(NamedTuple):
    """An outbox row that this worker may send."""

    id: int
    kind: str
    to_sealed: bytes
    to_hash: str
    params: str
    attempts: int
    expires_at: int


def add(kind: str, dedupe: str, to: tuple[str, bytes], params: str, now: int,
        expires_at: int) -> bool:
    """Queue one message; False when `dedupe` was queued before. `to`: (hash, sealed)."""
    return run(
        "INSERT INTO outbox_message (kind, dedupe, to_hash, to_sealed, params, text, state,"
        " attempts, next_at, lease_until, expires_at, gateway, gateway_id, error, created_at)"
        " VALUES (?, ?, ?, ?, ?, '', 'queued', 0, ?, 0, ?, '', '', '', ?)"
        " ON CONFLICT (dedupe) DO NOTHING",
        kind, dedupe, to[0], to[1], params, now, expires_at, now) == 1


def claim(now: int, lease_until: int, most: int) -> list[Claimed]:
    """Lease up to `most` messages that are due, oldest first, one a recipient: the next one
    to the same phone waits until this one is done, so their order holds."""
    skip = "" if is_sqlite() else " FOR UPDATE SKIP LOCKED"
    rows = fetch(
        "UPDATE outbox_message SET state = 'leased', lease_until = ?, attempts = attempts + 1"
        " WHERE id IN (SELECT id FROM outbox_message o WHERE state = 'queued' AND next_at <= ?"
        " AND NOT EXISTS (SELECT 1 FROM outbox_message e WHERE e.to_hash = o.to_hash"
        " AND e.id < o.id AND e.state IN ('queued', 'leased'))"
        f" ORDER BY id LIMIT ?{skip}) AND state = 'queued'"
        " RETURNING id, kind, to_sealed, to_hash, params, attempts, expires_at",
        lease_until, now, most)
    return sorted(Claimed(i, kind, bytes(sealed), *rest) for i, kind, sealed, *rest in rows)


def finish(message_id: int, state: str, *, text: str = "", gateway: str = "",
           gateway_id: str = "", error: str = "", sent_at: int | None = None) -> bool:
    """Leased → `state`. True when the lease was still ours."""
    return run(
        "UPDATE outbox_message SET state = ?, text = ?, gateway = ?, gateway_id = ?, error = ?,"
        " sent_at = ? WHERE id = ? AND state = 'leased'",
        state, text, gateway, gateway_id, error[:200], sent_at, message_id) == 1


def retry_later(message_id: int, next_at: int, error: str) -> bool:
    """Leased → queued again, not before `next_at`."""
    return run("UPDATE outbox_message SET state = 'queued', next_at = ?, lease_until = 0,"
               " error = ? WHERE id = ? AND state = 'leased'",
               next_at, error[:200], message_id) == 1


def release_lost(now: int) -> int:
    """Leases that ran out: their worker died in the middle, so whether the text went out is
    not known. They become uncertain rather than being sent twice."""
    return run("UPDATE outbox_message SET state = 'uncertain', error = 'lease ran out'"
               " WHERE state = 'leased' AND lease_until < ?", now)


def beat(name: str, now: int) -> None:
    """Note that the background process `name` lives."""
    run("INSERT INTO heartbeat (name, at) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET at = excluded.at", name, now)


def last_beat(name: str) -> int | None:
    """When `name` last said it lives (ms), or None."""
    row = fetch_one("SELECT at FROM heartbeat WHERE name = ?", name)
    return row[0] if row else None


def sent_to(to_hash: str, most: int) -> list[tuple[int, str]]:
    """(sent_at, text) of the newest messages sent to this phone, newest first."""
    return fetch("SELECT sent_at, text FROM outbox_message WHERE to_hash = ? AND state = 'sent'"
                 " ORDER BY created_at DESC, id DESC LIMIT ?", to_hash, most)


def count_since(kind: str, to_hash: str, since: int) -> int:
    """How many messages of a kind were queued for this phone since `since` (ms)."""
    return fetch_row("SELECT COUNT(*) FROM outbox_message WHERE to_hash = ? AND created_at > ?"
                     " AND kind = ?", to_hash, since, kind)[0]


def sent_by_log(to_hash: str) -> list[tuple]:
    """(sent_at, kind, text) that the log gateway sent to this phone, oldest first."""
    return fetch("SELECT sent_at, kind, text FROM outbox_message WHERE to_hash = ?"
                 " AND gateway = 'log' AND state = 'sent' ORDER BY sent_at, id", to_hash)
