"""Opaque words for addresses, so that logs hold no customer code and no search."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag

from services.errors import UnknownCustomer
from services.officers.rights import SignedIn
from services.privacy import Vault


def hide(text: str, purpose: str, who: SignedIn, vault: Vault) -> str:
    """A word that stands for `text` in an address; it opens for this officer and purpose only."""
    sealed = vault.seal(text, f"{purpose}:{who.name}")
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def reveal(word: str, purpose: str, who: SignedIn, vault: Vault) -> str:
    """What `hide` hid; raises UnknownCustomer for anything else."""
    try:
        sealed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        return vault.open(sealed, f"{purpose}:{who.name}")
    except (binascii.Error, ValueError, InvalidTag):
        raise UnknownCustomer(word[:20]) from None
