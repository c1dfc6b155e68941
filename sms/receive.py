"""The one engine behind all gateways: a message comes in, is recorded once, gets one reply."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple

from db import messages as message_records
from db.connection import write
from services.desk import danger, danger_signs
from services.errors import InvalidInput, TooManyMessages
from services.limits import strangers
from services.notation import phones
from sms import conversation, quick
from sms.commands import Command, parse
from sms.quick import Ready
from sms.register_talk import SECRET_WORD
from sms.turn import Turn
from web.office import Office

_MOST_KEPT = 2000  # characters of a text that are recorded
_MOST_TRIES = 20
_FOREIGN = re.compile(r"\+?[0-9][0-9 .\-]{6,}")  # a telephone, though none that we answer


class Inbound(NamedTuple):
    """What a gateway decoded. `gateway_id` is the gateway's own number of the message."""

    gateway: str
    gateway_id: str
    sender: str
    text: str


class _Message(NamedTuple):
    """A message of a phone that may be answered."""

    inbound: Inbound
    phone: tuple[str, bytes]  # (phone_hash, phone_sealed)
    now: int
    command: Command
    tells_danger: bool


class _Known(Exception):
    """This (gateway, gateway_id) is recorded already: undo what we did for it again."""


class _Overtaken(Exception):
    """Another message of the same phone changed what we had read: look again."""


def receive(office: Office, inbound: Inbound) -> str:
    """The reply to a message, "" for none; returns when message and changes are durable.

    A repeated (gateway, gateway_id) gets the recorded reply and changes nothing, also when
    both arrive at once. Only Vietnamese mobile numbers are answered: a reply to a short
    code or a name could set two machines talking, one to abroad is costly.
    """
    inbound = _clean(inbound)
    now = office.now()
    try:
        phone = office.vault.seal_phone(phones.normalise(inbound.sender))
    except InvalidInput:
        return _once(inbound, lambda: _keep(office, inbound, now))
    message = _Message(inbound, phone, now, parse(inbound.text), danger_signs.tells(inbound.text))
    for _ in range(_MOST_TRIES):
        try:
            return _once(inbound, lambda: _answer(office, message))
        except _Overtaken:
            continue
    raise _Overtaken(inbound.gateway_id)


def _once(inbound: Inbound, work) -> str:
    try:
        return write(work)
    except _Known:
        return message_records.recorded_reply(inbound.gateway, inbound.gateway_id) or ""


def _answer(office: Office, message: _Message) -> str:
    """Everything that a message changes, in the transaction that records it."""
    inbound, phone, now, command, tells_danger = message
    ready = (_warn(office, message) if tells_danger
             else quick.answer(office, phone, now, command, inbound.text))
    if ready is None:
        if office.settings.limits and _is_over(lambda: _count(message)):
            return _record(inbound, phone, now, "", "", "")
        ready = _at_length(office, message)
    # Danger counts as a change: of two such texts at once one waits, so that they are one call.
    changed = ready.after != ready.before or tells_danger
    if changed and not message_records.remember(phone[0], ready.after):
        raise _Overtaken
    if ready.word == SECRET_WORD:
        inbound = inbound._replace(text=_without_digits(inbound.text))
    return _record(inbound, phone, now, ready.word, ready.code, ready.reply)


def _count(message: _Message) -> None:
    strangers.same_text(message.phone[0], message.inbound.text, message.now)
    strangers.sms_message(message.phone[0], message.now)


def _warn(office: Office, message: _Message) -> Ready:
    """What to do in danger, before all else: no other limit stands in its way, and a talk goes on
    where it was. The desk hears of it also when this phone has had its answers."""
    before = message_records.memory_of(message.phone[0])
    turn = Turn.of(office, message.phone, message.now, before)
    code = message.command.code
    danger.hear(message.phone, message.inbound.text, code, office.vault, message.now)
    unanswered = office.settings.limits and _is_over(lambda: strangers.danger_answer(
        message.phone[0], office.settings.sms_danger_a_day, message.now))
    return Ready("" if unanswered else turn.say("danger"), strangers.DANGER, code, before,
                 turn.memory(before.turn))


def _keep(office: Office, inbound: Inbound, now: int) -> str:
    """Record what is not answered. A telephone that tells of danger is heard all the same."""
    phone = office.vault.seal_phone(inbound.sender)
    word = ""
    if _FOREIGN.fullmatch(inbound.sender.strip()) and danger_signs.tells(inbound.text):
        danger.hear(phone, inbound.text, parse(inbound.text).code, office.vault, now)
        word = strangers.DANGER
    return _record(inbound, phone, now, word, "", "")


def _at_length(office: Office, message: _Message) -> Ready:
    before = message_records.memory_of(message.phone[0])
    turn = Turn.of(office, message.phone, message.now, before)
    reply = conversation.reply(turn, message.inbound.text, message.command)
    return Ready(reply, turn.word, turn.code, before, turn.memory(before.turn))


def _is_over(count: Callable[[], None]) -> bool:
    try:
        count()
    except TooManyMessages:
        return True
    return False


def _record(inbound: Inbound, phone: tuple[str, bytes], now: int, word: str, code: str,
            reply: str) -> str:
    new = message_records.record((inbound.gateway, inbound.gateway_id, phone[0], phone[1],
                                  inbound.text, word, code, reply, now))
    if not new:
        raise _Known
    return reply


def _without_digits(text: str) -> str:
    """A one-time code is nobody's to read later, not even in our records."""
    return "".join("*" if c.isdigit() else c for c in text)


def _clean(inbound: Inbound) -> Inbound:
    """What every database can keep: no NUL, no lone surrogates, bounded lengths."""
    gateway_id = inbound.gateway_id
    if len(gateway_id) > 64 or not gateway_id.isascii() or not gateway_id.isprintable():
        raw = gateway_id.encode("utf-8", "surrogatepass")
        gateway_id = hashlib.sha256(raw).hexdigest()
    return Inbound(inbound.gateway, gateway_id, _storable(inbound.sender, 40),
                   _storable(inbound.text, _MOST_KEPT))


def _storable(text: str, most: int) -> str:
    text = text[:most]
    if text.isascii():
        return text.replace("\0", "")
    return text.encode("utf-8", "replace").decode().replace("\0", "")
