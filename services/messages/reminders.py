"""What a waiting text about bills says at the moment it is sent.

It was queued with the amount of that moment. Until it goes, the company may correct, lower or
cancel the bill, and somebody may pay it: so what is owed is read again when the text is written,
and the hand-over itself asks once more, in the same statement (`db/outbox/outbox.py: begin`).
"""

from __future__ import annotations

from typing import NamedTuple

from db import bills as bill_records
from db.outbox.owed import Owed
from services import clock
from services.bills import billing
from services.notation import formats

# Why a text about bills is not sent; the reminder may be queued again when it is right again.
PAID, NOT_OWED, OTHER_DUE = "paid meanwhile", "not owed", "other due date"


class Current(NamedTuple):
    """What is right now. `values` replace the queued ones; `owed` must still be so when the text
    is handed over; None: the text is about no bill. `unwanted`: why it must not go out, or ""."""

    values: dict
    owed: Owed | None = None
    unwanted: str = ""


def current(kind: str, params: dict, now: int) -> Current:
    """What a text of `kind` with these queued parameters has to say now."""
    if "bill" in params:
        return _reminder(kind, params["bill"], clock.local_day(now))
    return _link(params) if params.get("bills") else Current({})


def _reminder(kind: str, bill_id: int, today: str) -> Current:
    bill = bill_records.get_by_id(bill_id)
    if bill is None or bill.state != bill_records.UNPAID:
        return Current({}, unwanted=_why_closed([bill] if bill else []))
    # Each kind is told by the due date: with another one, the run of the right kind finds it.
    if (kind == "overdue" and bill.due_on >= today) or (kind == "due_soon" and bill.due_on < today):
        return Current({}, unwanted=OTHER_DUE)
    return Current({"period": formats.period(bill), "amount": bill.total, "due_on": bill.due_on},
                   Owed((bill.id,), bill.total, bill.due_on))


def _link(params: dict) -> Current:
    """A payment link: of the bills that it was asked for, those that are still owed."""
    found = [bill for bill in map(bill_records.get_by_id, params["bills"]) if bill]
    unpaid = [bill for bill in found if bill.state == bill_records.UNPAID]
    if not unpaid:
        return Current({}, unwanted=_why_closed(found))
    account = billing.Account(params["code"], "", unpaid)
    return Current({"period": formats.periods(unpaid), "amount": account.total,
                    "reference": billing.reference_of_account(account)},
                   Owed(tuple(bill.id for bill in unpaid), account.total))


def _why_closed(bills: list[bill_records.BillRow]) -> str:
    cancelled = all(bill.state == bill_records.CANCELLED for bill in bills)
    return NOT_OWED if cancelled else PAID
