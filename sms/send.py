"""The worker: sends what waits in the outbox. Several may run on one database.

Which text may go now (codes first, reminders last and only by day) is decided in
services/outbox/outbox.py: claim.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from db import connection, heartbeats
from db import kiosks as kiosk_records
from db import otp as otp_records
from db import payment_links as payment_link_records
from db.connection import write
from db.outbox import lost_answers
from db.outbox import outbox as outbox_records
from services import clock
from services.limits import limits
from services.outbox import outbox, pausing
from sms.delivery import CLAIM, Courier
from sms.gateways.base import Gateway
from web.office import Office

log = logging.getLogger("quaydien.sms")

THREADS = 8  # a carrier's answer takes a tenth of a second or more; most of it is waiting
BATCH = 64
POLL_S = 1.0
STOP_WITHIN_S = 4.0
BEAT_S, ALARM_S, TIDY_S = 10.0, 600.0, 3600.0
_LOOK_FOR_LOST = clock.DAY  # uncertain messages older than this stay so


class Worker:
    """Claims, sends, looks for lost answers, shows that it is alive, tidies up."""

    def __init__(self, office: Office, gateways: Sequence[Gateway],
                 stop: threading.Event | None = None,
                 stands_by: Callable[[], bool] = lambda: False):
        self.office = office
        self.stop = stop or threading.Event()
        self._stands_by = stands_by  # while it is true, another process sends
        self.abandoned = 0  # messages still with a carrier when the time to stop ran out
        self._courier = Courier(office, gateways, self.stop)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="sms")
        self._next_beat = self._next_alarm = self._next_tidy = self._next_word = 0.0

    def run(self) -> None:
        """Work until `stop` is set, through restarts of the database."""
        while not self.stop.is_set():
            try:
                busy = self.round()
            except connection.UNAVAILABLE as error:
                log.warning("database unavailable: %s", type(error).__name__)
                connection.forget_broken()
                busy = False
            if not busy:
                self.stop.wait(POLL_S)
        self._pool.shutdown(wait=False)

    def drain(self) -> None:
        """Send all that is due now, then stop."""
        while self.round() and not self.stop.is_set():
            continue
        self._pool.shutdown(wait=False)

    def round(self) -> bool:
        """One claim and what follows from it; False when nothing was due."""
        now = self.office.now()
        self._live()
        write(lambda: outbox_records.release_lost(now, now))
        if self._stands_by() or self._is_paused():
            return False
        claimed = write(lambda: outbox.claim(now, now + CLAIM, BATCH, self._budget(now)))
        lost = lost_answers.due(now, now - _LOOK_FOR_LOST, BATCH)
        jobs = [self._pool.submit(self._courier.deliver, one) for one in claimed]
        jobs += [self._pool.submit(self._courier.look_for, one) for one in lost]
        self._wait_for(set(jobs))
        return bool(claimed)

    def _is_paused(self) -> bool:
        state = pausing.since()
        if state is not None and time.monotonic() >= self._next_word:
            log.warning("sending is paused since %s", pausing.since_when(state))
            self._next_word = time.monotonic() + ALARM_S
        return state is not None

    def _budget(self, now: int) -> int | None:
        """Texts that may go out in a day. Somebody must look when they are used up."""
        settings, tick = self.office.settings, time.monotonic()
        if not settings.limits:
            return None
        if tick >= self._next_alarm and outbox.spent_today(now) >= settings.sms_texts_a_day:
            log.error("SMS_TEXTS_A_DAY is used up: nothing more is sent today")
            limits.refuse("texts.all", "all", now)
            self._next_alarm = tick + ALARM_S
        return settings.sms_texts_a_day

    def _wait_for(self, jobs: set[Future]) -> None:
        """Until all are done; after `stop`, those not begun put their message back, and what
        a carrier holds up too long stays leased and turns uncertain."""
        end = None
        while jobs:
            done, jobs = wait(jobs, timeout=0.2, return_when=FIRST_COMPLETED)
            for job in done:
                _say_if_failed(job)
            self._live()
            if self.stop.is_set():
                end = end or time.monotonic() + STOP_WITHIN_S
                if time.monotonic() > end:
                    self.abandoned = len(jobs)
                    return

    def _live(self) -> None:
        # By a clock that no operator sets, so that the beats go on when the day jumps.
        tick, now = time.monotonic(), self.office.now()
        if tick >= self._next_beat:
            write(lambda: heartbeats.beat("worker", now))
            self._next_beat = tick + BEAT_S
        if tick >= self._next_tidy:
            write(lambda: tidy(now))
            self._next_tidy = tick + TIDY_S


def _say_if_failed(job: Future) -> None:
    """A defect in one message must not end the worker; its lease runs out and shows it."""
    error = job.exception()
    if error is not None:
        log.error("a message was left behind: %s", error, exc_info=error)


def tidy(now: int) -> None:
    """Forget what has run out: links, kiosk visits, what limits counted."""
    payment_link_records.drop_expired(now)
    kiosk_records.drop_expired(now)
    otp_records.drop_expired(now - clock.DAY)
    limits.tidy(now)
