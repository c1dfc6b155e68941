"""What a carrier tells later about a message it took: how far it is, or why it failed.

Each takes the carrier's number of the message and ours, if the report carries it (else
None): ours finds a message whose answer, with the carrier's number, was lost.
"""

from __future__ import annotations

from collections.abc import Callable

from db import messages as message_records
from db.connection import write
from db.outbox import outbox as outbox_records
from db.outbox import reports
from db.outbox.outbox import Handed
from sms.delivery import SLOWLY
from sms.gateways.base import Consequence

_MOST_TRIES = 5


def note_arrival(gateway: str, gateway_id: str, outbox_id: int | None, state: str) -> None:
    """The message is further on its way: accepted, sent or delivered. This also settles one
    whose answer was lost."""
    def work(message: Handed) -> bool:
        outbox_records.set_gateway_id(message.id, gateway_id)
        return reports.report(message.id, gateway, state)

    _about(gateway, gateway_id, outbox_id, work)


def note_failure(gateway: str, gateway_id: str, outbox_id: int | None, consequence: Consequence,
           reason: str, now: int) -> None:
    """The phone did not get it: tried again slowly where that may help, else the end."""
    def work(message: Handed) -> bool:
        if consequence is Consequence.OPTED_OUT:
            message_records.opt_out(message.to_hash, now)
        if (consequence is Consequence.RETRY_SLOWLY and message.attempts < _MOST_TRIES
                and now + SLOWLY < message.expires_at):
            return outbox_records.requeue_undelivered(message.id, now + SLOWLY, reason)
        outbox_records.set_gateway_id(message.id, gateway_id)
        return reports.report(message.id, gateway, outbox_records.FAILED, reason)

    _about(gateway, gateway_id, outbox_id, work)


def _about(gateway: str, gateway_id: str, outbox_id: int | None,
           work: Callable[[Handed], bool]) -> bool:
    """Run `work` on the message; a report about none of ours changes nothing."""
    def once() -> bool:
        message = outbox_records.find_handed(gateway, gateway_id, outbox_id)
        return message is not None and work(message)

    return write(once)
