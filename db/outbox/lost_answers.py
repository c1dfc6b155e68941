"""Messages whose answer was lost: whether their carrier has them is not known yet."""

from __future__ import annotations

from typing import NamedTuple

from db.connection import fetch, run


class Lost(NamedTuple):
    """A message whose carrier is to be asked whether it has it."""

    id: int
    to_sealed: bytes
    text: str
    gateway: str
    attempts: int
    sent_at: int
    expires_at: int
    next_at: int


def due(now: int, since: int, most: int) -> list[Lost]:
    """Uncertain messages, handed over after `since`, that are due for a look."""
    rows = fetch("SELECT id, to_sealed, text, gateway, attempts, sent_at, expires_at, next_at"
                 " FROM outbox_message WHERE state = 'uncertain' AND next_at <= ?"
                 " AND sent_at > ? ORDER BY id LIMIT ?", now, since, most)
    return [Lost(i, bytes(sealed), *rest) for i, sealed, *rest in rows]


def look_later(message: Lost, next_at: int) -> bool:
    """Put the next look off; False when another worker took this one."""
    return run("UPDATE outbox_message SET next_at = ? WHERE id = ? AND state = 'uncertain'"
               " AND next_at = ?", next_at, message.id, message.next_at) == 1


def mark_found(message_id: int, gateway_id: str) -> bool:
    """Uncertain → sent, under the carrier's number."""
    return run("UPDATE outbox_message SET state = 'sent', gateway_id = ?, error = ''"
               " WHERE id = ? AND state = 'uncertain'", gateway_id[:64], message_id) == 1


def give_up(message_id: int, error: str) -> bool:
    """Uncertain → failed."""
    return run("UPDATE outbox_message SET state = 'failed', error = ?"
               " WHERE id = ? AND state = 'uncertain'", error[:200], message_id) == 1
