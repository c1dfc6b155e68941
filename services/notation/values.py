"""Values as providers write them, taken with care: what comes in from outside may be anything."""

from __future__ import annotations

from datetime import datetime

from services import clock

MOST_AMOUNT = 10**13  # đ; more is not an electricity bill


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
    """A text or number as at most `most` characters that both databases can store; "" for
    anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    kept = str(value).replace("\0", "").encode("utf-8", "replace").decode()
    return kept[:most]


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
    """Epoch milliseconds as a provider tells them; 0 when it is no sensible time."""
    number = whole(value)
    return number if number is not None and 10**12 < number < 10**13 else 0
