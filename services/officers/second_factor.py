"""The second factor: six digits of an app (TOTP, RFC 6238), or a word from the printed list.

Outside the demo everybody has one, and enrols it at the first sign-in; in the demo those who lead.
"""

from __future__ import annotations

import secrets

import pyotp

from config import Settings
from db import audit
from db import second_factor as second_factor_records
from db.connection import write
from db.officers import Officer
from services.errors import WrongCode
from services.officers.rights import LEADERS
from services.privacy import Vault

CODES = 10  # on a printed list
_ISSUER = "Quay Dien"
_STEP_S = 30
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another one
_LENGTH = 12  # letters of a recovery code: 59 bits
_GROUP = 4


def is_asked(officer: Officer, settings: Settings) -> bool:
    """Whether the password alone lets this officer in only half."""
    return officer.totp_sealed is not None or not settings.demo or officer.role in LEADERS


def new_secret(officer: str, vault: Vault) -> bytes:
    """A fresh secret, sealed, for an officer who is to enrol."""
    return vault.seal(pyotp.random_base32(), _about(officer))


def shown(sealed: bytes, officer: str, vault: Vault) -> tuple[str, str]:
    """(secret in base32, otpauth:// address) of a secret that is to be enrolled."""
    secret = vault.open(sealed, _about(officer))
    return secret, pyotp.TOTP(secret).provisioning_uri(name=officer, issuer_name=_ISSUER)


def enrol(officer: str, sealed: bytes, step: int, vault: Vault, now: int) -> bool:
    """Keep the secret whose first code was right; False when one is kept already. Call inside
    `write`."""
    if not second_factor_records.enrol(officer, sealed, _mark(sealed, officer, vault)):
        return False
    audit.append(now, [(officer, "totp.enrol", officer, "")])
    return spend(officer, step, now)


def spend(officer: str, step: int, now: int) -> bool:
    """Use the step of a right code up; False when its code, or a later one, was used before. Steps
    of a clock that ran ahead hold nobody up, but stay used. Call inside `write`."""
    return second_factor_records.use_step(officer, step, now // 1000 // _STEP_S + 1)


def read(officer: str, sealed: bytes, code: str, vault: Vault, now: int) -> int:
    """The time step that this code belongs to, half a minute early or late; raises WrongCode."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        raise WrongCode(officer)
    try:
        return pyotp.TOTP(vault.open(sealed, _about(officer))).verify_and_get_timecode(
            digits, for_time=now / 1000, valid_window=1)
    except pyotp.OTPVerificationError:
        raise WrongCode(officer) from None


def mark(officer: str, sealed: bytes, vault: Vault) -> None:
    """Make a secret of before comparable (`same_person`). Call inside `write`."""
    second_factor_records.mark(officer, _mark(sealed, officer, vault))


def print_list(officer: str, vault: Vault, now: int) -> list[str]:
    """A new list of recovery codes, which makes every older one worthless. This is the only time
    that they are told: hashes are kept."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(CODES)]
    hashes = [_hash(officer, code, vault) for code in codes]

    def work() -> None:
        second_factor_records.replace_codes(officer, hashes, now)
        audit.append(now, [(officer, "recovery.print", officer, str(CODES))])
    write(work)
    return ["-".join(code[at:at + _GROUP] for at in range(0, _LENGTH, _GROUP)) for code in codes]


def use_code(officer: str, typed: str, vault: Vault, now: int) -> bool:
    """Use a recovery code up, which is on record; False for a wrong or used one. Capitals, spaces
    and dashes do not matter. Call inside `write`."""
    letters = "".join(sign for sign in typed.lower() if sign.isalnum())
    if len(letters) != _LENGTH or not second_factor_records.use_code(
            officer, _hash(officer, letters, vault), now):
        return False
    left = second_factor_records.codes_left(officer)
    audit.append(now, [(officer, "recovery.use", officer, f"{left} left")])
    return True


def is_enrolled(officer: str) -> bool:
    """Whether this officer has a second factor."""
    return second_factor_records.secret(officer) is not None


def codes_left(officer: str) -> int:
    """How many recovery codes are still good."""
    return second_factor_records.codes_left(officer)


def _hash(officer: str, code: str, vault: Vault) -> str:
    return vault.keyed_hash(f"{officer} {code}", "recovery code")


def _mark(sealed: bytes, officer: str, vault: Vault) -> str:
    return vault.keyed_hash(vault.open(sealed, _about(officer)), "totp secret")


def _about(officer: str) -> str:
    return f"totp:{officer}"
