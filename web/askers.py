"""Who asks, as limits count them: by the network address where there is no better name."""

from __future__ import annotations

from services.limits import limits
from services.limits.limits import Asker
from web import proxies
from web.office import office


def address() -> str:
    """Names the network address that asks, without keeping it."""
    return limits.hidden(proxies.client_address())


def by_address() -> Asker | None:
    """Whoever asks from this address; None while LIMITS=off."""
    return Asker(address()) if office().settings.limits else None
