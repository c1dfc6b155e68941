"""What every gateway is to the worker, and how its errors are classed by consequence."""

from __future__ import annotations

import enum
from typing import NamedTuple, Protocol


class Consequence(enum.Enum):
    """What follows from a failure, whatever the carrier calls it."""

    RETRY = "retry"  # soon, or through the next gateway
    RETRY_SLOWLY = "retry slowly"  # the phone is off or out of reach
    WRONG_NUMBER = "wrong number"  # final: there is no such phone
    OPTED_OUT = "opted out"  # final: the carrier says that the phone wants nothing (HUY)
    GIVE_UP = "give up"  # final
    FILTERED = "filtered"  # final: held back as unwanted, staff should look at the words
    REFUSED = "refused"  # our account is not let in: nothing goes through this gateway now


FINAL = frozenset([Consequence.WRONG_NUMBER, Consequence.OPTED_OUT, Consequence.GIVE_UP,
                   Consequence.FILTERED])


class NotSent(Exception):
    """The carrier certainly did not take the message."""

    def __init__(self, consequence: Consequence, reason: str):
        super().__init__(reason)
        self.consequence = consequence


class AnswerLost(Exception):
    """Whether the carrier took the message is not known."""


class Message(NamedTuple):
    """One text to one phone."""

    outbox_id: int
    to: str  # +84…
    text: str


class Gateway(Protocol):
    """One carrier. An implementation takes the settings and only translates."""

    name: str
    taken: str  # the state of a message after `send`: outbox.SENT, or ACCEPTED where the
    # gateway is a program of ours in front of the operator

    def send(self, message: Message) -> str:
        """Hand the text over and return the carrier's number of it; raises NotSent or
        AnswerLost."""

    def find(self, message: Message, since: int) -> str | None:
        """The carrier's number of a message whose answer was lost, handed over at `since`
        (epoch ms) or later; None when the carrier has no such message. Raises AnswerLost
        when it can't be asked."""
