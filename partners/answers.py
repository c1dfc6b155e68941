"""How bills, payments and breaks are written for partners."""

from __future__ import annotations

from typing import Any

from db.bills import BillRow
from services import clock
from services.bills import billing
from services.bills.billing import Account
from services.payments.payments import Posting
from services.reconciliation.comparing import Break, DayLine


def account(found: Account) -> dict[str, Any]:
    """A customer, masked, and what is owed, oldest first."""
    return {"customer": {"code": found.code, "name_masked": found.name_masked},
            "bills": [_bill(row) for row in found.unpaid]}


def _bill(row: BillRow) -> dict[str, Any]:
    return {"bill_id": row.public_id, "period": f"{row.year}-{row.month:02}",
            "amount": row.total, "currency": "VND", "due_on": row.due_on,
            "reference": billing.reference_of(row)}


def receipt(posting: Posting) -> dict[str, Any]:
    """The answer to a payment; a replay gives the same, also after a void."""
    payment, bill = posting
    answer = {"payment_id": payment.id, "receipt_no": payment.receipt_no,
              "bill_id": bill.public_id, "amount": payment.amount, "status": payment.state}
    if payment.state == "refund_due":
        answer["settled_by"] = payment.settled_by
    return answer


def state(posting: Posting) -> dict[str, Any]:
    """How a payment stands now: the receipt, and whether it was taken back."""
    payment = posting.payment
    if payment.voided_at is None:
        return {**receipt(posting), "void": None}
    return {**receipt(posting), "status": "voided",
            "void": {"state": "voided", "at": clock.local(payment.voided_at).isoformat(),
                     "reason": payment.void_reason}}


def line(found: DayLine) -> dict[str, Any]:
    """One payment on a day's list."""
    return {"partner_txn_id": found.partner_txn_id, "amount": found.amount,
            "status": found.status}


def difference(found: Break) -> dict[str, Any]:
    """One break, with the two lines that do not agree."""
    return {"type": found.type, "partner_txn_id": found.partner_txn_id,
            "ours": _side(found.ours), "theirs": _side(found.theirs)}


def _side(found: DayLine | None) -> dict[str, Any] | None:
    return {"amount": found.amount, "status": found.status} if found else None
