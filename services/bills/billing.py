"""What a customer owes, and how a bill is named outside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db import bills as bill_records
from db import customers as customer_records
from db import reference
from db.bills import BillRow
from services.bills import tariffs, vietqr
from services.errors import NoResidentialTariff, UnknownBill, UnknownCustomer
from services.notation.formats import masked_name

HOUSEHOLD = "household"  # the purpose that the residential tariff is for
_PUBLIC_ID = re.compile(r"(P[A-Z]\d{2}[A-Z0-9]{2}\d{7})-(\d{4})(\d{2})-(\d)", re.ASCII)


class Account(NamedTuple):
    """A customer at a door: nothing a neighbour could not see on the paper bill."""

    code: str
    name: str
    unpaid: list[BillRow]  # oldest first
    received: Sequence[BillRow] = ()  # paid, but not yet settled in the company's books
    # đ of the company's credit notes. They change no bill and no payment: the company's books
    # set them off, so they are told beside what is owed and never taken off it here.
    credited: int = 0

    @property
    def name_masked(self) -> str:
        """ "N*** T** H**"."""
        return masked_name(self.name)

    @property
    def total(self) -> int:
        """All that is owed, đ."""
        return sum(bill.total for bill in self.unpaid)


def due(code: str) -> Account:
    """The customer's unpaid bills, oldest first; raises UnknownCustomer."""
    found = bill_records.open_of(code)
    if found is None:
        raise UnknownCustomer(code)
    return account(code, *found)


def account(code: str, name: str, bills: list[BillRow], credited: int) -> Account:
    """The customer's account from bills that are not settled yet, oldest first."""
    return Account(code, name, [bill for bill in bills if bill.state == bill_records.UNPAID],
                   [bill for bill in bills if bill.state == bill_records.RECEIVED], credited)


def find(public_id: str) -> BillRow:
    """The bill named CODE-YYYYMM-KY; raises UnknownBill."""
    match = _PUBLIC_ID.fullmatch(public_id)
    bill = match and bill_records.get(match[1], int(match[2]), int(match[3]), int(match[4]))
    if not bill:
        raise UnknownBill(public_id)
    return bill


def closed_without_us(bills: Sequence[BillRow]) -> str:
    """Why bills that are not owed need no payment of ours: "elsewhere" (paid there) or
    "cancelled"; "" when the money of one of them came to us, or the books cleared it."""
    states = {bill.state for bill in bills}
    if states & {bill_records.RECEIVED, bill_records.SETTLED} or not states:
        return ""
    return (bill_records.ELSEWHERE if bill_records.ELSEWHERE in states
            else bill_records.CANCELLED)


def reference_of(bill: BillRow) -> str:
    """Bank reference of one bill: customer code + MMYY, 17 characters. Needs no database."""
    return f"{bill.code}{bill.month:02}{bill.year % 100:02}"


def reference_of_account(account: Account) -> str:
    """Bank reference of all that is due: of the one bill, or the bare code for several."""
    return reference_of(account.unpaid[0]) if len(account.unpaid) == 1 else account.code


def payload_of_account(account: Account, bank_bin: str, account_no: str, service: str) -> str:
    """VietQR payload that pays all that is due (at least one bill) through a NAPAS `service`."""
    return vietqr.encode(bank_bin, account_no, account.total, reference_of_account(account),
                         service)


def explain(code: str, bill: BillRow) -> tariffs.Charge:
    """Why a bill is what it is, tier by tier, for the period and households it was made for.

    Raises UnknownCustomer, UnknownBill (also for another customer's), or NoResidentialTariff:
    only a household's bill, of a time the tariff table knows, is priced in tiers. The total may
    differ from the bill's where the billing system corrected it.
    """
    customer, row = customer_records.get(code), bill_records.get_with_readings(bill.id)
    if customer is None:
        raise UnknownCustomer(code)
    if row is None or bill.code != code:
        raise UnknownBill(bill.public_id)
    if customer.purpose != HOUSEHOLD:
        raise NoResidentialTariff(customer.purpose)
    try:
        return tariffs.charge(row.kwh, date.fromisoformat(row.from_date),
                              date.fromisoformat(row.to_date), reference.tariff_table(),
                              customer.households)
    except (ValueError, OverflowError) as error:
        raise NoResidentialTariff(str(error)) from error
