"""Whose money is this: is what somebody tells on record already?

By our account and our bank's number; where no number is certain, by day, amount and text, and by
how many such lines one document holds. What is doubtful waits for an officer; nothing is dropped
and nothing is counted twice. The rules: docs/decisions/0007-whose-money.md.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from db import identities, tellings
from db import transfers as transfer_records
from db.transfers import CreditRow
from services.notation.folding import folded
from services.privacy import Vault
from services.transfers import booking, incoming
from services.transfers.incoming import Incoming

NEW: Literal["new"] = "new"
KNOWN: Literal["known"] = "known"
HELD: Literal["held"] = "held"
CONFLICT: Literal["conflict"] = "conflict"

_DOUBTFUL = (transfer_records.DOUBTFUL, transfer_records.CONFLICT)


class Verdict(NamedTuple):
    """What a telling is. `credit`: the one that it tells again, may repeat or contradicts; `why`
    it is held: "repeat", "twice", "number", "parts", "part", "bundle"."""

    kind: Literal["new", "known", "held", "conflict"]
    credit: CreditRow | None = None
    why: str = ""


def judge(told: Incoming, vault: Vault) -> Verdict:
    """By its number, else by its facts. Call after `tellings.lock`."""
    return by_number(told) or by_facts(told, vault) or Verdict(NEW)


def by_number(told: Incoming) -> Verdict | None:
    """What our bank's number shows, or None when it shows nothing."""
    certain = incoming.number(told)
    if not certain:
        return None
    known = incoming.letters(told.bank_ref)
    same = [credit for credit in identities.with_number(known)
            if _is_number_of(certain, credit)
            and booking.may_be_one_place(told, credit)]
    here = [credit for credit in same if credit.account == incoming.place(told)
            and (credit.amount == told.amount or credit.state not in _DOUBTFUL)]
    if here and all(_is_written_otherwise(certain, credit, told) for credit in here):
        return _written_otherwise(told, here)
    if here:
        return _same_number(told, here, known)
    return _number_without_account(told, same, known)


def _is_number_of(certain: str, credit: CreditRow) -> bool:
    # Between banks and feeds signs that part a number differ; one of a bundle's parts never does.
    return "/" not in certain or incoming.number_in(credit.identity) in ("", certain)


def _is_written_otherwise(certain: str, credit: CreditRow, told: Incoming) -> bool:
    """The same letters and digits, parted otherwise, from a bank that writes its own numbers."""
    return (told.kind == "bank" and incoming.number_in(credit.identity) not in ("", certain)
            and not booking.is_by_feed(credit))


def _written_otherwise(told: Incoming, here: list[CreditRow]) -> Verdict | None:
    """Perhaps the same number: 20261115-12 and 202611151-2 are two."""
    near = [credit for credit in here if credit.amount == told.amount and incoming.days_apart(
        credit.day, incoming.day(told)) <= incoming.SAME_MONEY_DAYS]
    return Verdict(HELD, near[0], "number") if near else None


def _same_number(told: Incoming, here: list[CreditRow], known: str) -> Verdict:
    alike = [credit for credit in here if credit.amount == told.amount]
    if not alike:
        return Verdict(CONFLICT, here[0])
    untold = [credit for credit in alike
              if not tellings.told_by(credit.id, told.source, told.document)]
    if not untold:
        return Verdict(HELD, alike[0], "twice")
    credit = untold[0]
    days = incoming.days_apart(credit.day, incoming.day(told))
    if incoming.is_long(known):
        if days > incoming.SAME_MONEY_DAYS and credit.day:
            return Verdict(CONFLICT, credit, "day")
    elif days:
        return Verdict(HELD, credit, "number")
    return Verdict(KNOWN, credit)


def _number_without_account(told: Incoming, same: list[CreditRow], known: str) -> Verdict | None:
    """One side does not say its account."""
    for credit in same:
        if credit.state == transfer_records.CONFLICT:
            continue
        near = incoming.days_apart(credit.day, incoming.day(told)) <= incoming.SAME_MONEY_DAYS
        agrees = credit.amount == told.amount and near
        if tellings.told_by(credit.id, told.source, told.document):
            continue
        if incoming.is_long(known):
            return Verdict(KNOWN, credit) if agrees else Verdict(HELD, credit, "number")
        if agrees:
            return Verdict(HELD, credit, "number")
    return None


def by_facts(told: Incoming, vault: Vault) -> Verdict | None:
    """What agrees in account, day, amount and text where a number is missing on one side. Of
    equal lines, one document or feed may tell as many as are on record before one is new."""
    days = incoming.SAME_MONEY_DAYS - 1
    for credit in identities.alike(told.amount, *incoming.around(incoming.day(told), days)):
        if (_may_be(told, credit, vault)
                and not tellings.told_by(credit.id, told.source, told.document)
                and not _told_its_equal(told, credit, vault)):
            return Verdict(HELD, credit, "repeat")
    return None


def _may_be(told: Incoming, credit: CreditRow, vault: Vault) -> bool:
    if incoming.number(told) and incoming.number_in(credit.identity):
        return False  # two certain numbers, and they differ
    if not booking.may_be_one_place(told, credit):
        return False
    by_feed = told.kind != "bank" or booking.is_by_feed(credit)
    if not by_feed and credit.day != incoming.day(told):
        return False
    return incoming.texts_agree(told.text, booking.words(credit, vault)[0], by_feed)


def _told_its_equal(told: Incoming, credit: CreditRow, vault: Vault) -> bool:
    """True when this teller told an equal line before, which waits in this one's place; one with
    a number and one without are not equal, for they may be two different credits of ours."""
    numbered = bool(incoming.number(told))
    return any(numbered == bool(incoming.number_in(held.identity))
               and (held.amount, held.day) == (told.amount, incoming.day(told))
               and folded(booking.words(held, vault)[0]) == folded(told.text)
               for held in identities.suspected_by(credit.id, told.source, told.document))

