"""Passwords at rest: Argon2id with the figures of OWASP's cheat sheet (19 MiB, two passes)."""

from __future__ import annotations

import functools
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argon2

# Rows of keys that fingers run along. Most of the passwords of twelve and more characters that
# guessers try first are made of these, or of repetitions (ASVS 5.0, 6.2.4).
_RUNS = tuple(run + run[::-1] + run for run in (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn", "1q2w3e4r5t6y7u8i9o0p"))
_LONGEST_REPEATED = 8


def is_common(text: str) -> bool:
    """True for a short word repeated over and over, and for a row of keys with a few additions."""
    word = text.lower()
    if any((word[:n] * len(word)).startswith(word) for n in range(1, _LONGEST_REPEATED + 1)):
        return True
    longest = max(n for n in range(len(word) + 1) for start in range(len(word) - n + 1)
                  if any(word[start:start + n] in run for run in _RUNS))
    return longest > len(word) - 5 and longest >= 5


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
