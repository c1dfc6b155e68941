"""Which texts of a phone an officer may read: those that belong to a record within reach.

Who has a phone's number has not all that it wrote: it may be on file in one commune, ask for a
contract in another, and anybody may ask in its name. So a ticket opens the texts about it, a
customer those about them, and what names neither is read where all that the phone is known by is
within reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from db import message_log as message_log_records
from db.desk import CALL
from db.message_log import PhoneRecord
from services import clock
from services.notation import codes, tickets
from services.officers.rights import SignedIn
from services.outbox import outbox

_TICKET = re.compile(rf"\b({'|'.join(tickets.WORDS)})[\s.-]*([0-9]{{6}})\b", re.IGNORECASE)
_DANGER = outbox.DANGER.upper()  # the word by which a text of danger is recorded
_TALK = clock.HOUR  # a talk that ends in a request is not longer; `sms/turn.py: TALK_LASTS` a step


class Span(NamedTuple):
    """Texts of one word and time, which led to a ticket before it was there to be named (ms)."""

    word: str
    begins: int
    ends: int


class Opened(NamedTuple):
    """The records that open a phone's texts."""

    codes: frozenset[str] = frozenset()
    tickets: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()
    rest_since: int | None = None  # what names no record, from then on (ms); None: nothing of it
    all: bool = False

    def __bool__(self) -> bool:
        return bool(self.all or self.codes or self.tickets)

    def opens(self, at: int, word: str, *words: str) -> bool:
        """Whether a text of this time and word, with all that was said in it, may be read."""
        if self.all or any(word == span.word and span.begins <= at <= span.ends
                           for span in self.spans):
            return True
        said = " ".join(words)
        named = {f"{kind.upper()}-{number}" for kind, number in _TICKET.findall(said)}
        if named:
            return named <= self.tickets
        # People type a code in pieces; a receipt's number, with its dashes, is none.
        about = set(codes.CODE.findall(re.sub(r"[\s.]", "", said.upper())))
        if about:
            return about <= self.codes
        return self.rest_since is not None and at >= self.rest_since


EVERYTHING = Opened(all=True)


def of_phone(phone_hash: str, who: SignedIn) -> Opened:
    """What the officer may read of a phone."""
    if who.reach is None:
        return EVERYTHING
    known = message_log_records.records_of(phone_hash)
    return _opened(known, [one for one in known if _is_within(one, who)])


def of_ticket(ticket: str, phone_hash: str) -> Opened:
    """What a ticket opens of its phone: its own texts, whoever looks."""
    known = message_log_records.records_of(phone_hash)
    return _opened(known, [one for one in known if one.ticket == ticket])._replace(
        codes=frozenset(), rest_since=None)


def of_customer(code: str, phone_hash: str, who: SignedIn) -> Opened:
    """What a customer opens of a phone on file for them."""
    known = message_log_records.records_of(phone_hash)
    opened = _opened(known, [one for one in known if one.code == code and _is_within(one, who)])
    if who.reach is None or all(_is_within(one, who) for one in known):
        return opened._replace(rest_since=_since(known))
    return opened._replace(rest_since=None)


def _opened(known: list[PhoneRecord], mine: list[PhoneRecord]) -> Opened:
    works = [one for one in mine if one.ticket]
    return Opened(
        frozenset(one.code for one in mine if not one.ticket),
        frozenset(one.ticket for one in works),
        tuple(span for one in works for span in _spans(one, known)),
        _since(mine) if len(mine) == len(known) else None)


def _is_within(one: PhoneRecord, who: SignedIn) -> bool:
    return (who.reaches(one.commune_code) or (bool(one.ticket) and one.officer == who.name)
            or (one.kind == CALL and (not one.commune_code or one.danger > 0)))


def _since(records: Iterable[PhoneRecord]) -> int | None:
    """Since when the phone is on file; None when it is not."""
    return min((one.at for one in records if not one.ticket), default=None)


def _spans(one: PhoneRecord, known: Iterable[PhoneRecord]) -> list[Span]:
    if one.danger:
        return [Span(_DANGER, one.at, one.heard_at or one.at)]
    if one.kind == CALL or one.channel != "sms":
        return []
    before = max((other.at for other in known if other.ticket and other.at < one.at), default=0)
    return [Span(tickets.REQUEST, max(before + 1, one.at - _TALK), one.at)]
