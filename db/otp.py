"""One-time codes: what a person reads from their phone to show that it is theirs."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch_one, run


class OneTimeCode(Model):
    """A code that was texted, as a keyed hash, for one purpose and one subject."""

    purpose = pw.CharField(max_length=12)
    subject = pw.CharField(max_length=120)
    phone_hash = pw.CharField(max_length=32)
    code_hash = pw.CharField(max_length=32)
    tries = pw.IntegerField(default=0)
    created_at = pw.BigIntegerField()
    expires_at = pw.BigIntegerField(index=True)
    used_at = pw.BigIntegerField(null=True)

    class Meta:
        indexes = ((("purpose", "subject"), False), (("phone_hash", "created_at"), False))


_NEWEST = ("SELECT MAX(id) FROM one_time_code WHERE purpose = ? AND subject = ?")


def add(purpose: str, subject: str, phone_hash: str, code_hash: str, now: int,
        expires_at: int) -> None:
    """Store a code. Only the newest of a purpose and subject counts."""
    run("INSERT INTO one_time_code (purpose, subject, phone_hash, code_hash, tries, created_at,"
        " expires_at) VALUES (?, ?, ?, ?, 0, ?, ?)",
        purpose, subject, phone_hash, code_hash, now, expires_at)


def count_try(purpose: str, subject: str, now: int, most: int) -> tuple[int, str, int] | None:
    """Count one try of the newest code: (its number, code_hash, tries so far), or None when it
    is used, too old or was tried `most` times. A clock set back revives no code."""
    return fetch_one(
        "UPDATE one_time_code SET tries = tries + 1 WHERE id = (" + _NEWEST + ") AND tries < ?"
        " AND used_at IS NULL AND created_at <= ? AND expires_at > ?"
        " RETURNING id, code_hash, tries", purpose, subject, most, now, now)


def use(code_id: int, now: int) -> bool:
    """Mark a code as used; False when somebody else was quicker."""
    return run("UPDATE one_time_code SET used_at = ? WHERE id = ? AND used_at IS NULL",
               now, code_id) == 1


def drop_expired(before: int) -> int:
    """Forget codes that ran out before then."""
    return run("DELETE FROM one_time_code WHERE expires_at < ?", before)
