"""The company makes a bill smaller, or takes it back, after it was paid through us.

The payment stands: the money came. What is above the bill now is due back to the payer, and what
a promotion's funder paid beyond that is no longer asked of the funder.
"""

from __future__ import annotations

from db import adjustments, ledger
from db import bills as bill_records
from db import payments as payment_records
from db import refunds as refund_records
from db.bills import BillRow
from db.connection import require_write
from db.payments import PaymentRow
from services.errors import UnknownPayment
from services.notation import formats
from services.outbox import outbox
from services.payments import promotions

_WHY = {adjustments.LOWER: refund_records.LOWERED, adjustments.CANCEL: refund_records.CANCEL}
_TEXT = {adjustments.LOWER: "bill_lowered", adjustments.CANCEL: "bill_cancelled"}


def owe_back(payment_id: int, document: int, kind: str, reduction: int, day: str,
             now: int) -> None:
    """`reduction` đ of a standing payment no longer pay for its bill, by the company's document
    (its row, its ISO day) of `kind` lower or cancel. Call inside `write`; raises
    UnknownPayment."""
    require_write()
    payment = payment_records.get_by_id(payment_id)
    bill = bill_records.get_by_id(payment.bill_id) if payment else None
    if payment is None or bill is None:
        raise UnknownPayment(str(payment_id))
    if kind == adjustments.CANCEL:
        refund_records.withdraw(payment_id, now)
        promotions.take_back(payment_id, now)
    back = ledger.owe_part(payment_id, reduction, now)
    if back:
        refund_records.add(payment_id, None, bill.code, back, _WHY[kind], now,
                           reason=formats.day(day))
        _tell(_TEXT[kind], document, payment, bill, back, now)


def _tell(kind: str, document: int, payment: PaymentRow, bill: BillRow, back: int,
          now: int) -> None:
    params = {"code": bill.code, "period": formats.period(bill), "amount": back,
              "total": bill.total, "receipt_no": payment.receipt_no}
    outbox.queue_for_customer(kind, str(document), bill.code, params, now)
