"""The kiosks of the company: each is enrolled once and then tells where it stands."""

from __future__ import annotations

import hashlib
import re
import secrets

from db import audit, reference
from db import kiosks as kiosk_records
from db.connection import write
from db.kiosks import KioskDevice
from services import clock
from services.errors import InvalidInput
from services.kiosks import slips

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_PLACE_MOST = 80
GOOD_FOR = clock.HOUR  # an enrolment word, which is typed where strangers may look on
_DIGITS, _GROUP = 16, 4  # of a word; a keypad has no letters
_BY = "terminal"


def add(name: str, commune_code: str, printer: str, now: int, place: str = "") -> str:
    """Make room for a kiosk; returns the word by which the machine is enrolled, once and within an
    hour. Again before that: a new word, and the old one is worth nothing.

    `place`: the hall it stands in, as officers call it. Raises InvalidInput ("name", "taken" for
    an enrolled one; "commune", "printer", "place").
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
    digits = "".join(str(secrets.randbelow(10)) for _ in range(_DIGITS))

    def work() -> None:
        if not kiosk_records.add(name, commune_code, hall, printer, _hash(digits), now + GOOD_FOR,
                                 now):
            raise InvalidInput("name", "taken")
        audit.append(now, [(_BY, "kiosk.add", name, commune_code)])
    write(work)
    return "-".join(digits[at:at + _GROUP] for at in range(0, _DIGITS, _GROUP))


def enrol(word: str, now: int) -> str | None:
    """The key that the machine keeps from now on; None for a wrong, used or late word. Spaces and
    dashes in it do not matter."""
    digits = "".join(sign for sign in word if sign.isalnum())
    key = secrets.token_urlsafe(32)

    def work() -> str:
        name = kiosk_records.enrol(_hash(digits), _hash(key), now)
        if name:
            audit.append(now, [(name, "kiosk.enrol", name, "")])
        return name
    return key if write(work) else None


def find(key: str) -> KioskDevice | None:
    """The kiosk with this key, or None."""
    return kiosk_records.device(_hash(key)) if key else None


def everyone() -> list[KioskDevice]:
    """All kiosks by name."""
    return kiosk_records.devices()


def revoke(name: str, now: int) -> bool:
    """A machine is ours no more, and its name is free; False when none has this name."""
    def work() -> bool:
        if not kiosk_records.remove(name):
            return False
        audit.append(now, [(_BY, "kiosk.revoke", name, "")])
        return True
    return write(work)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
