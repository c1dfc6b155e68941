"""Text messages that came in and talks under way."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, fetch_row, run


class InboundMessage(Model):
    """One text from a phone and the reply it got; a repeat of (gateway, gateway_id) gets
    the same reply again."""

    gateway = pw.CharField(max_length=12)
    gateway_id = pw.CharField(max_length=64)
    phone_hash = pw.CharField(max_length=32)
    phone_sealed = pw.BlobField()
    text = pw.TextField()
    word = pw.CharField(max_length=12)  # the command understood, "" for none
    code = pw.CharField(max_length=13, default="")
    reply = pw.TextField()
    received_at = pw.BigIntegerField()

    class Meta:
        indexes = ((("gateway", "gateway_id"), True), (("phone_hash", "received_at"), False))


class Conversation(Model):
    """Where a several-message talk with a phone stands, and what is remembered of the phone."""

    phone_hash = pw.CharField(max_length=32, primary_key=True)
    state = pw.TextField()  # JSON of the talk under way, "" for none
    expires_at = pw.BigIntegerField()  # of the talk; the rest stays
    last_code = pw.CharField(max_length=13, default="")  # what TD alone answers for
    accents = pw.IntegerField(default=0)  # 1: replies with Vietnamese accents (CODAU)
    turn = pw.IntegerField(default=0)  # counts changes: two messages at once cannot both win


class Memory(NamedTuple):
    """A row of Conversation; all empty for a phone that is not known yet."""

    state: str = ""
    expires_at: int = 0
    last_code: str = ""
    accents: int = 0
    turn: int = 0


class OptOut(Model):
    """A phone that wants no reminders (HUY)."""

    phone_hash = pw.CharField(max_length=32, primary_key=True)
    at = pw.BigIntegerField()


def recorded_reply(gateway: str, gateway_id: str) -> str | None:
    """The reply that this message got before, or None when it is new."""
    row = fetch_one("SELECT reply FROM inbound_message WHERE gateway = ? AND gateway_id = ?",
                    gateway, gateway_id)
    return row[0] if row else None


def record(row: tuple) -> bool:
    """Record an inbound message once; False when (gateway, gateway_id) is known.

    `row`: gateway, gateway_id, phone_hash, phone_sealed, text, word, code, reply, received_at.
    """
    return run(
        "INSERT INTO inbound_message (gateway, gateway_id, phone_hash, phone_sealed, text, word,"
        " code, reply, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (gateway, gateway_id) DO NOTHING", *row) == 1


def memory_of(phone_hash: str) -> Memory:
    """What is remembered of a phone."""
    row = fetch_one("SELECT state, expires_at, last_code, accents, turn FROM conversation"
                    " WHERE phone_hash = ?", phone_hash)
    return Memory._make(row) if row else Memory()


def remember(phone_hash: str, memory: Memory) -> bool:
    """Store `memory`, read before as of `memory.turn`. False when another message of the
    same phone was quicker; then nothing is stored."""
    return run(
        "INSERT INTO conversation (phone_hash, state, expires_at, last_code, accents, turn)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (phone_hash) DO UPDATE SET"
        " state = excluded.state, expires_at = excluded.expires_at,"
        " last_code = excluded.last_code, accents = excluded.accents, turn = excluded.turn"
        " WHERE conversation.turn = ?",
        phone_hash, *memory[:4], memory.turn + 1, memory.turn) == 1


def wants_accents(phone_hash: str) -> bool:
    """True for a phone that asked for accents (CODAU)."""
    return memory_of(phone_hash).accents == 1


def opt_out(phone_hash: str, now: int) -> bool:
    """No more reminders to this phone; False when it was so already."""
    return run("INSERT INTO opt_out (phone_hash, at) VALUES (?, ?)"
               " ON CONFLICT (phone_hash) DO NOTHING", phone_hash, now) == 1


def opt_in(phone_hash: str) -> bool:
    """Reminders again; False when they were never off."""
    return run("DELETE FROM opt_out WHERE phone_hash = ?", phone_hash) == 1


def opted_out(phone_hash: str) -> bool:
    """True for a phone that wants no reminders."""
    return fetch_one("SELECT 1 FROM opt_out WHERE phone_hash = ?", phone_hash) is not None


def received_since(phone_hash: str, since: int, most: int, but_not: str) -> int:
    """How many messages a phone sent since then, counted up to `most`; those understood as the word
    `but_not` are left out."""
    return fetch_row(
        "SELECT COUNT(*) FROM (SELECT 1 FROM inbound_message WHERE phone_hash = ?"
        " AND received_at > ? AND word <> ? LIMIT ?) AS newest",
        phone_hash, since, but_not, most)[0]


def answered_since(phone_hash: str, word: str, since: int) -> int:
    """How many messages understood as `word` a phone sent since then (ms) that got a reply."""
    return fetch_row("SELECT COUNT(*) FROM inbound_message WHERE phone_hash = ? AND received_at > ?"
                     " AND word = ? AND reply <> ''", phone_hash, since, word)[0]


def answered_alike(phone_hash: str, text: str, since: int, most: int) -> int:
    """How many messages of just this text a phone sent since then (ms) that got a reply, counted
    up to `most`."""
    return fetch_row("SELECT COUNT(*) FROM (SELECT 1 FROM inbound_message WHERE phone_hash = ?"
                     " AND received_at > ? AND text = ? AND reply <> '' LIMIT ?) AS alike",
                     phone_hash, since, text, most)[0]


def replies_by(gateway: str, phone_hash: str) -> list[tuple[int, str]]:
    """(received_at, reply) that a phone got at once through `gateway`, oldest first."""
    return fetch("SELECT received_at, reply FROM inbound_message WHERE phone_hash = ?"
                 " AND gateway = ? AND reply <> '' ORDER BY received_at, id", phone_hash, gateway)


def history(phone_hash: str, most: int = 50) -> list[tuple]:
    """(received_at, text, reply, gateway) of a phone's messages, oldest first."""
    rows = fetch("SELECT received_at, text, reply, gateway FROM inbound_message"
                 " WHERE phone_hash = ? ORDER BY received_at DESC, id DESC LIMIT ?",
                 phone_hash, most)
    return rows[::-1]
