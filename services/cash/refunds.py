"""Giving back what is due back: one officer says how, a second agrees.

For cash a second person is always needed; else from a set amount on, or beyond a sum of the first
one's day, and then it is one who leads (`undoing.second_for`).
Until the money is given back it stands on the ledger account `payable:refunds`.
"""

from __future__ import annotations

from typing import NamedTuple

from db import bills as bill_records
from db import cash as cash_records
from db import customers as customer_records
from db import ledger, partners
from db import payments as payment_records
from db import refunds as refund_records
from db import transfers as transfer_records
from db.bills import BillRow
from db.connection import write
from db.paging import Bookmark, Page
from db.payments import PaymentRow
from db.refunds import RefundRow
from db.transfers import CreditRow
from services.errors import AlreadyDecided, InvalidInput, NoShift, NotYours, UnknownRefund
from services.officers import reach, second_person
from services.officers.rights import SignedIn
from services.payments import undoing
from services.payments.payments import CASH
from services.payments.undoing import Limits

WAITING = (refund_records.ASKED, refund_records.DUE, refund_records.PROPOSED)
_ASKS = (refund_records.ASKED, refund_records.PROPOSED)  # for a second person's word
_BANK = "bank:refunds"  # ledger account of transfers back


class RefundView(NamedTuple):
    """A refund with what it is about; `payment` and `bill` or `credit`."""

    refund: RefundRow
    name: str  # the customer's, "" when nobody knows whose money it is
    payment: PaymentRow | None
    bill: BillRow | None
    credit: CreditRow | None
    channel: str  # title of the partner that the money came through
    is_told: bool  # a text reaches the customer; else they get a slip


def waiting(who: SignedIn, after: Bookmark | None = None) -> Page[RefundView]:
    """What waits for an officer's word within the reach, the longest waiting first; a page of it,
    from `after` on."""
    return _viewed(refund_records.waiting(WAITING, who.reach, after))


def count_waiting(who: SignedIn) -> int:
    """How many wait within the reach; at most paging.MOST_COUNTED."""
    return refund_records.count(WAITING, who.reach)


def ended(who: SignedIn, after: Bookmark | None = None) -> Page[RefundView]:
    """What is over within the reach, the last first; a page of it, from `after` on."""
    return _viewed(refund_records.ended(who.reach, after))


def _viewed(page: Page[RefundRow]) -> Page[RefundView]:
    return Page([_line(row) for row in page.rows], page.next)


def get(refund_id: int, who: SignedIn) -> RefundView:
    """One refund; raises UnknownRefund, also out of the officer's reach."""
    row = refund_records.get(refund_id)
    if row is None or not reach.includes(row.code, who):
        raise UnknownRefund(str(refund_id))
    return _line(row)


def _line(row: RefundRow) -> RefundView:
    payment = payment_records.get_by_id(row.payment_id) if row.payment_id else None
    bill = bill_records.get_by_id(payment.bill_id) if payment else None
    credit = transfer_records.get_by_id(row.credit_id) if row.credit_id else None
    source = payment.partner if payment else credit.source if credit else ""
    return RefundView(row, customer_records.name_of(row.code) or "", payment, bill, credit,
                      partners.title_of(source) or source,
                      bool(row.code) and customer_records.phone_on_file(row.code) is not None)


def ways(line: RefundView) -> tuple[str, ...]:
    """How this money can go back: a partner gives back only what it took itself."""
    through_partner = (line.payment is not None and line.payment.partner != CASH
                       and not transfer_records.paid_for(line.payment.id))
    return (refund_records.CASH,
            refund_records.TRANSFER) + ((refund_records.PARTNER,) if through_partner else ())


def propose(who: SignedIn, refund_id: int, way: str, evidence: str, limit: Limits,
            now: int) -> RefundRow:
    """Say how the money goes back: "cash" out of one's own drawer, "transfer", or "partner".

    `evidence` is the number of the transfer or of the partner's paper; cash needs none.
    It is given at once where no second person is needed. Raises UnknownRefund, InvalidInput("way",
    "evidence"), NoShift or AlreadyDecided.
    """
    line, evidence = get(refund_id, who), " ".join(evidence.split())[:80]
    if way not in ways(line):
        raise InvalidInput("way")
    if way != refund_records.CASH and not evidence:
        raise InvalidInput("evidence", "missing")
    if way == refund_records.CASH and cash_records.open_shift(who.name) is None:
        raise NoShift(who.name)
    return write(lambda: _propose(who, line.refund, way, evidence, limit, now))


