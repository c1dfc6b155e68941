"""Values as providers write them, taken with care: what comes in from outside may be anything."""

from __future__ import annotations

import re
from datetime import datetime

from services import clock
from services.notation import bounds

MOST_AMOUNT = bounds.MOST_DONG + 1  # đ; so much is no electricity bill
# What a screen obeys instead of showing: controls, and the signs that turn the reading direction.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def whole(value: object) -> int | None:
    """A whole number of at most 18 digits, written as number or as text; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**18 else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    return None


def dong(value: object) -> int | None:
    """An amount above zero, đ; else None."""
    number = whole(value)
    return number if number is not None and 0 < number < MOST_AMOUNT else None


def text(value: object, most: int) -> str:
    """A text or number as at most `most` characters that both databases can store and a screen
    shows as they stand: half surrogates become "?", unseen signs a space; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    kept = str(value).encode("utf-8", "replace").decode()
    return _UNSEEN.sub(" ", kept)[:most].strip()


def number(value: object) -> str:
    """A transaction's number as text, at most 40 characters; "" for none (or "0")."""
    kept = text(value, 40)
    return kept if kept.strip("0") else ""


def moment(value: object, form: str) -> int:
    """A local time in strptime's `form` → epoch ms; 0 when it is none."""
    try:
        local = datetime.strptime(str(value), form).replace(tzinfo=clock.LOCAL)
    except ValueError:
        return 0
    return int(local.timestamp() * 1000)


def epoch_ms(value: object) -> int:
    """Epoch milliseconds as a provider tells them, sensible or not; 0 when none are told."""
    return whole(value) or 0
