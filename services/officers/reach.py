"""Which customers an officer may see: those of their communes, or all."""

from __future__ import annotations

from db import customers as customer_records
from db.customers import Customer
from services.errors import UnknownCustomer
from services.officers.rights import SignedIn


def includes(code: str, who: SignedIn) -> bool:
    """True when the officer may see this customer's money; also when nobody knows whose it
    is (code ""), for who works for any commune at all."""
    if who.reach is None or (not code and who.reach):
        return True
    customer = customer_records.get(code)
    return customer is not None and who.reaches(customer.commune_code)


def customer(code: str, who: SignedIn) -> Customer:
    """The customer; raises UnknownCustomer, also for one out of the officer's reach."""
    found = customer_records.get(code)
    if found is None or not who.reaches(found.commune_code):
        raise UnknownCustomer(code)
    return found
