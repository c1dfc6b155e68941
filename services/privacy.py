"""Phone numbers and secrets at rest: sealed with AES-GCM, found by a keyed hash."""

from __future__ import annotations

import functools
import hashlib
import hmac
import os
from typing import TYPE_CHECKING

from services.notation import phones

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Vault:
    """Seals and opens small texts with DATA_KEY. One is made at start-up and passed around."""

    def __init__(self, data_key: str):
        root = data_key.encode()
        self._hash_key = hmac.digest(root, b"quaydien phone hash", hashlib.sha256)
        self._seal_key = hmac.digest(root, b"quaydien seal", hashlib.sha256)

    @functools.cached_property
    def _cipher(self) -> AESGCM:
        # Loaded where it is used: docs/decisions/0006-rooms.md
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._seal_key)

    def phone_hash(self, msisdn: str) -> str:
        """Keyed hash (32 hex digits) by which a phone is found and logged."""
        return hmac.digest(self._hash_key, msisdn.encode(), hashlib.sha256).hex()[:32]

    def keyed_hash(self, text: str, about: str) -> str:
        """Keyed hash (32 hex digits) of a short secret; `about` keeps uses apart."""
        mixed = f"{about}\0{text}".encode()
        return hmac.digest(self._hash_key, mixed, hashlib.sha256).hex()[:32]

    def seal(self, text: str, about: str) -> bytes:
        """Encrypt `text`; `about` names what it belongs to and is needed again to open it."""
        return self.seal_bytes(text.encode(), about)

    def open(self, sealed: bytes, about: str) -> str:
        """Decrypt; raises cryptography's InvalidTag for a wrong key, `about` or changed bytes."""
        return self.open_bytes(sealed, about).decode()

    def seal_bytes(self, data: bytes, about: str) -> bytes:
        """As `seal`, for a file."""
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, data, about.encode())

    def open_bytes(self, sealed: bytes, about: str) -> bytes:
        """As `open`, for a file."""
        return self._cipher.decrypt(sealed[:12], sealed[12:], about.encode())

    def opens(self, sealed: bytes, about: str) -> bool:
        """True when `sealed` was sealed with this key for `about`."""
        # Loaded where it is used: docs/decisions/0006-rooms.md
        from cryptography.exceptions import InvalidTag

        try:
            self.open_bytes(sealed, about)
        except (InvalidTag, ValueError):  # ValueError: too few bytes to be a seal
            return False
        return True

    def seal_phone(self, msisdn: str) -> tuple[str, bytes]:
        """(phone_hash, phone_sealed) of a normalised number."""
        return self.phone_hash(msisdn), self.seal(msisdn, "phone")

    def open_phone(self, sealed: bytes) -> str:
        """The number behind a `phone_sealed` column."""
        return self.open(bytes(sealed), "phone")

    def masked_phone(self, sealed: bytes | None) -> str:
        """A sealed number for a screen: "091****017"; "" for none."""
        return phones.masked(self.open_phone(sealed)) if sealed else ""
