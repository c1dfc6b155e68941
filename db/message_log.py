"""What was texted to and by a phone, and what the texts of a day cost."""

from __future__ import annotations

from typing import NamedTuple

from db.connection import fetch, fetch_one, is_sqlite, run
from db.desk import CALL, REQUEST

_DAY_MS, _LOCAL_MS = 86_400_000, 7 * 3_600_000  # local time is UTC+7 all year


class Received(NamedTuple):
    """A text from the phone and the reply it got."""

    at: int
    gateway: str
    gateway_id: str
    text: str
    word: str
    code: str
    reply: str


class Queued(NamedTuple):
    """A text to the phone."""

    id: int
    kind: str
    dedupe: str
    params: str
    text: str
    state: str
    attempts: int
    parts: int
    gateway: str
    error: str
    created_at: int
    next_at: int
    sent_at: int | None


def received(phone_hash: str, most: int) -> list[Received]:
    """The newest texts of a phone, newest first."""
    rows = fetch("SELECT received_at, gateway, gateway_id, text, word, code, reply"
                 " FROM inbound_message WHERE phone_hash = ?"
                 " ORDER BY received_at DESC, id DESC LIMIT ?",
                 phone_hash, most)
    return [Received._make(row) for row in rows]


def queued(phone_hash: str, most: int) -> list[Queued]:
    """The newest texts to a phone, whatever became of them, newest first."""
    rows = fetch(f"SELECT {', '.join(Queued._fields)} FROM outbox_message WHERE to_hash = ?"
                 " ORDER BY created_at DESC, id DESC LIMIT ?", phone_hash, most)
    return [Queued._make(row) for row in rows]


def phone_of(phone_hash: str) -> bytes | None:
    """The sealed number behind a hash, from whatever was texted; None for a silent phone."""
    row = (fetch_one("SELECT to_sealed FROM outbox_message WHERE to_hash = ? LIMIT 1", phone_hash)
           or fetch_one("SELECT phone_sealed FROM inbound_message WHERE phone_hash = ? LIMIT 1",
                        phone_hash))
    return bytes(row[0]) if row else None


class PhoneRecord(NamedTuple):
    """Something that a phone is known by: it is on file for a customer (`kind` and `ticket` ""),
    or asked for something. What there is not is ""."""

    kind: str  # REQUEST or CALL, as of the desk
    ticket: str
    code: str
    commune_code: str
    officer: str
    channel: str
    danger: int
    at: int
    heard_at: int | None


def records_of(phone_hash: str) -> list[PhoneRecord]:
    """All that a phone is known by."""
    return [PhoneRecord._make(row) for row in fetch(
        "SELECT '', '', p.code, c.commune_code, '', '', 0, p.registered_at,"
        " CAST(NULL AS BIGINT)"
        " FROM customer_phone p JOIN customer c ON c.code = p.code WHERE p.phone_hash = ?"
        f" UNION ALL SELECT '{REQUEST}', ticket, customer_code, commune_code, officer, channel, 0,"
        " created_at, NULL FROM contract_request WHERE phone_hash = ?"
        f" UNION ALL SELECT '{CALL}', ticket, code, commune_code, officer, channel, danger,"
        " created_at, heard_at FROM \"call\" WHERE phone_hash = ?",
        phone_hash, phone_hash, phone_hash)]


def queue_again(message_id: int, to_hash: str, now: int, expires_at: int) -> bool:
    """Queue a failed message once more, as a new one; False when it has not failed, is not to
    this phone, holds a secret, or was queued again before."""
    return run(
        "INSERT INTO outbox_message (kind, dedupe, to_hash, to_sealed, params, text, state, lane,"
        " parts, attempts, next_at, lease_until, expires_at, gateway, gateway_id, error,"
        " created_at) SELECT kind, 'again:' || id, to_hash, to_sealed, params, '', 'queued', lane,"
        " 0, 0, ?, 0, ?, '', '', '', ? FROM outbox_message WHERE id = ? AND to_hash = ?"
        " AND state = 'failed' AND kind <> 'otp' ON CONFLICT (dedupe) DO NOTHING",
        now, expires_at, now, message_id, to_hash) == 1


class Cost(NamedTuple):
    """Texts of one local day and one word or kind. `day`: days since 1970."""

    day: int
    name: str
    texts: int
    parts: int


def cost_of_replies(since: int, until: int) -> list[Cost]:
    """Replies given at once, in the answer to the gateway, by day and word. One without accents is
    one part by rule; the others are counted as UCS-2."""
    octets = "LENGTH(CAST(reply AS BLOB))" if is_sqlite() else "OCTET_LENGTH(reply)"
    parts = (f"CASE WHEN {octets} = LENGTH(reply) OR LENGTH(reply) <= 70 THEN 1"
             " ELSE (LENGTH(reply) + 66) / 67 END")
    # Read backwards from the newest: the table has no index by time, and needs none.
    rows = fetch(f"SELECT (received_at + {_LOCAL_MS}) / {_DAY_MS} AS day, word, COUNT(*),"
                 f" SUM({parts}) FROM inbound_message WHERE id > COALESCE((SELECT MAX(id)"
                 " FROM inbound_message WHERE received_at < ?), 0) AND reply <> ''"
                 " AND received_at >= ? AND received_at < ?"
                 " AND gateway NOT IN ('modem', 'smpp') GROUP BY 1, 2", since, since, until)
    return [Cost(int(day), word, count, int(total)) for day, word, count, total in rows]


def cost_of_queued(since: int, until: int) -> list[Cost]:
    """Texts that a provider took, by day of handing over and kind."""
    rows = fetch(f"SELECT (sent_at + {_LOCAL_MS}) / {_DAY_MS} AS day, kind, COUNT(*), SUM(parts)"
                 " FROM outbox_message WHERE id > COALESCE((SELECT MAX(id) FROM outbox_message"
                 " WHERE created_at < ?), 0) AND sent_at >= ? AND sent_at < ?"
                 " AND state IN ('accepted', 'sent', 'delivered', 'uncertain') GROUP BY 1, 2",
                 since, since, until)
    return [Cost(int(day), kind, count, int(total)) for day, kind, count, total in rows]
