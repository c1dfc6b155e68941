"""The people who may sign in: adding them, their passwords, starting over with TOTP."""

from __future__ import annotations

import re
import unicodedata

from db import audit, reference
from db import officers as officer_records
from db.connection import write
from db.officers import Officer
from services.errors import AlreadyDecided, InvalidInput, UnknownOfficer
from services.officers import passwords

ROLES = ("officer", "supervisor", "admin")
TWO_STEP = ("supervisor", "admin")  # roles that sign in with a second factor
SHORTEST, LONGEST = 12, 200  # characters of a password; ASVS 5.0, 6.2.1 and 6.2.9
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def clean_name(text: str) -> str:
    """A name as it is stored, "" for what cannot be one. Capitals do not matter."""
    name = text.strip().lower()
    return name if _NAME.fullmatch(name) else ""


def add(name: str, role: str, communes: list[str], password: str, now: int) -> Officer:
    """Let somebody in; `communes` are codes, none = all.

    Raises InvalidInput (name, role, communes, password) or AlreadyDecided for a known name.
    """
    cleaned = clean_name(name)
    if not cleaned:
        raise InvalidInput("name")
    if role not in ROLES:
        raise InvalidInput("role")
    for code in communes:
        if code not in reference.communes():
            raise InvalidInput("communes", code)
    check_password(cleaned, password)
    if officer_records.get(cleaned):
        raise AlreadyDecided(cleaned)
    hashed = passwords.hash_password(password)
    return write(lambda: _create(cleaned, role, communes, hashed, now))


def _create(name: str, role: str, communes: list[str], hashed: str, now: int) -> Officer:
    officer = officer_records.add(name, role, ",".join(communes), hashed, now)
    if officer is None:
        raise AlreadyDecided(name)
    audit.append(now, [("terminal", "officer.add", name, role)])
    return officer


def check_password(name: str, password: str) -> None:
    """Raises InvalidInput for a password that is too short, too long, the name itself, or one
    of the most common ones.

    No classes of characters are required: such rules make passwords worse.
    """
    text = unicodedata.normalize("NFC", password)
    if len(text) < SHORTEST:
        raise InvalidInput("password", "short")
    if len(text) > LONGEST:
        raise InvalidInput("password", "long")
    if text.strip().lower() == name:
        raise InvalidInput("password", "name")
    if passwords.is_common(text):
        raise InvalidInput("password", "common")


def set_password(name: str, password: str, actor: str, now: int) -> None:
    """Change a password and end all sessions; raises UnknownOfficer."""
    cleaned = clean_name(name)
    check_password(cleaned, password)
    hashed = passwords.hash_password(password)
    _change(cleaned, lambda: officer_records.set_password(cleaned, hashed), actor,
            "officer.password", now)


def forget_totp(name: str, actor: str, now: int) -> None:
    """Have an officer enrol a new device and end all sessions; raises UnknownOfficer."""
    cleaned = clean_name(name)
    _change(cleaned, lambda: officer_records.forget_totp(cleaned), actor, "officer.totp_reset", now)


def _change(name: str, change, actor: str, action: str, now: int) -> None:
    def work() -> None:
        if not change():
            raise UnknownOfficer(name)
        officer_records.close_sessions(name)
        audit.append(now, [(actor, action, name, "")])
    write(work)


def find(name: str) -> Officer:
    """The officer of this name; raises UnknownOfficer."""
    found = officer_records.get(name)
    if found is None:
        raise UnknownOfficer(name)
    return found


def everybody() -> list[Officer]:
    """All officers by name."""
    return officer_records.everybody()
