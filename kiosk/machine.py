"""Which machine asks: one of the company's kiosks, or any other browser."""

from __future__ import annotations

from flask import g, request

from db.kiosks import KioskDevice
from services.kiosks import devices
from services.limits import limits
from services.limits.limits import Asker
from web import askers
from web.office import office


def cookie_name() -> str:
    """Of the cookie by which a machine shows that it is one of our kiosks."""
    return "__Host-device" if office().settings.secure else "device"


def device() -> KioskDevice | None:
    """The enrolled kiosk that asks, or None for any other browser."""
    if "device" not in g:
        g.device = devices.find(request.cookies.get(cookie_name(), ""))
    return g.device


def kiosk_id() -> str:
    """Names the machine for limits, without keeping its address."""
    ours = device()
    return limits.hidden(f"kiosk {ours.name}") if ours else askers.address()


def count(rule: str) -> None:
    """Count one act of this machine, whatever comes of it; raises TooMany…. Nobody is counted
    while LIMITS=off."""
    if office().settings.limits:
        limits.take_alone(rule, kiosk_id(), office().now())


def asker(commune: str = "") -> Asker | None:
    """Who causes what is asked for here: this machine, about this commune; None while
    LIMITS=off. Ask before `write`, whose work may run in another thread."""
    if not office().settings.limits:
        return None
    return Asker(kiosk_id(), "", commune, ours=device() is not None)
