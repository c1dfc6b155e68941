"""Posting money: exactly once, the first channel settles, the second is due back."""

from __future__ import annotations

from typing import NamedTuple

from db import adjustments, audit, ledger
from db import bills as bill_records
from db import payments as payment_records
from db import refunds as refund_records
from db import strays as stray_records
from db import transfers as transfer_records
from db.bills import BillRow
from db.connection import write
from db.payments import PaymentRow
from services import clock
from services.bills import billing
from services.errors import (
    AmountMismatch,
    IdempotencyConflict,
    InvalidInput,
    ServiceError,
    UnknownPayment,
    VoidWindowClosed,
)
from services.notation import bounds, formats
from services.outbox import outbox
from services.payments import promotions, receipt_numbers

CASH = "cash"  # the partner that stands for the counter
# Why money for a bill that is not owed is due back; else another payment was first.
_WHY_BACK = {bill_records.ELSEWHERE: refund_records.CLEARED,
             bill_records.CANCELLED: refund_records.CANCEL}


class Report(NamedTuple):
    """A partner's word that a bill was paid."""

    partner: str
    partner_txn_id: str
    bill_id: str  # CODE-YYYYMM-KY
    amount: int  # đ
    paid_at: int  # epoch ms
    body_digest: str  # hex; the same for the same content, whatever its spacing
    payer: str = ""
    promotion: str = ""  # JSON
    discount: int = 0  # đ of the amount that the promotion's funder pays
    funds: str = ""  # ledger account the money is taken from; "": the partner's own


class Posting(NamedTuple):
    """A recorded payment and the bill it was reported for."""

    payment: PaymentRow
    bill: BillRow


class _Known(Exception):
    """This event is on record already."""


def post(report: Report, now: int, back: int = 0) -> tuple[Posting, bool]:
    """Record the report durably and exactly once; returns (posting, True when new).

    Raises UnknownBill, AmountMismatch, InvalidInput (a discount above the bill) or
    PromotionRefused with nothing posted, or IdempotencyConflict (an alarm is kept). A number
    that is known is answered from the record, whatever else is asked. A moment that lies more
    than `back` ms ago, or ahead, is refused: InvalidInput("paid_at", "far"); with 0 the money is
    here already, and the moment of its arrival stands in place of what cannot be.
    """
    if not back:
        back = bounds.STATEMENT_BACK
        report = report._replace(paid_at=bounds.arrival(report.paid_at, now, back))
    try:
        return write(lambda: _post(report, now, back)), True
    except (_Known, ServiceError) as refusal:
        # The unique number decides, so the record is read only when nothing new can be posted.
        return _replay(report, refusal, now), False


def find(partner: str, partner_txn_id: str) -> Posting:
    """A partner's payment by the partner's own number; raises UnknownPayment."""
    payment = payment_records.get(partner, partner_txn_id)
    bill = bill_records.get_by_id(payment.bill_id) if payment else None
    if payment is None or bill is None:
        raise UnknownPayment(partner_txn_id)
    return Posting(payment, bill)


def _replay(report: Report, refusal: Exception, now: int) -> Posting:
    try:
        posting = find(report.partner, report.partner_txn_id)
    except UnknownPayment:
        raise refusal from None
    if posting.payment.body_digest != report.body_digest:
        write(lambda: audit.append(now, [(report.partner, "payment.conflict",
                                          report.partner_txn_id, report.body_digest)]))
        raise IdempotencyConflict(report.partner_txn_id)
    return posting


def _post(report: Report, now: int, back: int) -> Posting:
    bill = billing.find(report.bill_id)
    if not bounds.is_near(report.paid_at, now, back):
        raise InvalidInput("paid_at", "far")
    if report.amount != bill.total:
        raise AmountMismatch(f"{report.amount} instead of {bill.total}")
    if report.discount > bill.total:
        raise InvalidInput("promotion.discount", "above")
    receipt_no = receipt_numbers.next_number(bill.code, now)
    payment_id = payment_records.insert((
        report.partner, report.partner_txn_id, report.body_digest, bill.id, report.amount,
        payment_records.POSTED, receipt_no, report.payer, report.promotion, report.paid_at, now))
    if payment_id is None:
        raise _Known  # rolls back the receipt number too, so that it leaves no gap
    payment = PaymentRow(payment_id, report.partner, report.partner_txn_id, report.body_digest,
                         bill.id, report.amount, payment_records.POSTED, None, receipt_no,
                         report.paid_at, now)
    stray_records.take(report.partner, report.partner_txn_id, now)
    return Posting(_settle(payment, bill, now, report), bill)


