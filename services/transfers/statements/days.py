"""Days and times as banks write them; without a zone they are local."""

from __future__ import annotations

import re
from datetime import datetime

from services import clock

# xs:date, which may have a zone: the day counts as it is told.
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
_YEARS_BACK, _AHEAD = 10, clock.DAY


def read(text: str) -> int | None:
    """ISO 8601, a day or a moment → epoch ms; None for anything else."""
    date = _DATE.fullmatch(text)
    try:
        moment = datetime.fromisoformat(date[1] if date else text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.LOCAL)
    return int(moment.timestamp() * 1000)


def is_near(moment: int, now: int) -> bool:
    """True for what a statement of today can tell of: ten years back, a day ahead. What lies
    further off is a fault of the file, and would stand in pages and exports for ever."""
    return now - _YEARS_BACK * 365.25 * clock.DAY < moment < now + _AHEAD
