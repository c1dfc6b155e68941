"""How many are worked on at a time, and who is asked to come back instead of waiting."""

from __future__ import annotations

import threading
import time

MOST_WAITING = 200  # a process; beyond it the answer comes at once
PATIENCE_S = 5.0  # while the queue moves
STUCK_S = 1.0  # in a queue that does not move: whatever holds all up, it is not waited for
_LOOK_AGAIN_S = 0.1
# Places beside the others, for those who look something up: a stuck disk or lock holds up who
# writes, and must leave room for who reads.
READERS = 4


class Counter:
    """At most `places` requests that change something (POST) at a time, READERS more in all."""

    def __init__(self, places: int):
        self._places = threading.Semaphore(places + READERS)
        self._for_changes = threading.Semaphore(places)
        self._mutex = threading.Lock()
        self._waiting = 0
        self._left = {True: time.monotonic(), False: time.monotonic()}  # by `changes`

    def enter(self, changes: bool) -> bool:
        """Wait for a place. False: it did not come in time; else call `leave` afterwards."""
        if not changes:
            return self._wait(self._places, changes)
        if not self._wait(self._for_changes, changes):
            return False
        if self._wait(self._places, changes):
            return True
        self._for_changes.release()
        return False

    def leave(self, changes: bool) -> None:
        """The place is free again."""
        self._left[changes] = time.monotonic()
        self._places.release()
        if changes:
            self._for_changes.release()

    def _wait(self, places: threading.Semaphore, changes: bool) -> bool:
        if places.acquire(blocking=False):
            return True
        with self._mutex:
            if self._waiting >= MOST_WAITING:
                return False
            self._waiting += 1
        try:
            return self._queue(places, changes)
        finally:
            with self._mutex:
                self._waiting -= 1

    def _queue(self, places: threading.Semaphore, changes: bool) -> bool:
        came = time.monotonic()
        while not places.acquire(timeout=_LOOK_AGAIN_S):
            now = time.monotonic()
            moved = self._left[True] if changes else max(self._left.values())
            if now - came > PATIENCE_S or now - max(came, moved) > STUCK_S:
                return False
        return True
