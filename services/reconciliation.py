"""Day-end comparison of a partner's list with ours, and the names of what differs."""

from __future__ import annotations

import json
from datetime import date
from typing import Literal, NamedTuple

from db import audit, payments
from db.connection import write
from db.payments import PaymentRow
from services import clock

VOIDED = "voided"


# date_cutoff: ours is on another day; void_missing: voided on one side only; fee_or_discount:
# they differ by the reported discount.
Kind = Literal["partner_only", "ours_only", "duplicate", "date_cutoff", "void_missing",
               "fee_or_discount", "amount", "status"]


class Line(NamedTuple):
    """One payment on a list. `status`: posted, refund_due or voided; a partner's may be any."""

    partner_txn_id: str
    amount: int  # đ
    status: str


class Break(NamedTuple):
    """A difference that somebody must explain; `ours` or `theirs` is None where it is missing."""

    type: Kind
    partner_txn_id: str
    ours: Line | None
    theirs: Line | None


def ours(partner: str, day: date) -> list[Line]:
    """What we recorded for a partner on a local day, oldest first."""
    start = clock.at_local(day)
    return [_line(row) for row in payments.received_between(partner, start, start + clock.DAY)]


def reconcile(partner: str, day: date, theirs: list[Line], now: int) -> tuple[int, list[Break]]:
    """Compare their list of a local day with ours: (number that agree, breaks).

    Their order comes first, then what only we have. The outcome is on the record.
    """
    matched, breaks = _compare(partner, {line.partner_txn_id: line for line in ours(partner, day)},
                               theirs)
    detail = f"matched {matched}, breaks {len(breaks)}"
    write(lambda: audit.append(now, [(partner, "reconcile", day.isoformat(), detail)]))
    return matched, breaks


def _compare(partner: str, mine: dict[str, Line],
             theirs: list[Line]) -> tuple[int, list[Break]]:
    seen: set[str] = set()
    breaks = []
    for line in theirs:
        found = _break(partner, mine, line, seen)
        breaks += [found] if found else []
        seen.add(line.partner_txn_id)
    ours_only = [Break("ours_only", number, line, None)
                 for number, line in mine.items() if number not in seen]
    return len(theirs) - len(breaks), breaks + ours_only


def _break(partner: str, mine: dict[str, Line], line: Line, seen: set[str]) -> Break | None:
    our = mine.get(line.partner_txn_id)
    kind: Kind | None
    if line.partner_txn_id in seen:
        kind = "duplicate"
    elif our is None:
        our = _on_another_day(partner, line.partner_txn_id)
        kind = "date_cutoff" if our else "partner_only"
    else:
        kind = _difference(partner, our, line)
    return Break(kind, line.partner_txn_id, our, line) if kind else None


def _on_another_day(partner: str, partner_txn_id: str) -> Line | None:
    row = payments.get(partner, partner_txn_id)
    return _line(row) if row else None


def _difference(partner: str, our: Line, their: Line) -> Kind | None:
    """The type of break between two lines of one number, or None when they agree."""
    if (our.status == VOIDED) != (their.status == VOIDED):
        return "void_missing"
    if our.amount != their.amount:
        discounted = our.amount - their.amount == _discount(partner, our.partner_txn_id)
        return "fee_or_discount" if discounted else "amount"
    return None if our.status == their.status else "status"


def _discount(partner: str, partner_txn_id: str) -> int:
    promotion = payments.promotion_of(partner, partner_txn_id)
    return json.loads(promotion)["discount"] if promotion else 0


def _line(row: PaymentRow) -> Line:
    return Line(row.partner_txn_id, row.amount, VOIDED if row.voided_at else row.state)
