"""Signing in: the password, then the second factor; and giving the password again.

Which try is allowed when is `throttle`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from db import audit, counters
from db import officers as officer_records
from db.connection import write
from db.officers import Officer
from services.context import Context
from services.errors import AlreadyDecided, Locked, WrongCode, WrongSignIn
from services.officers import known_devices, passwords, second_factor, sessions, throttle
from services.officers.accounts import clean_name
from services.officers.rights import SignedIn
from services.officers.throttle import Count, Origin
from services.privacy import Vault

# Nobody's password, so that an unknown name costs as much time as a known one.
_NOBODY = ("$argon2id$v=19$m=19456,t=2,p=1$QmNI7VA1VyNVRUMjMmXp/A"
           "$lvGR8QbKb3jh1iXNHUsGfNUjrKQKZqcU/QSy3K6fTFg")


class Opened(NamedTuple):
    """A session that was opened: what the cookies hold from now on."""

    session_id: str
    stage: str
    device: str = ""  # id of the known device, of a full session


def by_password(name: str, password: str, origin: Origin, here: Context) -> Opened:
    """Open a session, or half of one where a second factor is asked. Raises WrongSignIn.

    Unknown, disabled, locked and wrong take the same time: one durable write, one hash.
    """
    cleaned = clean_name(name)
    officer, counted = _check(
        cleaned, password, lambda: _count(cleaned, origin, here.vault, here.now))
    if not second_factor.is_asked(officer, here.settings):
        return write(lambda: _open(cleaned, counted, origin, here.now))
    enrols = officer.totp_sealed is None
    sealed = second_factor.new_secret(cleaned, here.vault) if enrols else None
    return Opened(write(lambda: _half_open(cleaned, counted, sealed, here.now)), sessions.PASSWORD)


def _check(name: str, password: str, count: Callable[[], Count | None]) -> tuple[Officer, Count]:
    """The officer with this password and the try that it counts as; raises WrongSignIn."""
    counted = write(count)
    officer = officer_records.get(name)
    right = passwords.verify(officer.password_hash if officer else _NOBODY, password)
    if officer is None or officer.disabled_at is not None or counted is None or not right:
        raise WrongSignIn
    return officer, counted


def by_code(half: SignedIn, code: str, origin: Origin, here: Context) -> Opened:
    """The second step: six digits of the app, or a word of the printed list once there is one.

    Raises Locked, WrongCode, or AlreadyDecided when the officer's device was enrolled or
    forgotten elsewhere meanwhile.
    """
    counted = write(lambda: _count(half.name, origin, here.vault, here.now))
    if counted is None:
        raise Locked(half.name)
    pending = officer_records.pending_secret(half.id_hash)
    officer = officer_records.get(half.name)
    sealed = officer.totp_sealed if officer else None
    if (pending is None) == (sealed is None):
        raise AlreadyDecided(half.name)
    proof = (_proof(half.name, bytes(sealed), code, here) if sealed is not None
             else _first_proof(half.name, pending or b"", code, here))

    def work() -> Opened:
        proof()
        officer_records.close_session(half.id_hash)
        return _open(half.name, counted, origin, here.now)
    return write(work)


def enrolment(half: SignedIn, vault: Vault) -> tuple[str, str] | None:
    """(secret in base32, otpauth:// address) to show at the first sign-in, else None."""
    sealed = officer_records.pending_secret(half.id_hash)
    return second_factor.shown(sealed, half.name, vault) if sealed else None


def vouch(name: str, password: str, code: str, beside: SignedIn, here: Context) -> Officer:
    """A second officer stands for something at the desk of the first (`beside`), without a
    session: name, password and, outside the demo or once they have enrolled, the app's code.
    Counted as a try, durably, before it is checked. Raises WrongSignIn.
    """
    cleaned = clean_name(name)
    officer, counted = _at_desk(cleaned, password, beside, here)
    if officer.totp_sealed is not None:
        _spend_code(officer.name, bytes(officer.totp_sealed), code, here)
    elif not here.settings.demo:
        raise WrongSignIn
    write(lambda: throttle.take_back(counted))
    return officer


def prove(who: SignedIn, password: str, here: Context) -> None:
    """Whoever sits at the screen is still the one who signed in: asked before many people's data
    leave, and before a citizen card is seen.

    Counted as a try, durably, before it is checked. Raises WrongSignIn.
    """
    _officer, counted = _at_desk(who.name, password, who, here)

    def work() -> None:
        throttle.take_back(counted)
        officer_records.prove(who.id_hash, here.now)
    write(work)


def prove_both(who: SignedIn, password: str, code: str, here: Context) -> None:
    """As `prove`, with the second factor as well (the app's code or a recovery code) where the
    officer has one. Raises WrongSignIn."""
    officer, counted = _at_desk(who.name, password, who, here)
    if officer.totp_sealed is not None:
        try:
            write(_proof(who.name, bytes(officer.totp_sealed), code, here))
        except WrongCode:
            raise WrongSignIn from None
    write(lambda: throttle.take_back(counted))


def _at_desk(name: str, password: str, desk: SignedIn, here: Context) -> tuple[Officer, Count]:
    return _check(name, password,
                  lambda: throttle.beside(name, desk.name, here.vault, here.now))


def _spend_code(name: str, sealed: bytes, code: str, here: Context) -> None:
    try:
        step = second_factor.read(name, sealed, code, here.vault, here.now)
    except WrongCode:
        raise WrongSignIn from None
    if not write(lambda: second_factor.spend(name, step, here.now)):
        raise WrongSignIn


def _count(name: str, origin: Origin, vault: Vault, now: int) -> Count | None:
    counted = throttle.count(name, origin, vault, now)
    if counted and throttle.locks(counted):
        if officer_records.get(name):
            _note(name, "signin.locked", now, f"try {throttle.locks(counted)}")
        else:
            counters.next_number("signin.refused")  # a write like the other, for equal timing
    return counted


def _note(name: str, action: str, now: int, detail: str = "") -> None:
    audit.append(now, [(name, action, name, detail)])


def _half_open(name: str, counted: Count, sealed: bytes | None, now: int) -> str:
    # The count is not cleared yet: a known password must not buy endless tries of the code.
    throttle.take_back(counted)
    return sessions.begin(name, sessions.PASSWORD, now, sealed)


def _open(name: str, counted: Count, origin: Origin, now: int) -> Opened:
    throttle.forgive(counted, now)
    _note(name, "signin", now)
    device = known_devices.remember(origin.device, name, now)
    session_id = sessions.begin(name, sessions.FULL, now, device=known_devices.name_of(device))
    return Opened(session_id, sessions.FULL, device)


def _first_proof(name: str, pending: bytes, code: str, here: Context) -> Callable[[], None]:
    """As `_proof`, of a secret that is to be enrolled."""
    step = second_factor.read(name, pending, code, here.vault, here.now)

    def enrol() -> None:
        if not second_factor.enrol(name, pending, step, here.vault, here.now):
            raise AlreadyDecided(name)
    return enrol


def _proof(name: str, sealed: bytes, code: str, here: Context) -> Callable[[], None]:
    """What shows inside `write` that the second factor was at hand; raises WrongCode, at once or
    there."""
    digits = "".join(code.split())
    if len(digits) != 6:
        def by_list() -> None:
            if not second_factor.use_code(name, code, here.vault, here.now):
                raise WrongCode(name)
        return by_list
    step = second_factor.read(name, sealed, code, here.vault, here.now)

    def by_app() -> None:
        if not second_factor.spend(name, step, here.now):
            raise WrongCode(name)
        second_factor.mark(name, sealed, here.vault)
    return by_app
