"""A gateway of the tests: it does what it is told, and remembers."""

from __future__ import annotations

from db.outbox import outbox as outbox_records
from sms.gateways.base import AnswerLost, Consequence, Message, NotSent


class FakeGateway:
    """`failures`: raised by the next sends, in turn; `only_to`: but only to this phone.
    `taken_after_all`: a lost message that it nevertheless has. `unreachable`: it can't be
    asked."""

    taken = outbox_records.SENT

    def __init__(self, name: str = "log", *failures: Exception):
        self.name = name
        self.failures = list(failures)
        self.sent: list[Message] = []
        self.asked = 0
        self.taken_after_all = False
        self.unreachable = False
        self.only_to = ""
        self.during = lambda: None

    def send(self, message: Message) -> str:
        self.during()
        if self.failures and self.only_to in ("", message.to):
            raise self.failures.pop(0)
        self.sent.append(message)
        return f"{self.name}-{message.outbox_id}"

    def find(self, message: Message, since: int) -> str | None:
        self.asked += 1
        if self.unreachable:
            raise AnswerLost
        return f"found-{message.outbox_id}" if self.taken_after_all else None


def refusal(consequence: Consequence) -> NotSent:
    return NotSent(consequence, "told so")
