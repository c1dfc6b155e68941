"""Officers and their signed-in sessions."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db import bulk
from db.connection import Model, fetch, fetch_one, require_write, run


class Officer(Model):
    """Somebody who may sign in. `communes`: comma list of commune codes, or "all"; "" = none."""

    name = pw.CharField(max_length=40, primary_key=True)
    role = pw.CharField(max_length=12)  # officer, supervisor, admin, helper
    communes = pw.TextField(default="")
    password_hash = pw.CharField(max_length=200)
    totp_sealed = pw.BlobField(null=True)
    totp_mark = pw.CharField(max_length=32, default="")  # keyed hash of the secret
    phone_hash = pw.CharField(max_length=32, default="")
    phone_sealed = pw.BlobField(null=True)
    created_at = pw.BigIntegerField()
    disabled_at = pw.BigIntegerField(null=True)


class OfficerSession(Model):
    """A signed-in browser. Only a hash of the cookie's id is kept."""

    id_hash = pw.CharField(max_length=64, primary_key=True)
    officer = pw.ForeignKeyField(Officer, column_name="officer", index=True, on_delete="CASCADE")
    stage = pw.CharField(max_length=10)  # "password" (TOTP still asked) or "full"
    created_at = pw.BigIntegerField()
    seen_at = pw.BigIntegerField()
    secret_sealed = pw.BlobField(null=True)  # a TOTP secret shown but not yet confirmed
    proved_at = pw.BigIntegerField(default=0)  # when the password was given last
    device = pw.CharField(max_length=64, default="")  # the known device that it runs on


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
    lacks_codes: bool  # a second factor without a recovery code that is left


def add(name: str, role: str, communes: str, password_hash: str, now: int) -> Officer | None:
    """Record an officer; None when the name is taken."""
    added = run("INSERT INTO officer (name, role, communes, password_hash, totp_mark, phone_hash,"
                " created_at) VALUES (?, ?, ?, ?, '', '', ?) ON CONFLICT (name) DO NOTHING",
                name, role, communes, password_hash, now)
    return get(name) if added else None


def get(name: str) -> Officer | None:
    """The officer of this name, or None."""
    return Officer.get_or_none(Officer.name == name)


def everybody() -> list[Officer]:
    """All officers by name."""
    return list(Officer.select().order_by(Officer.name))


def set_password(name: str, password_hash: str) -> bool:
    """Change the password; False for an unknown name."""
    return run("UPDATE officer SET password_hash = ? WHERE name = ?", password_hash, name) == 1


def set_phone(name: str, phone_hash: str, phone_sealed: bytes | None) -> bool:
    """Change the telephone ("" and None: none is known); False for an unknown name."""
    return run("UPDATE officer SET phone_hash = ?, phone_sealed = ? WHERE name = ?",
               phone_hash, phone_sealed, name) == 1


# True where another officer may still do what only an admin may.
_NOT_THE_LAST = ("(role <> 'admin' OR EXISTS (SELECT 1 FROM officer o WHERE o.role = 'admin'"
                 " AND o.disabled_at IS NULL AND o.name <> officer.name))")


def set_rights(name: str, role: str, communes: str) -> bool:
    """Change role and communes; False for an unknown name, and where no admin would be left."""
    _hold_admins()
    return run("UPDATE officer SET role = ?, communes = ? WHERE name = ?"
               f" AND (? = 'admin' OR disabled_at IS NOT NULL OR {_NOT_THE_LAST})",
               role, communes, name, role) == 1


def disable(name: str, now: int, even_last: bool) -> bool:
    """Let somebody in no more. False for an unknown name, one disabled before, and for the last
    admin unless `even_last`."""
    _hold_admins()
    return run("UPDATE officer SET disabled_at = ? WHERE name = ? AND disabled_at IS NULL"
               f" AND (1 = ? OR {_NOT_THE_LAST})", now, name, int(even_last)) == 1


def enable(name: str) -> bool:
    """Let somebody in again; False for an unknown name, and one who was not disabled."""
    return run("UPDATE officer SET disabled_at = NULL WHERE name = ?"
               " AND disabled_at IS NOT NULL", name) == 1


def has_admin() -> bool:
    """Whether anybody may still do what only an admin may."""
    return fetch_one("SELECT 1 FROM officer WHERE role = 'admin' AND disabled_at IS NULL"
                     " LIMIT 1") is not None


def _hold_admins() -> None:
    # Two admins who disable each other in the same moment must not both go.
    require_write()
    fetch("SELECT name FROM officer WHERE role = 'admin' ORDER BY name"
          + bulk.lock_rows("officer"))


def open_session(id_hash: str, officer: str, stage: str, now: int,
                 secret_sealed: bytes | None = None, device: str = "") -> None:
    """Record a signed-in browser."""
    run("INSERT INTO officer_session (id_hash, officer, stage, created_at, seen_at,"
        " secret_sealed, proved_at, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        id_hash, officer, stage, now, now, secret_sealed, now, device)


def session(id_hash: str) -> SessionRow | None:
    """The session with its officer, or None (hot path: once a request)."""
    row = fetch_one(
        "SELECT s.id_hash, s.officer, o.role, o.communes, s.stage, s.created_at, s.seen_at,"
        " s.proved_at, CASE WHEN o.totp_sealed IS NOT NULL AND NOT EXISTS (SELECT 1"
        " FROM recovery_code r WHERE r.officer = o.name AND r.used_at IS NULL) THEN 1 ELSE 0 END"
        " FROM officer_session s JOIN officer o ON o.name = s.officer"
        " WHERE s.id_hash = ? AND o.disabled_at IS NULL", id_hash)
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


def close_one(officer: str, short: str) -> tuple[str, str] | None:
    """End the session of this officer whose id_hash begins so; returns (id_hash, device)."""
    return fetch_one("DELETE FROM officer_session WHERE officer = ? AND id_hash LIKE ?"
                     " RETURNING id_hash, device", officer, f"{short}%")


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
