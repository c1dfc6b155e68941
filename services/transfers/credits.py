"""Money that reached the company's bank account: recorded always, counted once, matched when it
is certain.

Who tells of it first makes the credit; who tells of it again is noted beside it. A credit settles
bills by itself only when the reference in its text names them and the amount is theirs to the
đồng. Everything else waits for an officer (`credit_desk.py`, `doubts.py`, `reversals.py`) in a
state that says why. Between arrival and bill the money stands on the account HELD.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from db import audit, identities, tellings
from db import transfers as transfer_records
from db.connection import write
from db.transfers import CreditRow
from services.errors import IdempotencyConflict
from services.privacy import Vault
from services.transfers import booking, bundles, identity, incoming, matching, reversals
from services.transfers.bundles import Bundle
from services.transfers.identity import CONFLICT, KNOWN, NEW, Verdict
from services.transfers.incoming import Incoming
from services.transfers.matching import Beaten, Decision

T = TypeVar("T")
_BY_FACTS = ("repeat", "parts", "part", "bundle")  # held, and nothing else has its number


class Outcome(NamedTuple):
    """What became of a telling. `kind`: new, known, held or conflict."""

    credit: CreditRow
    kind: str

    @property
    def counted_as(self) -> str:
        """The word under which a command counts it."""
        return self.credit.state if self.kind == NEW else self.kind


def record(told: Incoming, vault: Vault, now: int) -> tuple[CreditRow, bool]:
    """Record what a feed tells, durably and exactly once, and settle what it certainly pays.

    Returns (credit, True when it is a new row; one that only may be money of its own is held).
    Raises IdempotencyConflict when the same number of theirs came before with other content (an
    alarm is kept, and a row that an officer sees).
    """
    credit, new, contradicts = again(lambda: _record(told, vault, now))
    if contradicts:
        raise IdempotencyConflict(told.txn_id)
    return credit, new


def again(work: Callable[[], T]) -> T:
    """Run `work` in a transaction, anew when what it rested on changed meanwhile."""
    for attempt in itertools.count(1):
        try:
            return write(work)
        except Beaten:
            # Looking again finds the change, so this ends; the limit is for defects.
            if attempt == 5:
                raise
    raise AssertionError("unreachable")


def _record(told: Incoming, vault: Vault, now: int) -> tuple[CreditRow, bool, bool]:
    tellings.lock()
    before = tellings.get(told.source, booking.key_of(told))
    if not before:
        done = take(told, vault, now)
        return done.credit, done.kind != KNOWN, False
    first, same = before[0], [row for row in before if row.body_digest == told.body_digest]
    if same and same[0].credit_id:
        return booking.get(same[0].credit_id), False, same[0].id != first.id
    known = booking.get(first.credit_id) if first.credit_id else None
    return _contradict(told, known, "", vault, now), True, True


def take(told: Incoming, vault: Vault, now: int) -> Outcome:
    """Take in one movement that this teller had not told of. After `tellings.lock`, inside the
    caller's transaction. May raise Beaten: then everything is done again."""
    found = identity.judge(told, vault)
    if found.kind == NEW:
        found = bundles.told_in_parts(told) or bundles.part_of_sum(told) or found
    return _carry_out(told, found, None, vault, now)


def _carry_out(told: Incoming, found: Verdict, bundle_id: int | None, vault: Vault,
               now: int) -> Outcome:
    if found.kind == NEW:
        return Outcome(*_new(told, bundle_id, vault, now))
    if found.credit is None:
        raise LookupError(f"{found.kind}: no credit")
    if found.kind == KNOWN:
        _tell_again(told, found.credit, bundle_id, vault, now)
        if bundle_id is not None and bundles.is_waiting_part(found.credit, bundle_id):
            return Outcome(release(found.credit, bundle_id, vault, now), NEW)
        return Outcome(booking.get(found.credit.id), KNOWN)
    if found.kind == CONFLICT:
        return Outcome(_contradict(told, found.credit, found.why, vault, now), CONFLICT)
    certain = incoming.identity(told) if found.why in _BY_FACTS else None
    held = booking.add(told, transfer_records.DOUBTFUL, vault, now, same_as=found.credit.id,
                       identity=certain, why=found.why)
    complete = bundles.completed_by(held)
    if complete and bundles.open_up(complete[0], now):
        for part in complete[1]:
            release(part, complete[0].id, vault, now)
        return Outcome(booking.get(held.id), NEW)
    return Outcome(held, identity.HELD)


