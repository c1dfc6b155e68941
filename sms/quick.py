"""A short cut for the most frequent message: TD and a code, from the number on file.

It takes one query besides the record, which also counts equal texts of the hour. Everything else
takes the long way through `conversation`; for this message the long way gives the same reply, and
looks at the day's limit of texts besides.
"""

from __future__ import annotations

from typing import NamedTuple

from db import bills as bill_records
from db.bills import Caller
from db.messages import Memory
from services.bills import billing
from services.limits import rules, strangers
from sms import answers
from sms.commands import Command
from sms.turn import Turn
from web.office import Office


class Ready(NamedTuple):
    """A reply, what was understood, and what is remembered of the phone before and after."""

    reply: str
    word: str
    code: str
    before: Memory
    after: Memory


def answer(office: Office, phone: tuple[str, bytes], now: int, command: Command,
           text: str) -> Ready | None:
    """The reply to TD with a code; None when the long way must be taken: so it is where this very
    text had its answers."""
    if command.word != "TD" or not command.code:
        return None
    since = strangers.alike_since(now) if office.settings.limits else now
    found = bill_records.unpaid_for_phone(command.code, phone[0], text, since)
    if found is None:
        return None
    caller, unsettled = found
    before = _memory(caller)
    if (caller.alike >= rules.most("same.phone") or not caller.own_codes
            or (before.state and before.expires_at > now)):
        return None
    turn = Turn(office, phone, now, before.last_code, bool(before.accents))
    if caller.own_codes > 1 or before.last_code:
        turn.last_code = command.code  # the only code of a phone need not be remembered
    account = billing.account(command.code, caller.name, unsettled, caller.credited)
    return Ready(answers.tell_account(turn, account, True), "TD", command.code, before,
                 turn.memory(before.turn))


def _memory(caller: Caller) -> Memory:
    return Memory() if caller.turn is None else Memory(
        caller.state or "", caller.expires_at or 0, caller.last_code or "", caller.accents or 0,
        caller.turn)
