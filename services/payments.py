"""Posting money: exactly once, the first channel settles, the second is due back."""

from __future__ import annotations

from typing import NamedTuple

from db import audit, billing, counters, payments
from db.billing import BillRow
from db.connection import write
from db.payments import PaymentRow
from services import clock, outbox
from services.errors import AmountMismatch, IdempotencyConflict, UnknownBill


class Report(NamedTuple):
    """A partner's word that a bill was paid."""

    partner: str
    partner_txn_id: str
    bill: BillRow
    amount: int  # đ
    paid_at: int  # epoch ms
    body_digest: str  # hex SHA-256 of the raw body
    payer: str = ""
    promotion: str = ""


class _Beaten(Exception):
    """Another request recorded the same event between our look and our insert."""


def post(report: Report, now: int) -> tuple[PaymentRow, bool]:
    """Record the report durably and exactly once; returns (payment, True when new).

    Raises AmountMismatch (nothing is posted) or IdempotencyConflict (an alarm is kept).
    """
    try:
        payment, new = write(lambda: _post(report, now))
    except _Beaten:
        payment, new = _recorded(report), False
    if payment.body_digest != report.body_digest:
        write(lambda: audit.append(now, [(report.partner, "payment.conflict",
                                          report.partner_txn_id, report.body_digest)]))
        raise IdempotencyConflict(report.partner_txn_id)
    return payment, new


def _recorded(report: Report) -> PaymentRow | None:
    return payments.get(report.partner, report.partner_txn_id)


def _post(report: Report, now: int) -> tuple[PaymentRow, bool]:
    known = _recorded(report)
    if known is not None:
        return known, False
    bill = billing.get_by_id(report.bill.id)
    if bill is None:
        raise UnknownBill(report.bill.public_id)
    if report.amount != bill.total:
        raise AmountMismatch(f"{report.amount} instead of {bill.total}")
    receipt_no = _receipt_no(bill.code, now)
    payment_id = payments.insert((
        report.partner, report.partner_txn_id, report.body_digest, bill.id, report.amount,
        payments.POSTED, receipt_no, report.payer, report.promotion, report.paid_at, now))
    if payment_id is None:
        raise _Beaten  # rolls back the receipt number too, so that it leaves no gap
    _settle(payment_id, bill, report, receipt_no, now)
    return payments.get_by_id(payment_id), True


def _receipt_no(code: str, now: int) -> str:
    office, year = code[:6], clock.local(now).year
    number = counters.next_number(f"receipt:{office}:{year}")
    return f"{office}-{year}-{number:06}"


def _settle(payment_id: int, bill: BillRow, report: Report, receipt_no: str, now: int) -> None:
    won = billing.mark_received(bill.id, payment_id, now)
    if not won:
        payments.mark_refund_due(payment_id, billing.get_by_id(bill.id).payment_id)
    credit = "receivable:bills" if won else "payable:refunds"
    payments.post_entries(payment_id, [(f"partner:{report.partner}", report.amount),
                                       (credit, -report.amount)], now)
    params = {"code": bill.code, "period": f"{bill.month:02}/{bill.year}",
              "amount": report.amount, "receipt_no": receipt_no}
    outbox.queue_for_customer("receipt" if won else "refund_due", str(payment_id), bill.code,
                              params, now)
