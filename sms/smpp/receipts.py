"""Receipts of an SMPP centre → states of our messages, also when a receipt comes too early."""

from __future__ import annotations

import functools
import json

from db import smpp
from db.connection import write
from db.outbox import reports
from services import clock
from services.errors import InvalidInput
from services.notation import phones
from sms.smpp import pdus
from sms.smpp.gateway import NAME
from sms.smpp.pdus import Receipt
from web.office import Office

_UNCERTAIN_AFTER = clock.MINUTE  # by then an answer that was under way has been written down


def note(office: Office, sender: str, receipt: Receipt) -> None:
    """Write down what a receipt says of the message to `sender`, now or when it is found."""
    if not receipt.state or not receipt.ids:
        return
    spelled = list(dict.fromkeys(form for number in receipt.ids
                                 for form in pdus.spellings(number)))
    row = (json.dumps(spelled), _hash_of(office, sender), receipt.state, receipt.reason[:12])
    write(lambda: _apply(*row) or smpp.keep_receipt(row, office.now()))


def _hash_of(office: Office, sender: str) -> str:
    """Hash of the phone; "" for an address that is none, so that the number alone decides."""
    try:
        return office.vault.phone_hash(phones.normalise(sender))
    except InvalidInput:
        return ""


def _apply(ids: str, to_hash: str, state: str, reason: str) -> bool:
    """True when the message was found, whatever its state is now."""
    message_id = reports.by_provider_number(NAME, json.loads(ids), to_hash)
    if message_id is None:
        return False
    reports.report(message_id, NAME, state, reason)
    return True


def retry_early(office: Office) -> None:
    """Try the receipts that found no message when they came. Forgets them after a day."""
    now = office.now()
    for early in smpp.early_receipts():
        write(functools.partial(_settle, early, now))
    write(lambda: smpp.drop_old_receipts(now - clock.DAY))


def _settle(early: smpp.EarlyRow, now: int) -> None:
    found = _apply(early.ids, early.to_hash, early.state, early.reason)
    if not found and early.to_hash and early.at < now - _UNCERTAIN_AFTER:
        # The answer that held the number was lost with its process; if only one message to
        # this phone is in doubt, this is its receipt.
        lost = reports.only_uncertain(NAME, early.to_hash, early.at)
        found = lost is not None and reports.report(lost, NAME, early.state, early.reason)
    if found:
        smpp.drop_receipt(early.id)