def _tell_again(told: Incoming, credit: CreditRow, bundle_id: int | None, vault: Vault,
                now: int, says: str = tellings.CAME) -> None:
    booking.tell(told, credit.id, vault, now, says)
    booking.place(told, credit)
    if credit.parts == 0 and told.is_entry and incoming.parts(told) == 1:
        identities.mark_single(credit.id)
    if credit.identity is None and (certain := incoming.identity(told)):
        identities.name(booking.get(credit.id), certain, incoming.letters(told.bank_ref))
    if bundle_id is not None:
        identities.put_into(credit.id, bundle_id)


def _new(told: Incoming, bundle_id: int | None, vault: Vault,
         now: int) -> tuple[CreditRow, str]:
    certain = incoming.identity(told)
    if told.why:
        return booking.add(told, transfer_records.DOUBTFUL, vault, now, identity=certain,
                           bundle_id=bundle_id, why=told.why), identity.HELD
    back = reversals.find_orphan(told)
    if back is not None:
        return reversals.join(told, back, bundle_id, vault, now), NEW
    if told.parts > 1:
        decision = Decision(transfer_records.BUNDLE)
    elif told.returned:
        decision = Decision(transfer_records.UNMATCHED)
    else:
        decision = matching.decide(told.text, told.amount)
    return booking.settle(told, decision, vault, now, identity=certain,
                          bundle_id=bundle_id), NEW


def release(held: CreditRow, bundle_id: int | None, vault: Vault, now: int, officer: str = "",
            note: str = "") -> CreditRow:
    """What was held is money of its own: it arrives, and pays what it certainly pays. Raises
    Beaten when somebody else decided about it meanwhile."""
    decision = matching.decide(booking.words(held, vault)[0], held.amount)
    if held.parts > 1:
        decision = Decision(transfer_records.BUNDLE)
    state = transfer_records.UNMATCHED if decision.bills else decision.state
    if not identities.count(held, state, decision.code, officer, note, now):
        raise Beaten
    if bundle_id is not None:
        identities.put_into(held.id, bundle_id)
    credit = booking.get(held.id)
    matching.arrive(credit, now)
    if reversals.join_known(credit, vault, now):
        return booking.get(held.id)
    return matching.settle(credit, decision, now) if decision.bills else credit


def _contradict(told: Incoming, known: CreditRow | None, why: str, vault: Vault,
                now: int) -> CreditRow:
    audit.append(now, [(told.source, "credit.conflict", told.txn_id, told.body_digest)])
    return booking.add(told, transfer_records.CONFLICT, vault, now,
                       same_as=known.id if known else None, why=why)


def take_bundle(bundle: Bundle, vault: Vault, now: int) -> list[Outcome]:
    """Take in the details of a sum, as `take` does with one movement."""
    whole, sure = bundles.find_whole(bundle)
    if whole is None:
        whole = booking.add(bundle.whole, transfer_records.PARTS, vault, now,
                            identity=incoming.identity(bundle.whole), says=tellings.SUM)
    elif not sure:
        return [_wait(part, whole, vault, now) for part in bundle.parts]
    elif whole.state == transfer_records.PARTS:
        _tell_again(bundle.whole, whole, None, vault, now, tellings.SUM)
        return [_told_again(part, whole, vault, now) for part in bundle.parts]
    elif bundles.open_up(whole, now):
        _tell_again(bundle.whole, booking.get(whole.id), None, vault, now, tellings.SUM)
    else:
        return [_wait(part, whole, vault, now) for part in bundle.parts]
    return [_carry_out(part, identity.judge(part, vault), whole.id, vault, now)
            for part in bundle.parts]


def _told_again(part: Incoming, whole: CreditRow, vault: Vault, now: int) -> Outcome:
    """A detail of a sum that was told in parts before."""
    found = identity.by_number(part)
    if found is None and (same := bundles.same_part(part, whole)) is not None:
        found = Verdict(KNOWN, same)
    if found is None:
        return _wait(part, whole, vault, now)
    return _carry_out(part, found, whole.id, vault, now)


def _wait(part: Incoming, whole: CreditRow, vault: Vault, now: int) -> Outcome:
    """A detail of a sum of which an officer must say whether it counts already."""
    found = identity.by_number(part) or Verdict(identity.HELD, whole, "bundle")
    return _carry_out(part, found, None, vault, now)


def hold(told: Incoming, state: str, code: str, vault: Vault, now: int) -> int:
    """Record a credit in an open state, inside the caller's transaction; returns its id."""
    tellings.lock()
    known = transfer_records.get(told.source, told.txn_id)
    return known.id if known else booking.add(told, state, vault, now, code=code).id
