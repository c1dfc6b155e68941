"""Signing in: password, lock-out and one-time code.

A try is counted, durably, before its outcome is known: neither a failing transaction
nor many tries at once can escape the count.
"""

from __future__ import annotations

import pyotp

from db import audit, counters
from db import officers as officer_records
from db.connection import write
from db.officers import Officer
from services.errors import AlreadyDecided, Locked, WrongCode, WrongSignIn
from services.officers import passwords, sessions
from services.officers.accounts import TWO_STEP, clean_name
from services.officers.rights import SignedIn
from services.privacy import Vault

# How long (ms) the n-th wrong try in a row locks the name.
WAITS = (0, 0, 0, 0, 30_000, 60_000, 120_000, 300_000, 900_000)
_ISSUER = "Quay Dien"
# Nobody's password, so that an unknown name costs as much time as a known one.
_NOBODY = ("$argon2id$v=19$m=19456,t=2,p=1$QmNI7VA1VyNVRUMjMmXp/A"
           "$lvGR8QbKb3jh1iXNHUsGfNUjrKQKZqcU/QSy3K6fTFg")


def by_password(name: str, password: str, vault: Vault, now: int) -> tuple[str, str]:
    """Open a session; returns (its id for the cookie, its stage). Raises WrongSignIn.

    Unknown, locked and wrong take the same time: one durable write, one hash.
    """
    cleaned = clean_name(name)
    officer, tries = _check_password(cleaned, password, now)
    sealed = _new_secret(cleaned, vault) if _must_enrol(officer) else None
    if officer.role in TWO_STEP:
        return write(lambda: _half_open(cleaned, tries, sealed, now)), sessions.PASSWORD
    return write(lambda: _open(cleaned, now)), sessions.FULL


def _check_password(name: str, password: str, now: int) -> tuple[Officer, int]:
    """The officer with this password and the try that it counts as; raises WrongSignIn."""
    tries = write(lambda: _count(name, now))
    officer = officer_records.get(name)
    right = passwords.verify(officer.password_hash if officer else _NOBODY, password)
    if officer is None or tries is None or not right:
        raise WrongSignIn
    return officer, tries


def vouch(name: str, password: str, now: int) -> str:
    """A second officer stands for something with name and password, without a session; returns
    the name. Counted as a try to sign in. Raises WrongSignIn."""
    cleaned = clean_name(name)
    officer, tries = _check_password(cleaned, password, now)
    write(lambda: officer_records.take_back_try(cleaned, tries))
    return officer.name


def prove(who: SignedIn, password: str, now: int) -> None:
    """Whoever sits at the screen is still the one who signed in: asked before many people's data
    leave, and before a citizen card is seen.

    Counted as a try to sign in, durably, before it is checked. Raises WrongSignIn.
    """
    vouch(who.name, password, now)
    write(lambda: officer_records.prove(who.id_hash, now))


def by_code(half: SignedIn, code: str, vault: Vault, now: int) -> str:
    """The second step; returns the id of a new, full session.

    Raises Locked, WrongCode, or AlreadyDecided when the officer's device was enrolled or
    forgotten elsewhere meanwhile.
    """
    if write(lambda: _count(half.name, now)) is None:
        raise Locked(half.name)
    sealed = officer_records.pending_secret(half.id_hash)
    enrolled = officer_records.totp_secret(half.name)
    if (sealed is None) == (enrolled is None):
        raise AlreadyDecided(half.name)
    step = _step(vault.open(enrolled or sealed or b"", _about(half.name)), code, now)
    return write(lambda: _finish(half, sealed, step, now))


def enrolment(half: SignedIn, vault: Vault) -> tuple[str, str] | None:
    """(secret in base32, otpauth:// address) to show at the first sign-in, else None."""
    sealed = officer_records.pending_secret(half.id_hash)
    if sealed is None:
        return None
    secret = vault.open(sealed, _about(half.name))
    return secret, pyotp.TOTP(secret).provisioning_uri(name=half.name, issuer_name=_ISSUER)


def _count(name: str, now: int) -> int | None:
    tries = officer_records.count_try(name, now, WAITS)
    if tries is None:
        counters.next_number("signin.refused")  # a write like the other, for equal timing
    elif WAITS[min(tries, len(WAITS)) - 1]:
        _note(name, "signin.locked", now, f"try {tries}")
    return tries


def _note(name: str, action: str, now: int, detail: str = "") -> None:
    audit.append(now, [(name, action, name, detail)])


def _must_enrol(officer: Officer) -> bool:
    return officer.role in TWO_STEP and officer.totp_sealed is None


def _new_secret(name: str, vault: Vault) -> bytes:
    return vault.seal(pyotp.random_base32(), _about(name))


def _about(name: str) -> str:
    return f"totp:{name}"


def _half_open(name: str, tries: int, sealed: bytes | None, now: int) -> str:
    # The count is not cleared yet: a known password must not buy endless tries of the code.
    officer_records.take_back_try(name, tries)
    return sessions.begin(name, sessions.PASSWORD, now, sealed)


def _open(name: str, now: int) -> str:
    officer_records.forgive(name)
    _note(name, "signin", now)
    return sessions.begin(name, sessions.FULL, now)


def _finish(half: SignedIn, sealed: bytes | None, step: int, now: int) -> str:
    if sealed is not None:
        if not officer_records.enrol(half.name, sealed, step):
            raise AlreadyDecided(half.name)
        _note(half.name, "totp.enrol", now)
    elif not officer_records.use_step(half.name, step):
        raise WrongCode(half.name)
    officer_records.close_session(half.id_hash)
    return _open(half.name, now)


def _step(secret: str, code: str, now: int) -> int:
    """The time step that this code belongs to; raises WrongCode."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        raise WrongCode
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(
            digits, for_time=now / 1000, valid_window=1)
    except pyotp.OTPVerificationError:
        raise WrongCode from None
