"""Sessions of officers: who is signed in, for how long, and how it ends."""

from __future__ import annotations

import hashlib
import re
import secrets

from db import audit
from db import known_devices as known_device_records
from db import officers as officer_records
from db.connection import try_write, write
from db.officers import SessionRow
from services import clock
from services.errors import UnknownSession
from services.officers.rights import SKEW, SignedIn, reach_of

PASSWORD, FULL = "password", "full"  # stages: the code is still to come, or signed in
IDLE, LONGEST = 15 * clock.MINUTE, 12 * clock.HOUR
_CODE_TIME = 10 * clock.MINUTE  # from the password to the code
_SHORT = re.compile(r"[0-9a-f]{16}")
_NOTE_AFTER = 30 * clock.SECOND  # activity is written down no more often than this


def begin(name: str, stage: str, now: int, secret_sealed: bytes | None = None,
          device: str = "") -> str:
    """A new session's id for the cookie; only its hash is kept. Call inside `write`.

    `secret_sealed`: the TOTP secret that is to be enrolled in this session. `device`: the known
    device that it runs on.
    """
    session_id = secrets.token_urlsafe(32)
    officer_records.drop_stale_sessions(now - IDLE, now - LONGEST)
    officer_records.open_session(_hash(session_id), name, stage, now, secret_sealed, device)
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
    return SignedIn(row.id_hash, row.officer, row.role, reach_of(row.communes), row.stage,
                    _ends_at(row), row.proved_at, bool(row.lacks_codes))


def sign_out(who: SignedIn, now: int) -> None:
    """End this session."""
    def work() -> None:
        if officer_records.close_session(who.id_hash):
            audit.append(now, [(who.name, "signout", who.name, "")])
    write(work)


def sign_out_everywhere(name: str, now: int, actor: str = "") -> int:
    """End all sessions of an officer; no device of theirs is known any more. Returns how many.
    `actor`: who ends them, if not the officer."""
    def work() -> int:
        audit.append(now, [(actor or name, "signout.all", name, "")])
        return close_all(name)
    return write(work)


def end_one(name: str, short: str, actor: str, now: int) -> None:
    """End one session of an officer, by its `short` name; its device is known no more. Raises
    UnknownSession."""
    def work() -> None:
        ended = officer_records.close_one(name, short) if _SHORT.fullmatch(short) else None
        if ended is None:
            raise UnknownSession(name)
        if ended[1]:
            known_device_records.forget(name, ended[1])
        audit.append(now, [(actor, "signout.one", name, short)])
    write(work)


def close_all(name: str) -> int:
    """End all sessions of an officer, and what is known of devices. Call inside `write`."""
    known_device_records.forget(name)
    return officer_records.close_sessions(name)


def short(id_hash: str) -> str:
    """By what name a page speaks of a session: enough to find it, of no use in a cookie."""
    return id_hash[:16]


def of_officer(name: str, now: int) -> list[tuple[str, int, int]]:
    """(id_hash, signed in at, last active at) of the officer's sessions, newest first."""
    return [(id_hash, created_at, seen_at)
            for id_hash, created_at, seen_at in officer_records.sessions_of(name)
            if seen_at > now - IDLE and created_at > now - LONGEST]


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


def _ends_at(row: SessionRow) -> int:
    if row.stage == PASSWORD:
        return row.created_at + _CODE_TIME
    return min(row.seen_at + IDLE, row.created_at + LONGEST)


def _is_alive(row: SessionRow, now: int) -> bool:
    return row.seen_at - SKEW <= now < _ends_at(row)
