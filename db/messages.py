"""Text messages that came in, talks under way, and daily look-up quotas."""

from __future__ import annotations

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
    """Where a several-message talk with a phone stands, and what it remembers."""

    phone_hash = pw.CharField(max_length=32, primary_key=True)
    state = pw.TextField()  # JSON
    expires_at = pw.BigIntegerField()


class Lookup(Model):
    """Codes that a stranger (unregistered phone, kiosk) asked for on one local day."""

    who = pw.CharField(max_length=40)
    day = pw.CharField(max_length=10)
    code = pw.CharField(max_length=13)

    class Meta:
        indexes = ((("who", "day", "code"), True),)


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


def talk_of(phone_hash: str, now: int) -> str | None:
    """JSON state of the phone's live conversation, or None."""
    row = fetch_one("SELECT state FROM conversation WHERE phone_hash = ? AND expires_at > ?",
                    phone_hash, now)
    return row[0] if row else None


def keep_talk(phone_hash: str, state: str, expires_at: int) -> None:
    """Store the conversation's state until `expires_at`."""
    run("INSERT INTO conversation (phone_hash, state, expires_at) VALUES (?, ?, ?)"
        " ON CONFLICT (phone_hash) DO UPDATE SET state = excluded.state,"
        " expires_at = excluded.expires_at", phone_hash, state, expires_at)


def end_talk(phone_hash: str) -> None:
    """Forget the phone's conversation."""
    run("DELETE FROM conversation WHERE phone_hash = ?", phone_hash)


def count_lookup(who: str, day: str, code: str) -> int:
    """Note that `who` asked for `code` on `day`; returns how many different codes that makes."""
    run("INSERT INTO lookup (who, day, code) VALUES (?, ?, ?)"
        " ON CONFLICT (who, day, code) DO NOTHING", who, day, code)
    return fetch_row("SELECT COUNT(*) FROM lookup WHERE who = ? AND day = ?", who, day)[0]


def history(phone_hash: str, most: int = 50) -> list[tuple]:
    """(received_at, text, reply, gateway) of a phone's messages, oldest first."""
    rows = fetch("SELECT received_at, text, reply, gateway FROM inbound_message"
                 " WHERE phone_hash = ? ORDER BY received_at DESC, id DESC LIMIT ?",
                 phone_hash, most)
    return rows[::-1]
