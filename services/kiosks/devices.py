"""The kiosks of the company: each is enrolled once and then tells where it stands."""

from __future__ import annotations

import hashlib
import re
import secrets

from db import kiosks as kiosk_records
from db import reference
from db.connection import write
from db.kiosks import KioskDevice
from services.errors import InvalidInput
from services.kiosks import slips

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_PLACE_MOST = 80


def add(name: str, commune_code: str, printer: str, now: int, place: str = "") -> str:
    """Make room for a kiosk; returns the word by which the machine is enrolled, once.

    `place`: the hall it stands in, as officers call it. Raises InvalidInput ("name", also for a
    taken one; "commune", "printer", "place").
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput("name")
    if commune_code not in reference.communes():
        raise InvalidInput("commune")
    if printer and not slips.is_address(printer):
        raise InvalidInput("printer")
    hall = " ".join(place.split())
    if len(hall) > _PLACE_MOST or not hall.isprintable():
        raise InvalidInput("place")
    word = secrets.token_urlsafe(12)
    if not write(lambda: kiosk_records.add(name, commune_code, hall, printer, _hash(word), now)):
        raise InvalidInput("name", "taken")
    return word


def enrol(word: str, now: int) -> str | None:
    """The key that the machine keeps from now on; None for a wrong or used word."""
    key = secrets.token_urlsafe(32)
    return key if write(lambda: kiosk_records.enrol(_hash(word), _hash(key), now)) else None


def find(key: str) -> KioskDevice | None:
    """The kiosk with this key, or None."""
    return kiosk_records.device(_hash(key)) if key else None


def everyone() -> list[KioskDevice]:
    """All kiosks by name."""
    return kiosk_records.devices()


def remove(name: str) -> bool:
    """Forget a kiosk that is no longer ours; False when none has this name."""
    return write(lambda: kiosk_records.remove(name))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
