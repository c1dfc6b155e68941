"""Replies on gateways that cannot answer in the same breath: they go out by the outbox."""

from __future__ import annotations

from db.connection import write
from services.desk import danger_signs
from services.notation import phones
from services.outbox import outbox
from sms import receive
from sms.receive import Inbound
from web.office import Office

KIND = "reply"


def answer_later(office: Office, inbound: Inbound) -> str:
    """As `sms.receive.receive`, and the reply is queued once, in the same transaction."""
    return write(lambda: _receive_and_queue(office, inbound))


def _receive_and_queue(office: Office, inbound: Inbound) -> str:
    reply = receive.receive(office, inbound)
    if reply:
        phone = office.vault.seal_phone(phones.normalise(inbound.sender))
        kind, values = (outbox.DANGER, {}) if danger_signs.tells(inbound.text) else (
            KIND, {"text": reply})
        outbox.queue(kind, f"{inbound.gateway}:{inbound.gateway_id}", phone, values, office.now())
    return reply
