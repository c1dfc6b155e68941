"""The people who may sign in: adding them, their rights, passwords and telephones, ending it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from db import audit, reference
from db import officers as officer_records
from db import second_factor as second_factor_records
from db.connection import write
from db.officers import Officer
from services.errors import AlreadyDecided, InvalidInput, LastAdmin, UnknownOfficer
from services.officers import passwords, sessions
from services.officers.rights import EVERYWHERE, ROLES, SignedIn

SHORTEST, LONGEST = 12, 200  # characters of a password; ASVS 5.0, 6.2.1 and 6.2.9
Phone = tuple[str, bytes]  # (phone_hash, phone_sealed), of `Vault.seal_phone`
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
# Who else acts on the audit trail, and hands in scans.
_NO_PEOPLE = frozenset({"terminal", "archive"})


def clean_name(text: str) -> str:
    """A name as it is stored, "" for what cannot be one. Capitals do not matter."""
    name = text.strip().lower()
    return name if _NAME.fullmatch(name) else ""


def add(name: str, role: str, communes: list[str], password: str, now: int,
        actor: str = "terminal", phone: Phone | None = None, detail: str = "") -> Officer:
    """Let somebody in; `communes` are codes, or "all" alone; none named: none.

    Raises InvalidInput (name, role, communes, password) or AlreadyDecided for a known name.
    """
    cleaned, stored = check(name, role, communes, password)
    hashed = passwords.hash_password(password)

    def work() -> Officer:
        officer = officer_records.add(cleaned, role, stored, hashed, now)
        if officer is None:
            raise AlreadyDecided(cleaned)
        if phone:
            officer_records.set_phone(cleaned, *phone)
        audit.append(now, [(actor, "officer.add", cleaned, f"{role} {detail}".rstrip())])
        return officer
    return write(work)


def check(name: str, role: str, communes: list[str], password: str) -> tuple[str, str]:
    """(name, communes) as `add` would store them; raises what it would."""
    cleaned = clean_name(name)
    if not cleaned or cleaned in _NO_PEOPLE:
        raise InvalidInput("name")
    stored = _rights(role, communes)
    check_password(cleaned, password)
    if officer_records.get(cleaned):
        raise AlreadyDecided(cleaned)
    return cleaned, stored


def _rights(role: str, communes: list[str]) -> str:
    """The communes as they are stored; raises InvalidInput (role, communes)."""
    if role not in ROLES:
        raise InvalidInput("role")
    codes = list(dict.fromkeys(communes))
    if codes == [EVERYWHERE]:
        return EVERYWHERE
    for code in codes:
        if code not in reference.communes():
            raise InvalidInput("communes", code)
    return ",".join(codes)


def check_password(name: str, password: str) -> None:
    """Raises InvalidInput for a password that is too short, too long, the name itself, or made of
    what is tried first.

    No classes of characters are required: such rules make passwords worse.
    """
    text = unicodedata.normalize("NFC", password)
    if len(text) < SHORTEST:
        raise InvalidInput("password", "short")
    if len(text) > LONGEST:
        raise InvalidInput("password", "long")
    if text.strip().lower() == name:
        raise InvalidInput("password", "name")
    if passwords.is_common(text, name):
        raise InvalidInput("password", "common")


def set_password(name: str, password: str, actor: str, now: int, detail: str = "") -> None:
    """Change a password and end all sessions; raises UnknownOfficer."""
    cleaned = clean_name(name)
    check_password(cleaned, password)
    hashed = passwords.hash_password(password)
    _change(cleaned, lambda: officer_records.set_password(cleaned, hashed), actor,
            "officer.password", now, detail)


def forget_totp(name: str, actor: str, now: int, detail: str = "") -> None:
    """Have an officer enrol a new device and end all sessions; the recovery codes are worth
    nothing any more. Raises UnknownOfficer. Who may is the caller's to see to."""
    cleaned = clean_name(name)
    _change(cleaned, lambda: second_factor_records.forget(cleaned), actor, "officer.totp_reset",
            now, detail)


def _change(name: str, change: Callable[[], bool], actor: str, action: str, now: int,
            detail: str = "") -> None:
    def work() -> None:
        if not change():
            raise UnknownOfficer(name)
        sessions.close_all(name)
        audit.append(now, [(actor, action, name, detail)])
    write(work)


def set_phone(name: str, phone: Phone | None, actor: str, now: int) -> None:
    """Change an officer's telephone, or forget it; raises UnknownOfficer."""
    def work() -> None:
        officer = find(name)
        officer_records.set_phone(officer.name, *(phone or ("", None)))
        audit.append(now, [(actor, "officer.phone", officer.name, "" if phone else "none")])
    write(work)


def set_rights(name: str, role: str, communes: list[str], actor: str, now: int) -> None:
    """Change role and communes, from the next page on. Raises InvalidInput (role, communes),
    UnknownOfficer, or LastAdmin where nobody would be left to do what an admin does."""
    stored = _rights(role, communes)

    def work() -> None:
        officer = find(name)
        if not officer_records.set_rights(officer.name, role, stored):
            raise LastAdmin(name)
        audit.append(now, [(actor, "officer.rights", officer.name,
                            f"{role} {stored or 'none'}")])
    write(work)


def disable(name: str, actor: str, now: int, even_last: bool = False) -> None:
    """Let somebody in no more, from this moment on; the work they hold stays on the desk, where who
    leads gives it back. Raises UnknownOfficer, AlreadyDecided, or LastAdmin unless `even_last`."""
    def work() -> None:
        officer = find(name)
        if officer.disabled_at is not None:
            raise AlreadyDecided(name)
        if not officer_records.disable(officer.name, now, even_last):
            raise LastAdmin(name)
        sessions.close_all(officer.name)
        audit.append(now, [(actor, "officer.disable", officer.name, "")])
    write(work)


def enable(name: str, actor: str, now: int) -> None:
    """Let somebody in again. Raises UnknownOfficer, AlreadyDecided."""
    def work() -> None:
        officer = find(name)
        if not officer_records.enable(officer.name):
            raise AlreadyDecided(name)
        audit.append(now, [(actor, "officer.enable", officer.name, "")])
    write(work)


def find(name: str) -> Officer:
    """The officer of this name; raises UnknownOfficer."""
    officer = officer_records.get(clean_name(name))
    if officer is None:
        raise UnknownOfficer(name)
    return officer


def has_admin() -> bool:
    """Whether anybody may still do what only an admin may."""
    return officer_records.has_admin()


def everybody() -> list[Officer]:
    """All officers by name."""
    return officer_records.everybody()


def is_within(name: str, who: SignedIn) -> bool:
    """True when `who` works for all communes of the officer of this name, so that nothing of the
    officer's lies outside their own."""
    if who.reach is None:
        return True
    officer = find(name)
    return officer.communes != EVERYWHERE and set(filter(None, officer.communes.split(","))) <= set(
        who.reach)
