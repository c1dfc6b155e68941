"""Cash for bills: taken once, all of it or nothing, into the officer's open drawer."""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from db import audit, connection
from db import bills as bill_records
from db import cash as cash_records
from db import payments as payment_records
from db.bills import BillRow
from db.cash import TakingRow
from db.connection import write
from db.customers import Customer
from services.bills import billing
from services.cash.shifts import MOST
from services.errors import (
    AmountMismatch,
    BillNotOwed,
    IdempotencyConflict,
    InvalidInput,
    NoShift,
    UnknownShift,
)
from services.officers import reach
from services.officers.rights import SignedIn
from services.payments import payments
from services.payments.payments import CASH, Posting, Report


class Taking(NamedTuple):
    """A handing over of cash, with what it paid."""

    row: TakingRow
    customer: Customer
    paid: list[Posting]

    @property
    def change(self) -> int:
        """đ that the customer gets back."""
        return self.row.handed - self.row.due


def new_key() -> str:
    """The number of a form: whatever is sent under it twice is taken once."""
    return secrets.token_hex(16)


def due(code: str, who: SignedIn) -> tuple[Customer, list[BillRow]]:
    """A customer and their unpaid bills, oldest first; raises UnknownCustomer."""
    return reach.customer(code, who), bill_records.unpaid(code)


def take(who: SignedIn, code: str, bill_ids: list[str], handed: int, form_key: str,
         now: int) -> Taking:
    """Take `handed` đ for these bills of a customer, all of them or none, once for a form.

    Raises UnknownCustomer, NoShift, BillNotOwed (paid or corrected meanwhile: AmountMismatch),
    UnknownBill, IdempotencyConflict (the form was sent with other content before) or
    InvalidInput: "bills" empty or another customer's, "handed" short or unreasonably much, "key".
    """
    reach.customer(code, who)
    wanted = list(dict.fromkeys(bill_ids))
    if not wanted or not all(bill.startswith(f"{code}-") for bill in wanted):
        raise InvalidInput("bills", "empty")
    if len(form_key) != 32 or not form_key.isalnum():
        raise InvalidInput("key")
    try:
        taking_id = write(lambda: _take(who.name, code, wanted, handed, form_key, now))
    except (connection.DUPLICATE, AmountMismatch, BillNotOwed, NoShift, InvalidInput):
        # A form that comes twice finds its bills paid, or its number taken at this moment.
        known = _find_repeated(who.name, code, wanted, handed, form_key)
        if known is None:
            raise
        taking_id = known
    return taking(taking_id, who)


def _find_repeated(officer: str, code: str, wanted: list[str], handed: int,
                   form_key: str) -> int | None:
    known = cash_records.taking_by_key(form_key)
    if known is None:
        return None
    same = {paid.bill.public_id for paid in _paid(known.id)} == set(wanted)
    if not same or (known.officer, known.code, known.handed) != (officer, code, handed):
        raise IdempotencyConflict(form_key)
    return known.id


def _take(officer: str, code: str, wanted: list[str], handed: int, form_key: str,
          now: int) -> int:
    found = [billing.find(bill) for bill in wanted]
    total = sum(bill.total for bill in found)
    if any(bill.state != bill_records.UNPAID for bill in found):
        raise BillNotOwed(code)
    if not total <= handed <= MOST:
        raise InvalidInput("handed", "short" if handed < total else "invalid")
    shift_id = cash_records.move(officer, total)
    if shift_id is None:
        raise NoShift(officer)
    taking_id = cash_records.add_taking(shift_id, form_key, code, total, handed, now)
    for bill in found:
        paid = _pay(bill, form_key, shift_id, now)
        cash_records.add_part(taking_id, paid.payment.id)
    audit.append(now, [(officer, "cash.take", code, f"shift {shift_id}: {total}")])
    return taking_id


def _pay(bill: BillRow, form_key: str, shift_id: int, now: int) -> Posting:
    number = f"{form_key}#{bill.id}"
    digest = hashlib.sha256(f"{number} {bill.total}".encode()).hexdigest()
    paid, new = payments.post(Report(CASH, number, bill.public_id, bill.total, now, digest,
                                     funds=f"cash:{shift_id}"), now)
    if not new or paid.payment.state != payment_records.POSTED:
        # The customer is still at the counter: nothing is taken for a bill somebody just paid.
        raise BillNotOwed(bill.public_id)
    return paid


def taking(taking_id: int, who: SignedIn) -> Taking:
    """A taking of one's own, or any for who leads; raises UnknownShift."""
    row = cash_records.taking(taking_id)
    if row is None or not who.answers_for(row.officer):
        raise UnknownShift(str(taking_id))
    return Taking(row, reach.customer(row.code, who), _paid(taking_id))


def _paid(taking_id: int) -> list[Posting]:
    found = [payment_records.get_by_id(payment_id) for payment_id in cash_records.parts(taking_id)]
    return [payments.find(payment.partner, payment.partner_txn_id) for payment in found if payment]
