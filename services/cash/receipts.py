"""Receipts on paper: a PDF of A5 or of a roll 80 mm wide; the words are `templates/receipt/`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from db import bills as bill_records
from db import cash as cash_records
from db import partners
from db import payments as payment_records
from db import refunds as refund_records
from db.customers import Customer
from services.bills import lookups
from services.bills.lookups import Lookup
from services.cash.takings import Taking
from services.errors import UnknownCustomer, UnknownPayment
from services.notation import formats, number_words
from services.officers import reach
from services.officers.rights import SignedIn
from services.payments import payments
from services.payments.payments import CASH, Posting

PAPERS = ("a5", "80")
_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "receipt"


class Receipt(NamedTuple):
    """What a receipt says. Of a cash taking: all that it paid."""

    customer: Customer
    paid: list[Posting]
    channel: str  # title of the partner, or of the counter
    at: int  # epoch ms
    officer: str = ""  # cash: who took it
    handed: int = 0  # cash: đ
    invoices: Mapping[int, Lookup] = MappingProxyType({})  # by bill

    @property
    def total(self) -> int:
        """đ in all."""
        return sum(posting.payment.amount for posting in self.paid)

    @property
    def change(self) -> int:
        """đ that went back over the counter."""
        return max(self.handed - self.total, 0)


def of_payment(payment_id: int, who: SignedIn, lookup_url: str = "") -> Receipt:
    """The receipt of one payment. `lookup_url`: where invoices are looked up that do not tell it
    themselves. Raises UnknownPayment, also out of the officer's reach."""
    payment = payment_records.get_by_id(payment_id)
    if payment is None:
        raise UnknownPayment(str(payment_id))
    found = payments.find(payment.partner, payment.partner_txn_id)
    try:
        customer = reach.customer(found.bill.code, who)
    except UnknownCustomer:
        raise UnknownPayment(str(payment_id)) from None
    title = partners.title_of(payment.partner) or payment.partner
    return Receipt(customer, [found], title, payment.paid_at, _officer(payment_id),
                   invoices=lookups.of([found.bill], lookup_url))


def _officer(payment_id: int) -> str:
    taking_id = cash_records.taking_of(payment_id)
    row = cash_records.taking(taking_id) if taking_id else None
    return row.officer if row else ""


def of_taking(taking: Taking, lookup_url: str = "") -> Receipt:
    """The receipt of cash for one or several bills."""
    title = partners.title_of(CASH) or ""
    return Receipt(taking.customer, taking.paid, title, taking.row.at, taking.row.officer,
                   taking.row.handed,
                   lookups.of([posting.bill for posting in taking.paid], lookup_url))


def pdf(receipt: Receipt, paper: str, company: str) -> bytes:
    """The receipt as PDF on `paper` ("a5", "80"), headed by the company's name."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    import typst

    text = json.dumps(_data(receipt, company), ensure_ascii=False)
    made = typst.compile(_FOLDER / "receipt.typ", root=_FOLDER, format="pdf",
                         font_paths=[_FOLDER / "fonts"], ignore_system_fonts=True,
                         sys_inputs={"data": text, "paper": paper})
    assert isinstance(made, bytes)  # without an output file it is the document
    return made


def _data(receipt: Receipt, company: str) -> dict:
    customer = receipt.customer
    return {
        "company": company, "code": customer.code, "name": customer.name,
        "address": customer.address, "channel": receipt.channel,
        "at": formats.moment(receipt.at), "officer": receipt.officer,
        "lines": [_line(posting, receipt.invoices.get(posting.bill.id))
                  for posting in receipt.paid],
        "total": formats.dong(receipt.total),
        "words": number_words.dong(receipt.total, "vi"),
        "handed": formats.dong(receipt.handed) if receipt.handed else "",
        "change": formats.dong(receipt.change),
    }


def _line(paid: Posting, invoice: Lookup | None) -> dict:
    back = due_back(paid.payment.id)
    return {"receipt_no": paid.payment.receipt_no, "period": formats.period(paid.bill),
            "kwh": formats.thousands(paid.bill.kwh),
            "amount": formats.dong(paid.payment.amount), "state": state(paid),
            "back": formats.dong(back) if back else "",
            "lookup_code": invoice.code if invoice else "",
            "lookup_at": invoice.at if invoice else ""}


def due_back(payment_id: int) -> int:
    """đ that the payer gets back of a payment: less than its amount where somebody funded a
    part of it. 0: nothing is due back."""
    refund = refund_records.of_payment(payment_id)
    owed = refund is not None and refund.state in (
        refund_records.DUE, refund_records.PROPOSED, refund_records.GIVEN)
    return refund.amount if refund is not None and owed else 0


def state(paid: Posting) -> str:
    """"received" (đã nhận tiền), "settled" (đã gạch nợ), "refund_due" or "voided": money
    received and a bill cleared in the company's books are two things."""
    if paid.payment.voided_at is not None:
        return "voided"
    if paid.payment.state != payment_records.POSTED:
        return paid.payment.state
    # A bill that is owed although this payment stands is a fault; its money came all the same.
    return paid.bill.state if paid.bill.state != bill_records.UNPAID else bill_records.RECEIVED
