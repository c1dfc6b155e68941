"""Which customers an officer may see: those of their communes, or all."""

from __future__ import annotations

from db import customers as customer_records
from db import officers as officer_records
from db.customers import Customer
from db.paging import Reach
from services.errors import UnknownCustomer
from services.officers import rights
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


def of_name(name: str) -> Reach:
    """The communes of an officer who is not there now: what they asked for is done later. None
    of them for one who may not sign in any more."""
    officer = officer_records.get(name)
    return rights.reach_of(officer.communes) if officer and officer.disabled_at is None else ()


def answerable_for(who: SignedIn) -> list[str]:
    """Names of the officers whose files this one may see: the own name, and for who leads all who
    work in no other communes than theirs."""
    if not who.leads:
        return [who.name]
    reaches = ((officer.name, rights.reach_of(officer.communes))
               for officer in officer_records.everybody())
    return [who.name, *(name for name, communes in reaches if communes
                        and all(map(who.reaches, communes)) and name != who.name)]
