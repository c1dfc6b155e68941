"""Undoing a payment: its bill is owed again, its money is due back to who paid.

On the day it came in, a partner takes its payment back itself (`services/payments/payments.py`).
Later, and for cash and transfers, an officer does it. Cash needs a second person always, for no
cash comes back out by one; else from a set amount on, and beyond a sum of an officer's day.
"""

from __future__ import annotations

from typing import NamedTuple

from config import Settings
from db import adjustments, audit, ledger
from db import bills as bill_records
from db import payments as payment_records
from db import refunds as refund_records
from db import transfers as transfer_records
from db.bills import BillRow
from db.connection import write
from db.payments import PaymentRow
from db.refunds import RefundRow
from services import clock
from services.errors import (
    AlreadyDecided,
    InvalidInput,
    UnknownPayment,
    UnknownRefund,
    VoidWindowOpen,
)
from services.notation import formats
from services.officers import reach, second_person
from services.officers.rights import SignedIn
from services.outbox import outbox
from services.payments import payments, promotions
from services.payments.payments import CASH

LOST = "receivable:taken_back"  # ledger: given back to a payer whose bank took the money back too


class Limits(NamedTuple):
    """What an officer may undo or give back without a supervisor, đ."""

    each: int  # less than this at a time
    a_day: int  # up to this in a day


def limits(settings: Settings) -> Limits:
    """The limits as the company set them."""
    return Limits(settings.refund_approval_from, settings.refund_a_day)


def second_for(officer: str, amount: int, cash: bool, limit: Limits, at: int,
               refund_id: int = 0) -> str:
    """Which act of `second_person.ACTS` it is that this officer undoes or gives back an amount
    at that time (ms); "" for one that one person may do. `refund_id`: not counted twice."""
    day = clock.at_local(clock.local(at).date())
    spent = refund_records.sum_of(officer, day, day + clock.DAY, refund_id)
    if amount >= limit.each or spent + amount > limit.a_day:
        return second_person.LARGE_SUM
    return second_person.CASH_BACK if cash else ""


def ask(who: SignedIn, payment_id: int, reason: str, limit: Limits, cutoff: str,
        now: int) -> RefundRow:
    """An officer wants a payment undone: its bill is owed again, its money is due back.

    It happens at once, or when a second officer agrees: see `second_for`.
    Raises UnknownPayment, InvalidInput("reason"), VoidWindowOpen (until `cutoff` HH:MM of the
    same day the partner takes it back itself) or AlreadyDecided.
    """
    reason = _clean(reason)
    payment = payment_records.get_by_id(payment_id)
    bill = bill_records.get_by_id(payment.bill_id) if payment else None
    if payment is None or bill is None or not reach.includes(bill.code, who):
        raise UnknownPayment(str(payment_id))
    if not reason:
        raise InvalidInput("reason", "missing")
    by_partner = payment.partner != CASH and not transfer_records.paid_for(payment.id)
    if by_partner and payments.may_void(payment, cutoff, now):
        raise VoidWindowOpen(payment.partner_txn_id)
    return write(lambda: _ask(who, payment, bill, reason, limit, now))


def _ask(who: SignedIn, payment: PaymentRow, bill: BillRow, reason: str, limit: Limits,
         now: int) -> RefundRow:
    if (payment.state != payment_records.POSTED or payment.voided_at is not None
            or bill.state == bill_records.CANCELLED):  # then its money is due back already
        raise AlreadyDecided(payment.receipt_no)
    amount = ledger.paid_in(payment.id) or payment.amount  # 0: a transfer's, it stays here
    refund_id = refund_records.add(payment.id, None, bill.code, amount, refund_records.UNDONE, now,
                                   refund_records.ASKED, reason, who.name)
    if refund_id is None:
        raise AlreadyDecided(payment.receipt_no)
    note(who, "refund.ask", bill.code, f"refund {refund_id}: {payment.receipt_no}", now)
    refund_records.hold_sum_of(who.name)
    cash = payment.partner == CASH
    if not second_for(who.name, payment.amount, cash, limit, now, refund_id):
        undo(row_of(refund_id), "", now)
    return row_of(refund_id)


def undo(refund: RefundRow, approver: str, now: int) -> None:
    """Carry out what was asked for, inside the caller's transaction; `approver`: "" below the
    amount that needs one. Raises UnknownPayment or AlreadyDecided."""
    payment = payment_records.get_by_id(refund.payment_id or 0)
    bill = bill_records.get_by_id(payment.bill_id) if payment else None
    if payment is None or bill is None:
        raise UnknownPayment(str(refund.payment_id))
    if not (payment_records.mark_voided(payment.id, refund.reason, now)
            and refund_records.reopen_bill(bill.id, payment.id)
            and refund_records.take_lowerings_back(payment.id, now)):
        raise AlreadyDecided(payment.receipt_no)
    adjustments.apply_correction(bill.id, now)
    promotions.take_back(payment.id, now)
    if transfer_records.paid_for(payment.id):
        ledger.reverse(payment.id, now)
        transfer_records.give_back(payment.id)
        done = refund_records.credit(refund.id, approver, now)
    else:
        ledger.turn_into_refund(payment.id, now)
        done = refund_records.owe(refund.id, approver)
    if not done:
        raise AlreadyDecided(str(refund.id))
    tell("voided", refund, payment, bill, now)


def undo_taken_back(payment: PaymentRow, reason: str, now: int) -> None:
    """The bank took back the transfer that made a payment: its bill is owed again, nothing is due
    back any more. Inside the caller's transaction; raises UnknownPayment or AlreadyDecided."""
    bill = bill_records.get_by_id(payment.bill_id)
    if bill is None:
        raise UnknownPayment(str(payment.id))
    cancelled = bill.state == bill_records.CANCELLED
    free = bill_records.release if cancelled else refund_records.reopen_bill
    if not (payment_records.mark_voided(payment.id, reason, now) and free(bill.id, payment.id)):
        raise AlreadyDecided(payment.receipt_no)
    adjustments.apply_correction(bill.id, now)
    promotions.take_back(payment.id, now)
    given = refund_records.drop(payment.id, now)
    ledger.reverse(payment.id, now)
    if given:  # the company lowered the bill, and the payer has that money
        ledger.post("payment", payment.id, [(LOST, given), ("payable:refunds", -given)], now)
    transfer_records.give_back(payment.id)
    if not cancelled:
        params = {"code": bill.code, "period": formats.period(bill),
                  "amount": payment.amount, "receipt_no": payment.receipt_no}
        outbox.queue_for_customer("voided", str(payment.id), bill.code, params, now)


def row_of(refund_id: int) -> RefundRow:
    """A refund as it is now; raises UnknownRefund."""
    row = refund_records.get(refund_id)
    if row is None:
        raise UnknownRefund(str(refund_id))
    return row


def _clean(text: str) -> str:
    return " ".join(text.split())[:200]


def note(who: SignedIn, action: str, code: str, detail: str, now: int) -> None:
    """Put an officer's word on the record."""
    audit.append(now, [(who.name, action, code or "nobody", detail)])


def tell(kind: str, refund: RefundRow, payment: PaymentRow | None, bill: BillRow | None,
         now: int) -> None:
    """Text the customer, if the money is a known one's and a phone is on file."""
    params = {"code": refund.code, "amount": refund.amount, "way": refund.way,
              "receipt_no": payment.receipt_no if payment else "",
              "period": formats.period(bill) if bill else ""}
    outbox.queue_for_customer(kind, f"refund {refund.id}", refund.code, params, now)
