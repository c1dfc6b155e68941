"""Passwords at rest: Argon2id with the figures of OWASP's cheat sheet (19 MiB, two passes)."""

from __future__ import annotations

import unicodedata

import argon2

_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_password(text: str) -> str:
    """The encoded Argon2id hash of a password, with a fresh salt each time."""
    return _HASHER.hash(_bytes(text))


def verify(hash: str, text: str) -> bool:
    """True when `text` is the password behind `hash`; False also for a damaged hash."""
    try:
        return _HASHER.verify(hash, _bytes(text))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def _bytes(text: str) -> bytes:
    # Keyboards differ in how they send an accented letter; NFC makes them equal (RFC 8265, 4.2).
    return unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
