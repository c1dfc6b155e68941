"""SMPP: texts go out on the line that `flask sms smpp` keeps; see sms/smpp/terminal.py.

Other processes have no line of their own: operators allow one or two for an account.
"""

from __future__ import annotations

import threading
import time

from config import Settings
from db.outbox import outbox as outbox_records
from sms.gateways.base import AnswerLost, Consequence, Message, NotSent
from sms.smpp import pdus
from sms.smpp.account import Account
from sms.smpp.frames import LinkDown
from sms.smpp.link import Link, Unanswered
from sms.smpp.pdus import Outgoing

NAME = "smpp"
# command_status of a submission (SMPP 3.4, 5.1.3) → what follows. Others: the end.
CONSEQUENCES = {
    0x01: Consequence.GIVE_UP,  # message length
    pdus.BAD_ADDRESS: Consequence.WRONG_NUMBER,
    0x08: Consequence.RETRY, 0x45: Consequence.RETRY,  # system error, submission failed
    0x61: Consequence.RETRY, 0x64: Consequence.RETRY,  # schedule, temporary error
    0x0D: Consequence.REFUSED, 0x0E: Consequence.REFUSED,  # bind failed, password
}
_BUSY = (pdus.THROTTLED, pdus.QUEUE_FULL)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 8.0
_PATIENCE_S = 20.0  # well within the lease of a message


class Sender:
    """Texts through the operator's centre."""

    name = NAME
    taken = outbox_records.SENT

    def __init__(self, _settings: Settings):
        self.link: Link | None = None
        self.account: Account | None = None
        self._stop = threading.Event()
        self._pause_s = 0.0
        self._go_on_at = 0.0

    def use(self, link: Link, account: Account, stop: threading.Event) -> None:
        """Send over this line; `stop` ends waiting."""
        self.link, self.account, self._stop = link, account, stop

    def send(self, message: Message) -> str:
        """Submit every part; returns the centre's number of the last one, whose receipt
        tells of the whole. Raises NotSent or AnswerLost."""
        if self.link is None or self.account is None or not self.link.bound:
            raise NotSent(Consequence.RETRY, "no line to the centre")
        parts = pdus.outgoing(message.text, message.outbox_id, self.account.alphabet)
        number = ""
        for part in parts:
            try:
                number = self._submit(self.link, message.to, part, receipt=part is parts[-1])
            except NotSent as error:
                if part is parts[0]:
                    raise
                # The phone has the beginning already, so the whole text must not be sent again.
                raise AnswerLost(f"{error} after the first part") from error
        return number

    def _submit(self, link: Link, to: str, part: Outgoing, *, receipt: bool) -> str:
        """One part; while the centre is busy, later again."""
        patience = time.monotonic() + _PATIENCE_S
        while True:
            self._wait_out_the_pause(patience)
            try:
                answer = link.submit(to, part, receipt)
            except Unanswered as error:
                raise AnswerLost(str(error)) from error
            except LinkDown as error:
                raise NotSent(Consequence.RETRY, str(error)) from error
            if answer.status == 0:
                self._pause_s = 0.0
                return answer.message_id
            if answer.status not in _BUSY:
                raise NotSent(CONSEQUENCES.get(answer.status, Consequence.GIVE_UP),
                              f"smpp 0x{answer.status:02x}")
            self._slow_down()

    def _slow_down(self) -> None:
        """Everybody pauses, longer each time until the centre takes something again."""
        self._pause_s = min(max(self._pause_s * 2, _FIRST_PAUSE_S), _LONGEST_PAUSE_S)
        self._go_on_at = time.monotonic() + self._pause_s

    def _wait_out_the_pause(self, patience: float) -> None:
        while (wait := self._go_on_at - time.monotonic()) > 0:
            if self._go_on_at > patience or self._stop.wait(wait):
                raise NotSent(Consequence.RETRY, "the centre is busy")

    def find(self, message: Message, since: int) -> str | None:
        """A centre can't be asked by recipient and text."""
        raise AnswerLost("the centre can't be asked for a message")
