"""What the SMPP line must not forget: parts of long texts, and receipts that came too early."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, fetch_row, run


class SmppPart(Model):
    """One part of a long text, until a day after it came. `done`: the text was handed over,
    and the row is kept to know a repeated part by."""

    phone_hash = pw.CharField(max_length=32)
    phone_sealed = pw.BlobField()
    reference = pw.IntegerField()
    total = pw.IntegerField()
    number = pw.IntegerField()  # from 1
    coding = pw.IntegerField()  # data_coding
    octets = pw.BlobField()
    received_at = pw.BigIntegerField(index=True)
    done = pw.BooleanField(default=False)

    class Meta:
        indexes = ((("phone_hash", "reference", "total", "number"), True),)


class EarlyReceipt(Model):
    """A receipt whose message was not found yet: it overtook the answer to the submission."""

    ids = pw.TextField()  # JSON list: every spelling of the centre's number
    to_hash = pw.CharField(max_length=32)
    state = pw.CharField(max_length=12)
    reason = pw.CharField(max_length=12, default="")
    at = pw.BigIntegerField(index=True)


class PartRow(NamedTuple):
    """A stored part, as it is put together."""

    phone_hash: str
    phone_sealed: bytes
    reference: int
    total: int
    number: int
    coding: int
    octets: bytes


def find_part(part: PartRow) -> tuple[bytes, bool] | None:
    """(octets, done) of the row in this part's place, or None."""
    row = fetch_one("SELECT octets, done FROM smpp_part WHERE phone_hash = ? AND reference = ?"
                    " AND total = ? AND number = ?",
                    part.phone_hash, part.reference, part.total, part.number)
    return (bytes(row[0]), bool(row[1])) if row else None


def add(part: PartRow, now: int) -> bool:
    """Store a part; False when its place is taken."""
    return run("INSERT INTO smpp_part (phone_hash, phone_sealed, reference, total, number,"
               " coding, octets, received_at, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
               " ON CONFLICT (phone_hash, reference, total, number) DO NOTHING",
               *part, now, False) == 1


def waiting(phone_hash: str, reference: int, total: int) -> list[PartRow]:
    """The parts of one text that are there and not handed over, in order."""
    rows = fetch("SELECT phone_hash, phone_sealed, reference, total, number, coding, octets"
                 " FROM smpp_part WHERE phone_hash = ? AND reference = ? AND total = ?"
                 " AND NOT done ORDER BY number", phone_hash, reference, total)
    return [PartRow(*row)._replace(phone_sealed=bytes(row[1]), octets=bytes(row[6]))
            for row in rows]


def finish(phone_hash: str, reference: int, total: int) -> int:
    """Mark a text's parts as handed over; 0 when somebody else did."""
    return run("UPDATE smpp_part SET done = ? WHERE phone_hash = ? AND reference = ?"
               " AND total = ? AND NOT done", True, phone_hash, reference, total)


def forget(phone_hash: str, reference: int, total: int) -> int:
    """Drop a text's parts."""
    return run("DELETE FROM smpp_part WHERE phone_hash = ? AND reference = ? AND total = ?",
               phone_hash, reference, total)


def overdue(before: int) -> list[tuple[str, int, int]]:
    """(phone_hash, reference, total) of unfinished texts that began before this time."""
    return fetch("SELECT phone_hash, reference, total FROM smpp_part WHERE NOT done"
                 " GROUP BY phone_hash, reference, total HAVING MIN(received_at) < ?"
                 " ORDER BY MIN(received_at)", before)


def drop_done(before: int) -> int:
    """Forget parts that were handed over and came before this time."""
    return run("DELETE FROM smpp_part WHERE done AND received_at < ?", before)


def came_before(digest: str, since: int, until: int) -> bool:
    """Whether a text whose number begins with `digest` was recorded between these times."""
    return fetch_row(
        "SELECT COUNT(*) FROM inbound_message WHERE gateway = 'smpp' AND gateway_id >= ?"
        " AND gateway_id < ? AND received_at >= ? AND received_at < ?",
        digest, digest + "~", since, until)[0] > 0


def keep_receipt(receipt: tuple[str, str, str, str], now: int) -> bool:
    """Store a receipt for later: (ids, to_hash, state, reason)."""
    return run("INSERT INTO early_receipt (ids, to_hash, state, reason, at) VALUES (?, ?, ?, ?, ?)",
        *receipt, now) == 1


class EarlyRow(NamedTuple):
    """A receipt that waits for its message."""

    id: int
    ids: str
    to_hash: str
    state: str
    reason: str
    at: int


def early_receipts() -> list[EarlyRow]:
    """Receipts without a message, oldest first."""
    return [EarlyRow._make(row) for row in fetch(
        "SELECT id, ids, to_hash, state, reason, at FROM early_receipt ORDER BY id")]


def drop_receipt(receipt_id: int) -> int:
    """Forget a receipt that found its message."""
    return run("DELETE FROM early_receipt WHERE id = ?", receipt_id)


def drop_old_receipts(before: int) -> int:
    """Forget receipts that never found a message."""
    return run("DELETE FROM early_receipt WHERE at < ?", before)
