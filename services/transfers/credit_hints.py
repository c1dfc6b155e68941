"""Whose a transfer may be: hints for the officer who reads it. Nothing is decided here."""

from __future__ import annotations

from typing import NamedTuple

from db import bills as bill_records
from db import customers as customer_records
from db import transfers as transfer_records
from db.bills import BillRow
from db.customers import Customer
from db.transfers import CreditRow
from services.notation.folding import folded
from services.officers import reach
from services.officers.rights import SignedIn
from services.transfers import references

MOST = 6
_SHORTEST_NAME = 6  # letters; half the province answers to a shorter one


class Hint(NamedTuple):
    """A customer whose money it may be, and why: "text", "payer" or "amount"."""

    customer: Customer
    why: str
    unpaid: list[BillRow]  # oldest first


def suggest(credit: CreditRow, text: str, payer: str, who: SignedIn) -> list[Hint]:
    """Customers within the officer's reach, the likeliest first."""
    found: dict[str, str] = {}
    for why, codes in (("text", _codes_in_text(credit, text)),
                       ("payer", _codes_by_name(payer, who)),
                       ("amount", transfer_records.codes_owing(credit.left, MOST))):
        for code in codes:
            if reach.includes(code, who):
                found.setdefault(code, why)
    hints = [hint(code, why) for code, why in list(found.items())[:MOST]]
    return [made for made in hints if made]


def hint(code: str, why: str) -> Hint | None:
    """What is owed by one customer; None for an unknown code."""
    customer = customer_records.get(code)
    return Hint(customer, why, bill_records.unpaid(code)) if customer else None


def _codes_in_text(credit: CreditRow, text: str) -> list[str]:
    named = [reference.code for reference in references.find(text)]
    return [credit.code, *named] if credit.code else named


def _codes_by_name(payer: str, who: SignedIn) -> list[str]:
    name = folded(payer)
    if len(name) < _SHORTEST_NAME:
        return []
    communes = list(who.reach) if who.reach is not None else None
    return [customer.code for customer in customer_records.find_by_name(name, communes, MOST)]
