"""Customers as officers see them: found by code, phone or name, then one with bills and texts."""

from __future__ import annotations

from typing import NamedTuple

from db import adjustments, audit, partners
from db import bills as bill_records
from db import customers as customer_records
from db import payments as payment_records
from db.adjustments import AdjustmentRow
from db.bills import Bill, BillRow
from db.connection import write
from db.customers import Customer
from db.payments import PaymentRow
from services.bills import billing, lookups, tariffs
from services.bills.lookups import Lookup
from services.cash import receipts
from services.errors import InvalidCode, InvalidInput, ServiceError, UnknownBill
from services.messages import message_log
from services.messages.message_log import PhoneText
from services.notation import codes, phones
from services.notation.folding import folded
from services.officers import reach
from services.officers.rights import SignedIn
from services.privacy import Vault

MOST_FOUND = 20
_SHORTEST, LONGEST = 2, 80  # characters of a search
_MONTHS = 12
_MOST_TEXTS = 50


class FoundCustomer(NamedTuple):
    """One line of a search result."""

    customer: Customer
    phone: str  # masked, "" for none


class Profile(NamedTuple):
    """A customer as an officer sees them."""

    customer: Customer
    phones: list[tuple[str, str]]  # (masked, source)
    bills: list[BillRow]  # 12 months, newest first
    owed: int  # đ, all unpaid
    texts: list[PhoneText]  # about this customer, oldest first
    credit_notes: list[AdjustmentRow]  # of the company, not yet set off


class BillView(NamedTuple):
    """One bill with its reasons and its payments."""

    customer: Customer
    bill: BillRow
    row: Bill
    charge: tariffs.Charge | None  # None: not priced by the household tariff
    payments: list[PaymentRow]  # oldest first
    due_back: dict[int, int]  # đ that the payer gets back, by payment
    channels: dict[str, str]  # titles of the partners by name
    adjustments: list[AdjustmentRow]  # the company's documents about it, oldest first
    newer: int | None  # đ by the company's newest file, which came after it was paid here
    invoice: Lookup | None  # where the e-invoice is found


def search(text: str, who: SignedIn, vault: Vault, now: int) -> list[FoundCustomer]:
    """Customers by code (repaired), phone or part of the name, at most MOST_FOUND.

    Only within the officer's reach. Logged with the search as a keyed hash, never in clear.
    Raises InvalidInput ("short", "long").
    """
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise InvalidInput("q", "long")
    kind, wanted = _meaning(text)
    if len(wanted) < _SHORTEST:
        raise InvalidInput("q", "short")
    found = _find(kind, wanted, who, vault)
    digest = vault.phone_hash(wanted)
    write(lambda: audit.append(now, [(who.name, "customer.search", digest,
                                      f"{kind} {len(found)}")]))
    return [FoundCustomer(customer, masked_phone(vault, customer.code)) for customer in found]


def _meaning(text: str) -> tuple[str, str]:
    """What was typed: ("code", PA…), ("phone", +84…) or ("name", folded)."""
    try:
        return "code", codes.repair(text)
    except InvalidCode:
        pass
    try:
        return "phone", phones.normalise(text)
    except InvalidInput:
        return "name", folded(text)


def _find(kind: str, wanted: str, who: SignedIn, vault: Vault) -> list[Customer]:
    if kind == "name":
        communes = list(who.reach) if who.reach is not None else None
        return customer_records.find_by_name(wanted, communes, MOST_FOUND)
    if kind == "phone":
        found = customer_records.find_by_phone(vault.phone_hash(wanted))
    else:
        found = [customer for customer in [customer_records.get(wanted)] if customer]
    return [customer for customer in found if who.reaches(customer.commune_code)][:MOST_FOUND]


def masked_phone(vault: Vault, code: str) -> str:
    """The number on file of a customer, masked, or "" for none."""
    phone = customer_records.phone_on_file(code)
    return vault.masked_phone(phone[1]) if phone else ""


def profile(code: str, who: SignedIn, vault: Vault, now: int) -> Profile:
    """All that the desk shows of a customer, logged as seen; raises UnknownCustomer."""
    customer = reach.customer(code, who)
    on_file = customer_records.phones_of(code)
    texts = message_log.of_customer(code, on_file[0][0], who) if on_file else []
    _log_view(code, who, "customer.view", "", now)
    return Profile(
        customer, [(vault.masked_phone(sealed), source) for _hash, sealed, source in on_file],
        bill_records.latest(code, _MONTHS), sum(bill.total for bill in bill_records.unpaid(code)),
        [text for text in reversed(texts[:_MOST_TEXTS]) if text.text],
        adjustments.credit_notes(code))


def bill(code: str, period: str, who: SignedIn, now: int, lookup_url: str = "") -> BillView:
    """One bill; `period` is YYYYMM-KY; `lookup_url`: where invoices are looked up that do not
    tell it. Raises UnknownCustomer or UnknownBill."""
    customer = reach.customer(code, who)
    found = billing.find(f"{code}-{period}")
    row = bill_records.get_with_readings(found.id)
    if row is None:
        raise UnknownBill(found.public_id)
    _log_view(code, who, "bill.view", found.public_id, now)
    payments = payment_records.of_bill(found.id)
    due_back = {payment.id: receipts.due_back(payment.id) for payment in payments}
    return BillView(customer, found, row, _charge(customer, found), payments, due_back,
                    partners.titles(), adjustments.of_bill(found.id),
                    adjustments.waiting_total(found.id),
                    lookups.of([found], lookup_url).get(found.id))


def _charge(customer: Customer, found: BillRow) -> tariffs.Charge | None:
    """None where the household tariff says nothing: the billing system's sums stand alone."""
    if customer.purpose != "household":
        return None
    try:
        return billing.explain(customer.code, found)
    except (ServiceError, ValueError):  # ValueError: a period before the first tariff row
        return None


def _log_view(code: str, who: SignedIn, action: str, detail: str, now: int) -> None:
    write(lambda: audit.append(now, [(who.name, action, code, detail)]))
