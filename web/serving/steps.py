"""Work that waits for a client (a body that comes in, an answer that goes out) without a thread:
it goes on upon whichever thread brings the next piece. Who keeps us waiting too long is dropped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Coroutine

log = logging.getLogger("quaydien")

_LOOK_EVERY_S = 0.25


class Steps:
    """One coroutine that awaits granian's promises; `then(value)` takes its end, `late()` what
    happens when it is not there in time. Exactly one of them is called."""

    __slots__ = ("_awaited", "_coroutine", "_late", "_then", "until")

    def __init__(self, coroutine: Coroutine, then: Callable, late: Callable, seconds: float):
        self._coroutine, self._then, self._late = coroutine, then, late
        self._awaited = None
        self.until = time.monotonic() + seconds

    def go_on(self) -> None:
        """Take the next step, if nobody has given this up."""
        if self not in _waiting:
            return
        try:
            self._awaited = awaited = self._coroutine.send(None)
        except StopIteration as end:
            if _waiting.pop(self, None):
                self._then(end.value)
        except Exception:
            # The client has gone, or its machine wrote nonsense.
            if _waiting.pop(self, None):
                self._then(None)
        else:
            self._wait_for(awaited)

    def _wait_for(self, awaited) -> None:
        wake = Wake(self)
        awaited.add_done_callback(wake.up, context=None)
        # A promise that was kept before we asked to be told of it does not tell any more.
        if awaited.done():
            wake.up()

    def give_up(self) -> None:
        """Too late: whatever comes now is not wanted."""
        if _waiting.pop(self, None):
            self._late()
            if self._awaited is not None:
                self._awaited.cancel()


class Wake:
    """Lets steps go on when what they await is there: once, whoever says so first."""

    __slots__ = ("_steps",)

    def __init__(self, steps: Steps):
        self._steps = [steps]  # its pop decides

    def up(self, _awaited=None) -> None:
        """It is there."""
        try:
            steps = self._steps.pop()
        except IndexError:
            return
        steps.go_on()


_waiting: dict[Steps, bool] = {}  # its pop decides between a last step and giving up


def begin(steps: Steps) -> None:
    """Take the first step."""
    _waiting[steps] = True
    steps.go_on()


def watch() -> None:
    """From now on, give up what takes too long."""
    threading.Thread(target=_look, name="slow clients", daemon=True).start()


def _look() -> None:
    while True:
        time.sleep(_LOOK_EVERY_S)
        now = time.monotonic()
        for steps in list(_waiting):
            if steps.until < now:
                _give_up(steps)


def _give_up(steps: Steps) -> None:
    try:
        steps.give_up()
    except Exception as error:  # one line's trouble must not end the watch over all others
        log.exception("unexpected error: %s", error)
