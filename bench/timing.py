"""How long one call takes, and the median of many."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Timed(NamedTuple):
    """One call that made a file."""

    seconds: float
    size: int  # bytes


def time_call(make: Callable[[Any], bytes], about: Any) -> Timed:
    """Call `make(about)` once."""
    start = time.perf_counter()
    made = make(about)
    return Timed(time.perf_counter() - start, len(made))


def median_ms(timed: Sequence[Timed]) -> float:
    """The middle one of the times."""
    return round(1000 * statistics.median(one.seconds for one in timed), 3)
