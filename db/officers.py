"""Officers and their signed-in sessions."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, run


class Officer(Model):
    """Somebody who may sign in. `communes`: comma list of commune codes, "" = all."""

    name = pw.CharField(max_length=40, primary_key=True)
    role = pw.CharField(max_length=12)  # officer, supervisor, admin
    communes = pw.TextField(default="")
    password_hash = pw.CharField(max_length=200)
    totp_sealed = pw.BlobField(null=True)
    totp_last_step = pw.BigIntegerField(default=0)
    failures = pw.IntegerField(default=0)
    locked_until = pw.BigIntegerField(default=0)
    created_at = pw.BigIntegerField()


class OfficerSession(Model):
    """A signed-in browser. Only a hash of the cookie's id is kept."""

    id_hash = pw.CharField(max_length=64, primary_key=True)
    officer = pw.ForeignKeyField(Officer, column_name="officer", index=True, on_delete="CASCADE")
    stage = pw.CharField(max_length=10)  # "password" (TOTP still asked) or "full"
    created_at = pw.BigIntegerField()
    seen_at = pw.BigIntegerField()
    secret_sealed = pw.BlobField(null=True)  # a TOTP secret shown but not yet confirmed
    proved_at = pw.BigIntegerField(default=0)  # when the password was given last


class SessionRow(NamedTuple):
    """A session together with what its officer may do."""

    id_hash: str
    officer: str
    role: str
    communes: str
    stage: str
    created_at: int
    seen_at: int
    proved_at: int


def add(name: str, role: str, communes: str, password_hash: str, now: int) -> Officer | None:
    """Record an officer; None when the name is taken."""
    added = run("INSERT INTO officer (name, role, communes, password_hash, totp_last_step,"
                " failures, locked_until, created_at) VALUES (?, ?, ?, ?, 0, 0, 0, ?)"
                " ON CONFLICT (name) DO NOTHING", name, role, communes, password_hash, now)
    return get(name) if added else None


def get(name: str) -> Officer | None:
    """The officer of this name, or None."""
    return Officer.get_or_none(Officer.name == name)


def everybody() -> list[Officer]:
    """All officers by name."""
    return list(Officer.select().order_by(Officer.name))


def count_try(name: str, now: int, waits: tuple[int, ...]) -> int | None:
    """Count one try to sign in before its outcome is known; returns how many in a row
    that makes, or None when nobody has this name or the name is locked.

    The n-th try in a row locks the name for `waits[n - 1]` ms; the last entry holds for all later.
    """
    ends = [now + wait if wait else 0 for wait in waits]
    steps = " ".join(f"WHEN {n} THEN {end}" for n, end in enumerate(ends[:-1]))
    # A lock further ahead than the longest wait was set by a clock that ran ahead.
    row = fetch_one(
        "UPDATE officer SET failures = failures + 1,"
        f" locked_until = CASE failures {steps} ELSE {ends[-1]} END"
        " WHERE name = ? AND (locked_until <= ? OR locked_until > ?) RETURNING failures",
        name, now, now + waits[-1])
    return row[0] if row else None


def forgive(name: str) -> None:
    """Start counting from nothing after a full sign-in."""
    run("UPDATE officer SET failures = 0, locked_until = 0 WHERE name = ?", name)


def take_back_try(name: str, failures: int) -> None:
    """Uncount the try that made `failures`, unless somebody tried again since."""
    run("UPDATE officer SET failures = failures - 1, locked_until = 0"
        " WHERE name = ? AND failures = ?", name, failures)


def set_password(name: str, password_hash: str) -> bool:
    """Change the password; False for an unknown name."""
    return run("UPDATE officer SET password_hash = ?, failures = 0, locked_until = 0"
               " WHERE name = ?", password_hash, name) == 1


def totp_secret(name: str) -> bytes | None:
    """The sealed TOTP secret of an enrolled officer, or None."""
    row = fetch_one("SELECT totp_sealed FROM officer WHERE name = ?", name)
    return bytes(row[0]) if row and row[0] is not None else None


def enrol(name: str, totp_sealed: bytes, step: int) -> bool:
    """Store a confirmed TOTP secret. False when one is there already."""
    return run("UPDATE officer SET totp_sealed = ?, totp_last_step = ?"
               " WHERE name = ? AND totp_sealed IS NULL", totp_sealed, step, name) == 1


def use_step(name: str, step: int) -> bool:
    """Spend a TOTP time step. False when it, or a later one, was used before."""
    return run("UPDATE officer SET totp_last_step = ? WHERE name = ? AND totp_last_step < ?",
               step, name, step) == 1


def forget_totp(name: str) -> bool:
    """Have the officer enrol again; False for an unknown name."""
    return run("UPDATE officer SET totp_sealed = NULL WHERE name = ?", name) == 1


def open_session(id_hash: str, officer: str, stage: str, now: int,
                 secret_sealed: bytes | None = None) -> None:
    """Record a signed-in browser."""
    run("INSERT INTO officer_session (id_hash, officer, stage, created_at, seen_at,"
        " secret_sealed, proved_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        id_hash, officer, stage, now, now, secret_sealed, now)


def session(id_hash: str) -> SessionRow | None:
    """The session with its officer, or None (hot path: once a request)."""
    row = fetch_one(
        "SELECT s.id_hash, s.officer, o.role, o.communes, s.stage, s.created_at, s.seen_at,"
        " s.proved_at FROM officer_session s JOIN officer o ON o.name = s.officer"
        " WHERE s.id_hash = ?", id_hash)
    return SessionRow._make(row) if row else None


def pending_secret(id_hash: str) -> bytes | None:
    """The sealed TOTP secret that this session shows for enrolment, or None."""
    row = fetch_one("SELECT secret_sealed FROM officer_session WHERE id_hash = ?", id_hash)
    return bytes(row[0]) if row and row[0] is not None else None


def prove(id_hash: str, now: int) -> bool:
    """Note that the officer gave the password again."""
    return run("UPDATE officer_session SET proved_at = ? WHERE id_hash = ?", now, id_hash) == 1


def touch(id_hash: str, now: int) -> bool:
    """Note that the officer is active."""
    return run("UPDATE officer_session SET seen_at = ? WHERE id_hash = ? AND seen_at < ?",
               now, id_hash, now) == 1


def close_session(id_hash: str) -> bool:
    """End one session."""
    return run("DELETE FROM officer_session WHERE id_hash = ?", id_hash) == 1


def close_sessions(officer: str) -> int:
    """End all sessions of an officer; returns how many there were."""
    return run("DELETE FROM officer_session WHERE officer = ?", officer)


def drop_stale_sessions(seen_before: int, created_before: int) -> int:
    """Forget sessions whose time ran out."""
    return run("DELETE FROM officer_session WHERE seen_at <= ? OR created_at <= ?",
               seen_before, created_before)


def sessions_of(officer: str) -> list[tuple[str, int, int]]:
    """(id_hash, created_at, seen_at) of an officer's full sessions, newest first."""
    return fetch("SELECT id_hash, created_at, seen_at FROM officer_session"
                 " WHERE officer = ? AND stage = 'full' ORDER BY created_at DESC", officer)
