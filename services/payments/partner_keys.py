"""Partners' API keys: one to sign with, and for a day after a rotation the one before it."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from db import audit, partners
from db.connection import write
from services import clock
from services.errors import UnknownPartner
from services.privacy import Vault

OVERLAP = clock.DAY  # how long the old key still signs after a rotation


class Key(NamedTuple):
    """What a partner is handed."""

    partner: str
    key_id: str
    secret: str


def secret_of(partner: str, key_id: str, vault: Vault, now: int) -> str | None:
    """The secret of a live key, or None for any other partner or key."""
    sealed = partners.find_key(partner, key_id, now)
    return vault.open(sealed, _about(key_id)) if sealed else None


def key(partner: str, vault: Vault, now: int) -> Key:
    """The partner's current key, made at the first asking; raises UnknownPartner.

    Each showing of the secret is on the record.
    """
    return write(lambda: _key(partner, vault, now))


def rotate(partner: str, vault: Vault, now: int) -> Key:
    """A new key; the one before it signs for OVERLAP more, an older one no longer.

    So at most two keys are live. Raises UnknownPartner.
    """
    return write(lambda: _rotate(partner, vault, now))


def _key(partner: str, vault: Vault, now: int) -> Key:
    _lock(partner)
    found = partners.current_key(partner)
    if found is None:
        return _new_key(partner, vault, now)
    key_id, sealed = found
    _note(now, "partner.key.shown", partner, key_id)
    return Key(partner, key_id, vault.open(sealed, _about(key_id)))


def _rotate(partner: str, vault: Vault, now: int) -> Key:
    _lock(partner)
    for key_id in partners.end_older_keys(partner, now, now + OVERLAP):
        _note(now, "partner.key.ending", partner, key_id)
    return _new_key(partner, vault, now)


def _lock(partner: str) -> None:
    if not partners.lock(partner):
        raise UnknownPartner(partner)


def _new_key(partner: str, vault: Vault, now: int) -> Key:
    made = Key(partner, secrets.token_hex(8), secrets.token_urlsafe(32))
    partners.add_key(partner, made.key_id, vault.seal(made.secret, _about(made.key_id)), now)
    _note(now, "partner.key.new", partner, made.key_id)
    return made


def _note(now: int, action: str, partner: str, key_id: str) -> None:
    audit.append(now, [("terminal", action, partner, key_id)])


def _about(key_id: str) -> str:
    return f"partner key {key_id}"