def _propose(who: SignedIn, refund: RefundRow, way: str, evidence: str, limit: Limits,
             now: int) -> RefundRow:
    if not refund_records.propose(refund.id, who.name, way, evidence, now):
        raise AlreadyDecided(str(refund.id))
    undoing.note(who, "refund.propose", refund.code,
                 f"refund {refund.id}: {way} {refund.amount}", now)
    refund_records.hold_sum_of(who.name)
    row = undoing.row_of(refund.id)
    if not _second_for(row, limit):
        _give(row, "", now)
    return undoing.row_of(refund.id)


def _second_for(refund: RefundRow, limit: Limits) -> str:
    """The act that this refund is, as somebody asked for or proposed it; "" for one that needs no
    second person."""
    at = refund.proposed_at or refund.created_at
    cash = refund.way == refund_records.CASH
    if refund.state == refund_records.ASKED:
        payment = payment_records.get_by_id(refund.payment_id or 0)
        cash = payment is not None and payment.partner == CASH
    return undoing.second_for(refund.proposed_by, refund.amount, cash, limit, at, refund.id)


def _give(refund: RefundRow, approver: str, now: int) -> None:
    line, shift_id = _line(refund), None
    if refund.way == refund_records.CASH:
        shift_id = cash_records.move(refund.proposed_by, -refund.amount)
        if shift_id is None:
            raise NoShift(refund.proposed_by)
    if not refund_records.give(refund.id, refund.proposed_by, approver, shift_id, now):
        raise AlreadyDecided(str(refund.id))
    partner = line.payment.partner if line.payment else ""
    account = {refund_records.CASH: f"cash:{shift_id}", refund_records.TRANSFER: _BANK,
               refund_records.PARTNER: f"partner:{partner}"}[refund.way]
    ledger.post("refund", refund.id, [("payable:refunds", refund.amount),
                                      (account, -refund.amount)], now)
    undoing.tell("refunded", refund, line.payment, line.bill, now)


def approve(who: SignedIn, refund_id: int, limit: Limits, now: int) -> RefundRow:
    """A second officer agrees. Raises UnknownRefund, NotYours (who does not lead, where that is
    needed), SamePerson, NoShift (cash: the first one's drawer is closed or short) or
    AlreadyDecided."""
    refund = get(refund_id, who).refund
    if refund.state not in _ASKS:
        raise AlreadyDecided(str(refund_id))
    second_person.need(_second_for(refund, limit) or second_person.CASH_BACK, refund.proposed_by,
                       who, f"refund {refund_id}", now)
    return write(lambda: _approve(who, refund_id, now))


def _approve(who: SignedIn, refund_id: int, now: int) -> RefundRow:
    refund = undoing.row_of(refund_id)
    if refund.state not in _ASKS:
        raise AlreadyDecided(str(refund_id))
    # Whoever comes second finds the row changed by the conditional update inside.
    (undoing.undo if refund.state == refund_records.ASKED else _give)(refund, who.name, now)
    undoing.note(who, "refund.approve", refund.code, f"refund {refund_id}: {refund.state}", now)
    return undoing.row_of(refund_id)


def turn_down(who: SignedIn, refund_id: int, limit: Limits, now: int) -> RefundRow:
    """Not agreed to, or taken back by who asked: an undo ends, a proposal is due again.

    Raises UnknownRefund, NotYours or AlreadyDecided.
    """
    refund = get(refund_id, who).refund
    if not (who.answers_for(refund.proposed_by) or may_approve(refund, who, limit)):
        raise NotYours(str(refund_id))
    return write(lambda: _turn_down(who, refund, now))


def _turn_down(who: SignedIn, refund: RefundRow, now: int) -> RefundRow:
    if not refund_records.turn_down(refund, who.name, now):
        raise AlreadyDecided(str(refund.id))
    undoing.note(who, "refund.turn_down", refund.code, f"refund {refund.id}: {refund.state}", now)
    return undoing.row_of(refund.id)


def for_leaders(refund: RefundRow, who: SignedIn, limit: Limits, now: int) -> bool:
    """Who leads must agree: to it as it stands, or if this officer proposed it now."""
    if refund.state in _ASKS:
        return _second_for(refund, limit) == second_person.LARGE_SUM
    return undoing.second_for(who.name, refund.amount, False, limit, now,
                              refund.id) == second_person.LARGE_SUM


def has_slip(refund: RefundRow) -> bool:
    """Money is due back to the customer, or went back: what a text would say, on paper."""
    return refund.state in (refund_records.DUE, refund_records.PROPOSED, refund_records.GIVEN)


def may_approve(refund: RefundRow, who: SignedIn, limit: Limits) -> bool:
    """Whether this officer may be the second person."""
    act = _second_for(refund, limit) or second_person.CASH_BACK
    return refund.state in _ASKS and second_person.may(act, refund.proposed_by, who)
