"""Two lists of one day, line by line: what agrees, and a name for each difference. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from db import transfers as transfer_records

VOIDED, TOTAL = "voided", "total"
_STANDS = ("posted", "refund_due", *transfer_records.OPEN)

# date_cutoff: ours is on another day; void_missing: voided on one side only; fee_or_discount:
# they keep a fee, or tell another discount than was reported; total: the sum that they state
# is not that of their lines; unapplied_cash: their money is here, but pays for no bill yet.
Kind = Literal["partner_only", "ours_only", "duplicate", "date_cutoff", "void_missing",
               "fee_or_discount", "amount", "status", "total", "unapplied_cash"]


class DayLine(NamedTuple):
    """One payment on a list. `status`: posted, refund_due or voided; a partner's may be any,
    and "total" makes it the sum that they state. `discount`, `fee`: None when not stated."""

    partner_txn_id: str
    amount: int  # đ
    status: str
    discount: int | None = None
    fee: int | None = None
    code: str = ""  # the customer's, of ours


class Break(NamedTuple):
    """A difference that somebody must explain; `ours` or `theirs` is None where it is missing."""

    type: Kind
    partner_txn_id: str
    ours: DayLine | None
    theirs: DayLine | None


class Sum(NamedTuple):
    """How many payments of a list stand, and their sum in đ."""

    number: int
    total: int


def total(lines: list[DayLine]) -> Sum:
    """The sum of what stands."""
    amounts = [line.amount for line in lines if line.status in _STANDS]
    return Sum(len(amounts), sum(amounts))


def compare(ours: list[DayLine], theirs: list[DayLine],
            elsewhere: Callable[[str], DayLine | None]) -> tuple[int, list[Break]]:
    """(number that agree, breaks): their order first, then what only we have, then the sum.

    `elsewhere` finds what we recorded under a number on another day.
    """
    mine = {line.partner_txn_id: line for line in ours}
    lines = [line for line in theirs if line.status != TOTAL]
    seen: set[str] = set()
    breaks = []
    for line in lines:
        found = _break(mine, line, seen, elsewhere)
        breaks += [found] if found else []
        seen.add(line.partner_txn_id)
    matched = len(lines) - len(breaks)
    breaks += [Break("unapplied_cash" if _is_unapplied(line) else "ours_only", number, line, None)
               for number, line in mine.items() if number not in seen]
    return matched, breaks + _wrong_sums(ours, lines, theirs)


def _break(mine: dict[str, DayLine], line: DayLine, seen: set[str],
           elsewhere: Callable[[str], DayLine | None]) -> Break | None:
    our = mine.get(line.partner_txn_id)
    kind: Kind | None
    if line.partner_txn_id in seen:
        kind = "duplicate"
    elif our is None:
        our = elsewhere(line.partner_txn_id)
        kind = "date_cutoff" if our else "partner_only"
    else:
        kind = _difference(our, line)
    return Break(kind, line.partner_txn_id, our, line) if kind else None


def _difference(our: DayLine, their: DayLine) -> Kind | None:
    """The type of break between two lines of one number, or None when they agree."""
    if (our.status == VOIDED) != (their.status == VOIDED):
        return "void_missing"
    fee, discount = their.fee or 0, our.discount or 0
    stated = discount if their.discount is None else their.discount
    if our.amount != their.amount:
        taken_off = {fee, discount, stated, fee + discount, fee + stated} - {0}
        return "fee_or_discount" if our.amount - their.amount in taken_off else "amount"
    if fee or stated != discount:
        return "fee_or_discount"
    if _is_unapplied(our):
        return "unapplied_cash"
    return None if our.status == their.status else "status"


def _is_unapplied(our: DayLine) -> bool:
    return our.status in transfer_records.OPEN


def _wrong_sums(ours: list[DayLine], lines: list[DayLine], theirs: list[DayLine]) -> list[Break]:
    """The sums that they state and that their own lines do not make."""
    made, our_sum = total(lines).total, total(ours).total
    our = DayLine("", our_sum, TOTAL) if our_sum else None
    return [Break("total", stated.partner_txn_id, our, stated)
            for stated in theirs if stated.status == TOTAL and stated.amount != made]
