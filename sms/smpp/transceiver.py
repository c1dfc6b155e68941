"""The process behind `flask sms smpp`: keeps the line, takes what comes, sends what waits."""

from __future__ import annotations

import logging
import random
import threading

from db import connection, heartbeats
from db.connection import write
from services import clock
from sms.send import Worker
from sms.smpp import receipts
from sms.smpp.account import Account
from sms.smpp.frames import LinkDown
from sms.smpp.inbox import BOUND, PARTED, Inbox
from sms.smpp.link import Link
from web.office import Office

log = logging.getLogger("quaydien.smpp")

ALIVE = "smpp"  # heartbeat: this process lives, whether or not the line does
SILENT_MS = clock.MINUTE  # after that `flask sms send` takes over
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0
_BEAT_S = 2.0
_TIDY_EVERY = 150  # beats


def sends_for_all(office: Office) -> bool:
    """True while a transceiver process lives: then it is the one that sends."""
    last = heartbeats.last_beat(ALIVE)
    return last is not None and office.now() - last < SILENT_MS


class Transceiver:
    """One line, one inbox, one worker."""

    def __init__(self, office: Office, account: Account, worker: Worker):
        self.office = office
        self.worker = worker
        self.inbox = Inbox(office, account.alphabet)
        self.link = Link(account, self.inbox.take)
        self._hang_up = threading.Event()

    def run(self) -> None:
        """Work until the worker's `stop` is set; then shut everything down within 5 seconds."""
        line = threading.Thread(target=self._keep_line, name="smpp-line")
        sending = threading.Thread(target=self.worker.run, name="smpp-send")
        for thread in (line, sending):
            thread.start()
        beats = 0
        while not self.worker.stop.is_set():
            self._live(beats)
            beats += 1
            self.worker.stop.wait(_BEAT_S)
        # The worker first: the answers to what is under way still come over the line.
        sending.join()
        self.inbox.close()
        self._hang_up.set()
        line.join()

    def _keep_line(self) -> None:
        wait_s = _FIRST_WAIT_S
        while not self._hang_up.is_set():
            try:
                self.link.open()
                self._note_open_line()
                wait_s = _FIRST_WAIT_S
                self.link.serve(self._hang_up)
            except (LinkDown, *connection.UNAVAILABLE) as error:
                log.warning("line down: %s", error)
                # At random, so that two of us do not always knock at the same time.
                self._hang_up.wait(wait_s * (0.75 + random.random() / 2))  # noqa: S311 - no secret
                wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
        if self.link.close():
            self._beat(PARTED)

    def _note_open_line(self) -> None:
        self.inbox.new_session()
        self._beat(BOUND)
        log.warning("line open")

    def _live(self, beats: int) -> None:
        try:
            self._beat(ALIVE)
            if self.link.bound:
                self._beat(BOUND)
            receipts.retry_early(self.office)
            if beats % _TIDY_EVERY == 0:
                self.inbox.tidy()
        except connection.UNAVAILABLE as error:
            log.warning("database unavailable: %s", type(error).__name__)
            connection.forget_broken()

    def _beat(self, name: str) -> None:
        write(lambda: heartbeats.beat(name, self.office.now()))
