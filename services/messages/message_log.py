"""The log of texts for the desk: what a phone sent and got, what became of it, what it cost.

Reads only. Why a text did not go out is written by sms/delivery.py; an officer may queue a
failed one again here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from db import audit
from db import desk as desk_records
from db import message_log as message_log_records
from db.connection import write
from db.message_log import Cost, Queued, Received
from services import clock
from services.errors import AlreadyDecided, InvalidInput, UnknownCustomer, UnknownTicket
from services.messages import text_reach
from services.messages.text_reach import Opened
from services.notation import phones, tickets
from services.officers.rights import SignedIn
from services.outbox import outbox
from services.privacy import Vault

MOST_SHOWN = 100
_MOST_READ = 1000  # of a phone, to find those that may be shown
_AGAIN_LASTS = clock.DAY
_DAYS = 14


class PhoneText(NamedTuple):
    """One text, either way. `queued`: what is known of one that went by the outbox."""

    at: int
    incoming: bool
    text: str
    word: str  # of the text it is or answers, "" for none
    gateway: str
    queued: Queued | None = None


class PhoneLog(NamedTuple):
    """The texts of one phone that an officer may read, newest first."""

    phone_hash: str
    phone: str  # masked, "" when nothing was ever texted
    lines: list[PhoneText]
    whole: bool  # all of the phone's texts, not only those of some records


def meaning(typed: str, vault: Vault) -> tuple[str, str]:
    """What was typed: ("phone", +84…) or ("ticket", HD-…); raises InvalidInput."""
    try:
        return "phone", phones.normalise(typed)
    except InvalidInput:
        pass
    try:
        return "ticket", tickets.parse(typed)
    except UnknownTicket:
        raise InvalidInput("q") from None


def find(kind: str, wanted: str, who: SignedIn, vault: Vault, now: int) -> PhoneLog:
    """The texts of a phone that the officer may read, or those that belong to a ticket.

    Logged with the phone as a keyed hash. Raises UnknownCustomer for what is not there or out
    of reach, told the same way.
    """
    if kind == "ticket":
        phone_hash = _hash_of_ticket(wanted, who)
        opened = text_reach.of_ticket(wanted, phone_hash)
    else:
        phone_hash = vault.phone_hash(wanted)
        opened = text_reach.of_phone(phone_hash, who)
    if not phone_hash or not opened:
        raise UnknownCustomer(kind)
    subject = wanted if kind == "ticket" else phone_hash
    write(lambda: audit.append(now, [(who.name, "messages.view", subject, kind)]))
    sealed = message_log_records.phone_of(phone_hash)
    return PhoneLog(phone_hash, vault.masked_phone(sealed), _lines(phone_hash, opened), opened.all)


def of_customer(code: str, phone_hash: str, who: SignedIn) -> list[PhoneText]:
    """The texts of a phone on file that are about this customer, newest first."""
    return _lines(phone_hash, text_reach.of_customer(code, phone_hash, who))


def _hash_of_ticket(ticket: str, who: SignedIn) -> str:
    work = desk_records.get(ticket)
    if work is None or not (who.reaches(work.commune_code) or not work.commune_code):
        return ""
    return work.phone_hash


def _lines(phone_hash: str, opened: Opened) -> list[PhoneText]:
    """What `opened` opens. What went out later than its text was asked belongs to that text."""
    sent = message_log_records.queued(phone_hash, _MOST_READ)
    came = message_log_records.received(phone_hash, _MOST_READ)
    answers = {row.dedupe: row for row in sent}
    asked = {dedupe: row for row in came for dedupe in _names_of_answer(row)}
    lines = [line for row in came if _may_read(row, opened, answers)
             for line in _both_ways(row, answers.keys())]
    lines += [PhoneText(row.sent_at or row.created_at, False, _words_to_show(row), row.kind,
                        row.gateway, row) for row in sent
              if (_may_read(asked[row.dedupe], opened, answers) if row.dedupe in asked else
                  opened.opens(row.created_at, row.kind, row.dedupe, row.params, row.text))]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST_SHOWN]


def _names_of_answer(row: Received) -> list[str]:
    return [f"{kind}:{row.gateway}:{row.gateway_id}" for kind in ("reply", outbox.DANGER)]


def _may_read(row: Received, opened: Opened, answers: Mapping[str, Queued]) -> bool:
    later = [answers[name].params for name in _names_of_answer(row) if name in answers]
    return opened.opens(row.at, row.word, row.text, row.code, row.reply, *later)


def _both_ways(row: Received, later: Collection[str]) -> list[PhoneText]:
    """The text and its reply, unless that went by the outbox and stands there."""
    text = PhoneText(row.at, True, row.text, row.word, row.gateway)
    if not row.reply or f"reply:{row.gateway}:{row.gateway_id}" in later:
        return [text]
    return [PhoneText(row.at, False, row.reply, row.word, row.gateway), text]


def _words_to_show(row: Queued) -> str:
    return "" if outbox.is_hidden(row.text) else row.text


def send_again(log: PhoneLog, message_id: int, who: SignedIn, now: int) -> None:
    """Queue a failed text of this log once more; raises AlreadyDecided when it has not failed,
    is a secret, or somebody was quicker."""
    if message_id not in {line.queued.id for line in log.lines if line.queued}:
        raise AlreadyDecided(str(message_id))

    def both() -> bool:
        if not message_log_records.queue_again(message_id, log.phone_hash, now, now + _AGAIN_LASTS):
            return False
        audit.append(now, [(who.name, "messages.again", log.phone_hash, str(message_id))])
        return True
    if not write(both):
        raise AlreadyDecided(str(message_id))


class TextCosts(NamedTuple):
    """What texts cost in segments."""

    by_day: list[tuple[str, int, int]]  # (ISO day, texts, segments), newest first
    by_name: list[tuple[str, int, int]]  # (word or kind, …), dearest first


def costs(now: int, day: str = "") -> TextCosts:
    """The last two weeks by day; by word and kind for `day` (ISO), or ("") all of them."""
    first = clock.local(now).date() - timedelta(days=_DAYS - 1)
    since = clock.at_local(first)
    until = clock.at_local(first) + _DAYS * clock.DAY
    rows = (message_log_records.cost_of_replies(since, until)
            + message_log_records.cost_of_queued(since, until))
    days = _add_up(rows, lambda row: _iso(row.day))
    names = _add_up([row for row in rows if day in ("", _iso(row.day))], lambda row: row.name)
    return TextCosts(sorted(days, reverse=True), sorted(names, key=lambda line: -line[2]))


def _iso(days: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()


def _add_up(rows: list[Cost], key) -> list[tuple[str, int, int]]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        sums[key(row)][0] += row.texts
        sums[key(row)][1] += row.parts
    return [(name, texts, parts) for name, (texts, parts) in sums.items()]
