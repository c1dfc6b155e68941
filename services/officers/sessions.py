"""Sessions of officers: who is signed in, for how long, and how it ends."""

from __future__ import annotations

import hashlib
import secrets

from db import audit
from db import officers as officer_records
from db.connection import try_write, write
from db.officers import SessionRow
from services import clock
from services.officers.rights import SKEW, SignedIn

PASSWORD, FULL = "password", "full"  # stages: the code is still to come, or signed in
IDLE, LONGEST = 15 * clock.MINUTE, 12 * clock.HOUR
_CODE_TIME = 10 * clock.MINUTE  # from the password to the code
_NOTE_AFTER = 30 * clock.SECOND  # activity is written down no more often than this


def begin(name: str, stage: str, now: int, secret_sealed: bytes | None = None) -> str:
    """A new session's id for the cookie; only its hash is kept. Call inside `write`.

    `secret_sealed`: the TOTP secret that is to be enrolled in this session.
    """
    session_id = secrets.token_urlsafe(32)
    officer_records.drop_stale_sessions(now - IDLE, now - LONGEST)
    officer_records.open_session(_hash(session_id), name, stage, now, secret_sealed)
    return session_id


def current(session_id: str, now: int, active: bool = True) -> SignedIn | None:
    """Who is signed in with this cookie, or None. A session found dead is removed for good,
    so that a clock set back does not revive it. `active` False: a screen asked by itself."""
    row = officer_records.session(_hash(session_id))
    if row is None:
        return None
    id_hash = row.id_hash
    if not _is_alive(row, now):
        write(lambda: officer_records.close_session(id_hash))
        return None
    if active and row.stage == FULL and now - row.seen_at >= _NOTE_AFTER:
        try_write(lambda: officer_records.touch(id_hash, now))
        row = row._replace(seen_at=now)
    reach = tuple(row.communes.split(",")) if row.communes else None
    return SignedIn(row.id_hash, row.officer, row.role, reach, row.stage, _ends_at(row),
                    row.proved_at)


def sign_out(who: SignedIn, now: int) -> None:
    """End this session."""
    def work() -> None:
        if officer_records.close_session(who.id_hash):
            audit.append(now, [(who.name, "signout", who.name, "")])
    write(work)


def sign_out_everywhere(name: str, now: int) -> int:
    """End all sessions of an officer; returns how many."""
    def work() -> int:
        audit.append(now, [(name, "signout.all", name, "")])
        return officer_records.close_sessions(name)
    return write(work)


def of_officer(name: str) -> list[tuple[str, int, int]]:
    """(id_hash, signed in at, last active at) of the officer's sessions, newest first."""
    return officer_records.sessions_of(name)


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


def _ends_at(row: SessionRow) -> int:
    if row.stage == PASSWORD:
        return row.created_at + _CODE_TIME
    return min(row.seen_at + IDLE, row.created_at + LONGEST)


def _is_alive(row: SessionRow, now: int) -> bool:
    return row.seen_at - SKEW <= now < _ends_at(row)