def _settle(payment: PaymentRow, bill: BillRow, now: int, report: Report) -> PaymentRow:
    """Give the money to the bill if it is still unpaid; otherwise it is due back."""
    if _take_bill(bill, payment.id, now):
        shares = _funders_shares(payment, bill, now, report)
        _book(payment, "receivable:bills", now, report, shares)
        _tell("receipt", payment, bill, now)
        return payment
    if report.promotion:
        promotions.check(_claim(report), bill, now)
    current = bill_records.get_by_id(bill.id) or bill
    why = _WHY_BACK.get(current.state, refund_records.DOUBLE)
    payment_records.mark_refund_due(payment.id, current.payment_id)
    _book(payment, "payable:refunds", now, report, [])
    due = ledger.payable(payment.id)  # what the payer gave: a discount is not given back
    refund_records.add(payment.id, None, bill.code, due, why, now)
    _tell("refund_due", payment._replace(amount=due), bill, now, why=why)
    return payment._replace(state=payment_records.REFUND_DUE, settled_by=current.payment_id)


def _take_bill(bill: BillRow, payment_id: int, now: int) -> bool:
    """Unpaid → received for this payment; False when another one has the bill.

    On PostgreSQL others commit between our reading and our update: an import corrects the bill,
    which is refused, or a void opens it again, and then it is ours to take.
    """
    while not bill_records.mark_received(bill, payment_id, now):
        current = bill_records.get_by_id(bill.id)
        if current is None or current.state != bill_records.UNPAID:
            return False
        if current.total != bill.total:
            raise AmountMismatch(f"{bill.total} was corrected to {current.total}")
    return True


def _funders_shares(payment: PaymentRow, bill: BillRow, now: int,
                    report: Report) -> list[tuple[str, int]]:
    if not report.promotion:
        return []
    return promotions.claim(_claim(report), bill, payment.id, now)


def _claim(report: Report) -> promotions.Claim:
    return promotions.Claim(report.partner, report.promotion, report.paid_at)


def _book(payment: PaymentRow, credit: str, now: int, report: Report,
          shares: list[tuple[str, int]]) -> None:
    """What the customer paid, and the funders' shares of a bill that it settles."""
    paid = payment.amount - report.discount
    arrived = [(report.funds or f"partner:{payment.partner}", paid), *shares]
    total = sum(amount for _account, amount in arrived)
    ledger.post("payment", payment.id, [*arrived, (credit, -total)], now)


def _tell(kind: str, payment: PaymentRow, bill: BillRow, now: int, **more: str) -> None:
    params = {"code": bill.code, "period": formats.period(bill),
              "amount": payment.amount, "receipt_no": payment.receipt_no, **more}
    outbox.queue_for_customer(kind, str(payment.id), bill.code, params, now)


def void(partner: str, partner_txn_id: str, reason: str, cutoff: str, now: int) -> Posting:
    """Take a payment back on the day it came in (GMT+7), before `cutoff` (HH:MM).

    The bill is unpaid again, the ledger gets the opposite entries. A payment that was voided
    before is returned as it is. Raises UnknownPayment or VoidWindowClosed (also when the
    company's own books have cleared the bill).
    """
    return write(lambda: _void(partner, partner_txn_id, reason, cutoff, now))


def _void(partner: str, partner_txn_id: str, reason: str, cutoff: str, now: int) -> Posting:
    payment, bill = find(partner, partner_txn_id)
    if payment.voided_at is None:
        if not may_void(payment, cutoff, now):
            raise VoidWindowClosed(partner_txn_id)
        if payment_records.mark_voided(payment.id, reason, now):
            _take_back(payment, bill, now)
    elif refund_records.holds(payment.id):  # an officer undid it: the payer gets the money from us
        raise VoidWindowClosed(partner_txn_id)
    return find(partner, partner_txn_id)


def may_void(payment: PaymentRow, cutoff: str, now: int) -> bool:
    """True on the local day the payment came in, before `cutoff` (HH:MM)."""
    day = clock.local(payment.received_at).date()
    hours, minutes = cutoff.split(":")
    end = clock.at_local(day) + int(hours) * clock.HOUR + int(minutes) * clock.MINUTE
    return clock.at_local(day) <= now < end


def _take_back(payment: PaymentRow, bill: BillRow, now: int) -> None:
    settled = payment.state == payment_records.POSTED
    if settled and not bill_records.release(bill.id, payment.id):
        raise VoidWindowClosed(payment.partner_txn_id)
    adjustments.apply_correction(bill.id, now)
    refund_records.cancel(payment.id, now)
    if refund_records.holds(payment.id):  # its money is on the way back already
        raise VoidWindowClosed(payment.partner_txn_id)
    if settled and bill.state != bill_records.CANCELLED:  # the receipt said that it was paid
        _tell("voided", payment, bill, now)
    ledger.reverse(payment.id, now)
    promotions.take_back(payment.id, now)
    transfer_records.give_back(payment.id)
    audit.append(now, [(payment.partner, "payment.void", payment.partner_txn_id,
                        bill.public_id)])
