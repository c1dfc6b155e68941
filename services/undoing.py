"""Undoing a payment: its bill is owed again, its money is due back to who paid.

The day it came in, a partner takes its payment back itself (`services/payments.py`). Later, and
for cash and transfers, an officer does it; from a set amount on a second one must agree.
"""

from __future__ import annotations

from db import audit, billing, credits, payments, refunds
from db.billing import BillRow
from db.connection import write
from db.payments import PaymentRow
from db.refunds import RefundRow
from services import customers, outbox, promotions
from services import payments as posting
from services.cash_shifts import CHANNEL
from services.errors import (
    AlreadyDecided,
    InvalidInput,
    UnknownPayment,
    UnknownRefund,
    VoidWindowOpen,
)
from services.signin import SignedIn


def ask(who: SignedIn, payment_id: int, reason: str, approval_from: int, cutoff: str,
        now: int) -> RefundRow:
    """An officer wants a payment undone: its bill is owed again, its money is due back.

    Below `approval_from` đ it happens at once, otherwise when a second officer agrees.
    Raises UnknownPayment, InvalidInput("reason"), VoidWindowOpen (until `cutoff` HH:MM of the
    same day the partner takes it back itself) or AlreadyDecided.
    """
    reason = _clean(reason)
    payment = payments.get_by_id(payment_id)
    bill = billing.get_by_id(payment.bill_id) if payment else None
    if payment is None or bill is None or not customers.in_reach(bill.code, who):
        raise UnknownPayment(str(payment_id))
    if not reason:
        raise InvalidInput("reason", "missing")
    by_partner = payment.partner != CHANNEL and not credits.paid_for(payment.id)
    if by_partner and posting.may_void(payment, cutoff, now):
        raise VoidWindowOpen(payment.partner_txn_id)
    return write(lambda: _ask(who, payment, bill, reason, approval_from, now))


def _ask(who: SignedIn, payment: PaymentRow, bill: BillRow, reason: str,
         approval_from: int, now: int) -> RefundRow:
    if payment.state != payments.POSTED or payment.voided_at is not None:
        raise AlreadyDecided(payment.receipt_no)
    amount = payments.paid_in(payment.id) or payment.amount  # 0: a transfer's, it stays here
    refund_id = refunds.add(payment.id, None, bill.code, amount, refunds.UNDONE, now,
                            refunds.ASKED, reason, who.name)
    if refund_id is None:
        raise AlreadyDecided(payment.receipt_no)
    note(who, "refund.ask", bill.code, f"refund {refund_id}: {payment.receipt_no}", now)
    if payment.amount < approval_from:
        undo(row_of(refund_id), "", now)
    return row_of(refund_id)


def undo(refund: RefundRow, approver: str, now: int) -> None:
    """Carry out what was asked for, inside the caller's transaction; `approver`: "" below the
    amount that needs one. Raises UnknownPayment or AlreadyDecided."""
    payment = payments.get_by_id(refund.payment_id or 0)
    bill = billing.get_by_id(payment.bill_id) if payment else None
    if payment is None or bill is None:
        raise UnknownPayment(str(refund.payment_id))
    if not (payments.mark_voided(payment.id, refund.reason, now)
            and refunds.reopen_bill(bill.id, payment.id)):
        raise AlreadyDecided(payment.receipt_no)
    promotions.take_back(payment.id, now)
    if credits.paid_for(payment.id):
        payments.reverse_entries(payment.id, now)
        credits.give_back(payment.id)
        done = refunds.credit(refund.id, approver, now)
    else:
        payments.turn_into_refund(payment.id, now)
        done = refunds.owe(refund.id, approver)
    if not done:
        raise AlreadyDecided(str(refund.id))
    tell("voided", refund, payment, bill, now)


def row_of(refund_id: int) -> RefundRow:
    """A refund as it is now; raises UnknownRefund."""
    row = refunds.get(refund_id)
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
              "period": f"{bill.month:02}/{bill.year}" if bill else ""}
    outbox.queue_for_customer(kind, f"refund {refund.id}", refund.code, params, now)
