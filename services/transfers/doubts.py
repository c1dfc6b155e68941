"""What an officer says of a telling that was not counted: the same money, or money of its own.

Each word is on the audit record, and none is final: what was set aside can be counted later.
"""

from __future__ import annotations

from typing import NamedTuple

from db import audit, identities, tellings
from db import transfers as transfer_records
from db.connection import write
from db.tellings import TellingRow
from db.transfers import CreditRow
from services.errors import AlreadyDecided, UnknownCredit
from services.officers import reach
from services.officers.rights import SignedIn
from services.privacy import Vault
from services.transfers import booking, credits, reversals
from services.transfers.matching import Beaten

_BACK = "back"  # why a conflict is no money that came
_SEPARABLE = (transfer_records.DUPLICATE, transfer_records.DOUBTFUL, transfer_records.CONFLICT,
              transfer_records.ASIDE)
_DISMISSIBLE = (transfer_records.DOUBTFUL, transfer_records.CONFLICT, transfer_records.REVERSAL)


class ToldView(NamedTuple):
    """A telling as an officer reads it."""

    row: TellingRow
    text: str
    payer: str
    evidence: str


class About(NamedTuple):
    """What an officer needs to decide about a credit."""

    told: list[ToldView]  # oldest first
    beside: CreditRow | None  # what it perhaps repeats, is in, or contradicts
    separable: bool
    dismissible: bool
    originals: list[CreditRow]  # of money taken back: credits that it may have been


def about(credit: CreditRow, who: SignedIn, vault: Vault) -> About:
    """Who told of a credit in whose words, and what an officer may say of it."""
    told = [ToldView(row, *booking.told_words(row, vault))
            for row in tellings.of_credit(credit.id)]
    beside = transfer_records.get_by_id(credit.same_as or credit.bundle_id or 0)
    originals = (reversals.candidates(credit) if credit.state == transfer_records.REVERSAL
                 else [])
    return About(told, beside if beside and reach.includes(beside.code, who) else None,
                 may_separate(credit), may_dismiss(credit),
                 [one for one in originals if reach.includes(one.code, who)])


def may_separate(credit: CreditRow) -> bool:
    """True of money that came and can be counted after all."""
    if credit.state not in _SEPARABLE or credit.why == _BACK:
        return False
    return not tellings.says(credit.id, tellings.BACK)


def may_dismiss(credit: CreditRow) -> bool:
    """True of what an officer may set aside, and of a sum that perhaps is told in parts."""
    return credit.state in _DISMISSIBLE or (booking.is_untouched(credit) and (
        credit.state == transfer_records.BUNDLE or _has_parts_waiting(credit.id)))


def _has_parts_waiting(credit_id: int) -> bool:
    return any(identities.waiting_for(credit_id, why) for why in ("part", "bundle"))


def separate(credit_id: int, who: SignedIn, note: str, vault: Vault, now: int) -> CreditRow:
    """What was taken for a repetition is money of its own after all, and pays what it certainly
    pays. Raises UnknownCredit or AlreadyDecided."""
    try:
        return credits.again(lambda: _separate(credit_id, who, note, vault, now))
    except Beaten:
        raise AlreadyDecided(str(credit_id)) from None


def _separate(credit_id: int, who: SignedIn, note: str, vault: Vault, now: int) -> CreditRow:
    tellings.lock()
    credit = _row(credit_id)
    if not may_separate(credit):
        raise AlreadyDecided(str(credit_id))
    counted = credits.release(credit, None, vault, now, who.name, note)
    _note(who, "credit.separate", counted, note, now)
    return booking.get(credit_id)


def dismiss(credit_id: int, who: SignedIn, note: str, now: int) -> CreditRow:
    """The same money as before, or none of ours: it stays uncounted. A sum that is told in parts
    counts no longer. Raises UnknownCredit or AlreadyDecided."""
    return write(lambda: _dismiss(credit_id, who, note, now))


def _dismiss(credit_id: int, who: SignedIn, note: str, now: int) -> CreditRow:
    tellings.lock()
    credit = _row(credit_id)
    if not may_dismiss(credit):
        raise AlreadyDecided(str(credit_id))
    if credit.state not in _DISMISSIBLE:
        done = booking.set_aside(credit, now, transfer_records.PARTS)
    else:
        done = identities.put_aside(credit, credit.same_as, who.name, note, now)
    if not done:
        raise AlreadyDecided(str(credit_id))
    _note(who, "credit.aside", credit, f"{credit.state}, as {credit.same_as}; {note}", now)
    return booking.get(credit_id)


def point_to(orphan_id: int, credit_id: int, who: SignedIn, note: str, now: int) -> CreditRow:
    """Which credit the bank took back. Raises UnknownCredit or AlreadyDecided."""
    return write(lambda: _point_to(orphan_id, credit_id, who, note, now))


def _point_to(orphan_id: int, credit_id: int, who: SignedIn, note: str, now: int) -> CreditRow:
    tellings.lock()
    orphan, credit = _row(orphan_id), _row(credit_id)
    if not reach.includes(credit.code, who):
        raise UnknownCredit(str(credit_id))
    if (orphan.state != transfer_records.REVERSAL or credit.amount != orphan.amount
            or credit.state in (*transfer_records.NOT_COUNTED, transfer_records.REVERSED)
            or not identities.put_aside(orphan, credit.id, who.name, note, now)
            or not identities.mark_reversed(credit)):
        raise AlreadyDecided(str(orphan_id))
    _note(who, "credit.reversed", credit, f"by {orphan.id}; {note}", now)
    return booking.get(credit.id)


def _row(credit_id: int) -> CreditRow:
    credit = transfer_records.get_by_id(credit_id)
    if credit is None:
        raise UnknownCredit(str(credit_id))
    return credit


def _note(who: SignedIn, action: str, credit: CreditRow, detail: str, now: int) -> None:
    audit.append(now, [(who.name, action, credit.code or f"credit {credit.id}",
                        f"credit {credit.id}: {detail}")])
