"""How many different codes a stranger may look up: guessing must not pay."""

from __future__ import annotations

from db import messages
from services import clock
from services.errors import TooManyLookups

CODES_A_DAY_BY_SMS = 5
CODES_AN_HOUR_AT_A_KIOSK = 60


def sms_lookup(phone_hash: str, code: str, now: int) -> None:
    """Count one look-up by an unregistered phone; raises TooManyLookups past five codes a day."""
    if messages.count_lookup(phone_hash, clock.local_day(now), code) > CODES_A_DAY_BY_SMS:
        raise TooManyLookups(phone_hash)


def kiosk_lookup(kiosk: str, code: str, now: int) -> None:
    """Count one look-up at a kiosk; raises TooManyLookups past the hourly number."""
    hour = clock.local(now).strftime("%Y%m%d%H")
    if messages.count_lookup(f"kiosk:{kiosk}", hour, code) > CODES_AN_HOUR_AT_A_KIOSK:
        raise TooManyLookups(kiosk)
