"""What stands before every gateway: its rate, and a breaker that spares one in trouble."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sms.gateways.base import AnswerLost, Consequence, Gateway, Message, NotSent

log = logging.getLogger("quaydien.sms")

FAILURES_IN_A_ROW = 5  # then the gateway is left alone for a while
FIRST_REST_S, LONGEST_REST_S = 15.0, 300.0
_MOST_QUEUED_S = 20.0  # no message waits longer for its turn; it is tried again later
# Consequences that say something about the gateway, not about the message.
_TROUBLE = frozenset([Consequence.RETRY, Consequence.REFUSED])


class Rate:
    """At most `per_s` messages a second, evenly; 0 is no limit."""

    def __init__(self, per_s: float, now: Callable[[], float] = time.monotonic):
        self._gap = 1 / per_s if per_s else 0.0
        self._now = now
        self._lock = threading.Lock()
        self._next = 0.0

    def wait_s(self) -> float | None:
        """Seconds to wait until one's turn; None when the queue is too long."""
        with self._lock:
            now = self._now()
            at = max(now, self._next)
            if at - now > _MOST_QUEUED_S:
                return None
            self._next = at + self._gap
            return at - now


class Breaker:
    """Open after failures in a row; after a rest one message is let through as a trial."""

    def __init__(self, now: Callable[[], float] = time.monotonic):
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._rest_s = 0.0
        self._open_until = 0.0

    def lets_through(self) -> bool:
        """False while the gateway rests. The first caller after the rest is the trial; the
        others wait for its outcome."""
        with self._lock:
            if not self._rest_s:
                return True
            now = self._now()
            if now < self._open_until:
                return False
            self._open_until = now + self._rest_s
            return True

    def note_success(self) -> None:
        """The gateway took a message, or refused that one message alone."""
        with self._lock:
            self._failures, self._rest_s = 0, 0.0

    def note_failure(self, at_once: bool = False) -> float:
        """The gateway is in trouble; returns how long it now rests (s), 0 for not yet."""
        with self._lock:
            self._failures += 1
            if not at_once and self._failures < FAILURES_IN_A_ROW:
                return 0.0
            least = LONGEST_REST_S if at_once else FIRST_REST_S
            self._rest_s = min(max(self._rest_s * 2, least), LONGEST_REST_S)
            self._open_until = self._now() + self._rest_s
            return self._rest_s


class Guarded:
    """A gateway with its rate and its breaker; to the worker it is a gateway like any
    other."""

    def __init__(self, gateway: Gateway, rate: Rate, breaker: Breaker, stop: threading.Event):
        self.name = gateway.name
        self.taken = gateway.taken
        self.gateway = gateway
        self._rate = rate
        self._breaker = breaker
        self._stop = stop

    def send(self, message: Message) -> str:
        """As the gateway's own, at its turn; raises NotSent at once while it rests."""
        if not self._breaker.lets_through():
            raise NotSent(Consequence.RETRY, f"{self.name} rests after failures")
        self._wait_for_a_turn()
        try:
            number = self.gateway.send(message)
        except AnswerLost:
            self._in_trouble()
            raise
        except NotSent as error:
            if error.consequence in _TROUBLE:
                self._in_trouble(at_once=error.consequence is Consequence.REFUSED)
            else:
                self._breaker.note_success()
            raise
        self._breaker.note_success()
        return number

    def _wait_for_a_turn(self) -> None:
        wait_s = self._rate.wait_s()
        if wait_s is None or (wait_s and self._stop.wait(wait_s)):
            raise NotSent(Consequence.RETRY, f"{self.name} is at its rate")

    def _in_trouble(self, at_once: bool = False) -> None:
        if rest_s := self._breaker.note_failure(at_once):
            log.warning("gateway %s rests for %d s", self.name, rest_s)

    def find(self, message: Message, since: int) -> str | None:
        """As the gateway's own."""
        return self.gateway.find(message, since)
