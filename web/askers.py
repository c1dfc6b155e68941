"""Who asks, as limits count them: by the network address where there is no better name."""

from __future__ import annotations

import hashlib

from flask import request

from services.limits.limits import Asker
from web.office import office


def address() -> str:
    """Names the network address that asks, without keeping it."""
    return hidden(request.remote_addr or "")


def hidden(name: str) -> str:
    """A name that tells nothing, of 16 characters."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def by_address() -> Asker | None:
    """Whoever asks from this address; None while LIMITS=off."""
    return Asker(address()) if office().settings.limits else None
