"""Passwords at rest: Argon2id with the figures of OWASP's cheat sheet (19 MiB, two passes)."""

from __future__ import annotations

import functools
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argon2

def is_common(text: str, name: str = "") -> bool:
    """True for what guessers try first; `name` is its owner's."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    from services.officers import guessing

    return guessing.is_guessed(text, name)


def hash_password(text: str) -> str:
    """The encoded Argon2id hash of a password, with a fresh salt each time."""
    return _hasher().hash(_bytes(text))


def verify(hash: str, text: str) -> bool:
    """True when `text` is the password behind `hash`; False also for a damaged hash."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    import argon2

    try:
        return _hasher().verify(hash, _bytes(text))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


@functools.cache
def _hasher() -> argon2.PasswordHasher:
    # loaded where it is used: docs/decisions/0006-rooms.md
    import argon2

    return argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def _bytes(text: str) -> bytes:
    # Keyboards differ in how they send an accented letter; NFC makes them equal (RFC 8265, 4.2).
    return unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
