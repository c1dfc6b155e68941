"""How many requests a partner may send in a minute, counted in memory so that none costs a write.

Each server process counts for itself, so the number is a brake against a runaway client,
not an exact quota.
"""

from __future__ import annotations

import threading

A_MINUTE = 6_000  # 100 a second for a whole minute
_MINUTE_MS = 60_000


class Rates:
    """Requests of this minute by partner."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[str, int] = {}

    def wait_s(self, partner: str, now: int) -> int:
        """Count one request; seconds to wait when it is one too many, 0 when it may go on."""
        minute = now // _MINUTE_MS
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            count = self._counts[partner] = self._counts.get(partner, 0) + 1
        left_ms = (minute + 1) * _MINUTE_MS - now
        return -(-left_ms // 1000) if count > A_MINUTE else 0
