"""Browsers on which an officer once signed in fully. Each holds an id in a cookie, one for all who
sign in there; every full sign-in changes it, so that a copy taken before is worth nothing."""

from __future__ import annotations

import hashlib
import secrets

from db import known_devices as known_device_records
from services import clock

KNOWN_FOR = 180 * clock.DAY  # from the last full sign-in on a device


def knows(device: str, officer: str, now: int) -> bool:
    """Whether this officer signed in fully on the browser with this id."""
    return bool(device) and known_device_records.knows(name_of(device), officer, now - KNOWN_FOR)


def remember(device: str, officer: str, now: int) -> str:
    """This officer signed in fully on the browser that had the id `device` ("": none); returns its
    new id. Call inside `write`."""
    known_device_records.drop_old(now - KNOWN_FOR)
    fresh = secrets.token_urlsafe(32)
    if device:
        known_device_records.rename(name_of(device), name_of(fresh))
    known_device_records.add(name_of(fresh), officer, now)
    return fresh


def name_of(device: str) -> str:
    """How the records call the browser with this id."""
    return hashlib.sha256(device.encode()).hexdigest()
