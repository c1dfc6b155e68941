"""One-time codes by text: six digits, ten minutes, one use, five tries, bound to one subject. Each
purpose has a quota of its own, so that nobody can use up the codes that another needs.

Source of the rules: OWASP ASVS 5.0, 6.5 and 6.6.
"""

from __future__ import annotations

import hmac
import secrets

from db import otp as otp_records
from db.connection import database, write
from services.errors import CodeExpired, WrongCode
from services.limits import limits, rules
from services.outbox import outbox
from services.privacy import Vault

LIFETIME = outbox.LIFETIME["otp"]
MOST_TRIES = rules.most("tries.code")
_NO_CODE = "none"  # never equal to digits


def send(vault: Vault, phone: tuple[str, bytes], purpose: str, subject: str, now: int,
         about: str = "", quota: str = "") -> None:
    """Text a new code to `phone` (hash, sealed); an older one for the same no longer counts.

    `purpose`: a word of at most 12 letters that has rules (`code_…` in limits/rules.py);
    `subject`: what the code is bound to, at most 120 characters; `about`: what the text names it
    by; `quota`: whose rules count, where not the purpose's. Raises TooManyCodes when the phone was
    sent enough of them.
    """
    code = f"{secrets.randbelow(1_000_000):06}"
    params = {"purpose": purpose, "code": outbox.hide(vault, code), "about": about,
              "subject": subject}

    def work() -> None:
        _take(quota or purpose, phone[0], now)
        _add(vault, phone[0], purpose, subject, code, now)
        if purpose in rules.STRANGERS_CODES:
            limits.note_others(phone[0], now)
        # A key of its own: the numbers of forgotten codes may come again.
        outbox.queue("otp", secrets.token_hex(8), phone, params, now)
    write(work)


def pretend(vault: Vault, phone_hash: str, purpose: str, subject: str, now: int,
            quota: str = "") -> None:
    """As `send`, but nobody is texted and no code is right: whoever asks for a stranger's
    number learns nothing from the answers to their tries. Raises TooManyCodes."""
    def work() -> None:
        _take(quota or purpose, phone_hash, now)
        _add(vault, phone_hash, purpose, subject, _NO_CODE, now)
    write(work)


def _take(quota: str, phone_hash: str, now: int) -> None:
    for rule in (f"code_{quota}_soon.phone", f"code_{quota}.phone"):
        limits.take(rule, phone_hash, now)


def _add(vault: Vault, phone_hash: str, purpose: str, subject: str, code: str, now: int) -> None:
    otp_records.add(purpose, subject, phone_hash, _hash(vault, purpose, subject, code), now,
                    now + LIFETIME)


def confirm(vault: Vault, purpose: str, subject: str, code: str, now: int) -> None:
    """Use up the code that was sent last for this purpose and subject.

    Raises WrongCode (`left`: tries left), CodeExpired when there is none, it is too old, used,
    or was tried five times. Never inside `write`: a transaction that fails afterwards would
    take the counted try back.
    """
    if database.in_transaction():
        raise RuntimeError("tries are counted in a transaction of their own")
    confirm_here(vault, purpose, subject, code, now)


def confirm_here(vault: Vault, purpose: str, subject: str, code: str, now: int) -> None:
    """As `confirm`, inside a transaction of the caller's that keeps the counted try whatever
    comes of it, and before whose commit nobody hears an answer: the record of a text and its
    reply."""
    tried = write(lambda: otp_records.count_try(purpose, subject, now, MOST_TRIES))
    if tried is None:
        raise CodeExpired(purpose)
    number, expected, tries = tried
    given = "".join(sign for sign in code if sign.isdecimal() and sign.isascii())
    if not hmac.compare_digest(_hash(vault, purpose, subject, given), expected):
        raise WrongCode(purpose, MOST_TRIES - tries)
    if not write(lambda: otp_records.use(number, now)):
        raise CodeExpired(purpose)


def _hash(vault: Vault, purpose: str, subject: str, code: str) -> str:
    return vault.keyed_hash(f"{purpose}\n{subject}\n{code}", "one-time code")
