"""Several transfers that one teller tells as a sum and another one in parts: counted once.

A sum has a row of its own, also when it is only ever told in parts: that row counts nothing
(state `parts`), the parts name it, and a later telling of the sum is known by it.
"""

from __future__ import annotations

from typing import NamedTuple

from db import identities, tellings
from db import transfers as transfer_records
from db.transfers import CreditRow
from services.transfers import booking, identity, incoming
from services.transfers.identity import HELD, KNOWN, Verdict
from services.transfers.incoming import Incoming

_MOST_PARTS = 200  # smaller credits that are looked through


class Bundle(NamedTuple):
    """A sum that a document tells in parts; `whole` as it would be told undivided."""

    whole: Incoming
    parts: list[Incoming]


def told_in_parts(told: Incoming) -> Verdict | None:
    """Is this undivided sum on record in parts?"""
    for credit in identities.sums(told.amount, incoming.day(told)):
        if (credit.state == transfer_records.PARTS and _may_be_sum(told, credit)
                and not tellings.told_by(credit.id, told.source, told.document)):
            sure = told.parts > 1 and told.parts == credit.parts
            return Verdict(KNOWN, credit) if sure else Verdict(HELD, credit, "parts")
    if not is_perhaps_several(told):
        return None
    day = incoming.day(told)
    days = incoming.around(day, 1)
    for credit in identities.untold_parts(told.amount, day, *days, _MOST_PARTS):
        if booking.may_be_one_place(told, credit):
            return Verdict(HELD, credit, "parts")
    return None


def is_perhaps_several(told: Incoming) -> bool:
    """True of an entry of the account that says it is several transfers, or says nothing."""
    return told.is_entry and incoming.parts(told) != 1


def _may_be_sum(told: Incoming, credit: CreditRow) -> bool:
    numbers = (incoming.number(told), incoming.number_in(credit.identity))
    return not all(numbers) and booking.may_be_one_place(told, credit)


def part_of_sum(told: Incoming) -> Verdict | None:
    """May this transfer be in a sum that a document told undivided and that nobody has used?"""
    if told.is_entry:
        return None
    days = incoming.around(incoming.day(told), 1 if told.document is None else 0)
    for credit in identities.larger(told.amount, *days):
        booked_before = told.document is not None or told.paid_at <= credit.received_at
        if (booked_before and booking.may_be_one_place(told, credit)
                and not tellings.told_by(credit.id, told.source, told.document)):
            return Verdict(HELD, credit, "part")
    return None


def completed_by(part: CreditRow) -> tuple[CreditRow, list[CreditRow]] | None:
    """(the sum, what is held as its parts) once these make it up exactly."""
    if part.why != "part" or part.same_as is None:
        return None
    whole, parts = booking.get(part.same_as), identities.waiting_for(part.same_as, "part")
    complete = (len(parts) > 1 and sum(one.amount for one in parts) == whole.amount
                and whole.parts in (0, len(parts)))
    return (whole, parts) if complete else None


def is_waiting_part(credit: CreditRow, whole_id: int) -> bool:
    """True of what was held because it may be in this sum, whose details have come now."""
    return (credit.state == transfer_records.DOUBTFUL and credit.why == "part"
            and credit.same_as == whole_id)


def find_whole(bundle: Bundle) -> tuple[CreditRow | None, bool]:
    """(the row of a bundle's sum or None, True when it is surely that)."""
    whole = bundle.whole
    found = identity.by_number(whole._replace(document=-1))
    if found is not None and found.credit is not None:
        return found.credit, found.kind == KNOWN
    if whole.parts == 1:
        return None, True  # one transfer: its own facts tell more
    for credit in identities.sums(whole.amount, incoming.day(whole)):
        if (credit.state != transfer_records.PARTS and _may_be_sum(whole, credit)
                and not tellings.told_by(credit.id, whole.source, whole.document)):
            if credit.parts == whole.parts:
                return credit, True
            if credit.parts == 0:
                return credit, False
    return None, True


def open_up(whole: CreditRow, now: int) -> bool:
    """The details of a sum have come: it counts no longer. False when its money has been used, or
    an officer has decided about it."""
    if whole.state == transfer_records.DOUBTFUL:
        return transfer_records.decide(whole, transfer_records.PARTS, 0, whole.code, now=now)
    return booking.set_aside(whole, now, transfer_records.PARTS)


def same_part(told: Incoming, whole: CreditRow) -> CreditRow | None:
    """The part on record that this detail tells again: another document divides the same sum but
    numbers its parts otherwise."""
    return next((credit for credit in identities.parts_of(whole.id)
                 if credit.amount == told.amount
                 and not tellings.told_by(credit.id, told.source, told.document)), None)
