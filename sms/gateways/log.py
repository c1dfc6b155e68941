"""The log gateway: nothing leaves the machine; `flask sms log` and the simulator show the texts."""

from __future__ import annotations

import logging

from config import Settings
from db.outbox import outbox as outbox_records
from sms.gateways.base import Message

log = logging.getLogger("quaydien.sms")


class Sender:
    """Takes every message at once."""

    name = "log"
    taken = outbox_records.SENT

    def __init__(self, _settings: Settings):
        pass

    def send(self, message: Message) -> str:
        """The text stays in the outbox row, where the readers find it."""
        log.info("message %d handed to the log", message.outbox_id)
        return f"log-{message.outbox_id}"

    def find(self, message: Message, since: int) -> str | None:
        """Nothing is kept outside the outbox, so what is not marked sent was not sent."""
        return None
