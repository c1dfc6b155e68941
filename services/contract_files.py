"""The file of a contract request: who applies, how far it is, how it ends.

A file goes requested → papers_complete → drafted → signed; or it ends cancelled, refused or
expired. Whoever holds the request at the desk works on its file.
"""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple

from db import audit, contracts, customers, documents
from db.connection import write
from db.contracts import ContractRequest
from db.customers import Customer
from services import citizen_id, clock, codes, desk, phones
from services import contracts as requests
from services.checklists import wanted
from services.errors import AlreadyDecided, InvalidCode, InvalidInput, NotYours
from services.privacy import Vault
from services.signin import SignedIn

_ADDRESS_MOST = 200
_PORTAL_MOST = 40
_MOST_HOUSEHOLDS = 200


class Details(NamedTuple):
    """What is kept sealed of an applicant. `birth_date` is ISO."""

    citizen_id: str = ""
    birth_date: str = ""
    address: str = ""


class Applicant(NamedTuple):
    """Who signs. `phone` is +84… or ""."""

    name: str
    citizen_id: str
    birth_date: str
    address: str
    phone: str

    @property
    def known(self) -> bool:
        """Everything that a contract names is there."""
        return all((self.name, self.citizen_id, self.birth_date, self.address))


class Entry(NamedTuple):
    """The form as it was typed; all fields are texts."""

    name: str
    citizen_id: str
    birth_date: str
    address: str
    phone: str
    kind: str
    holder_case: str
    purpose: str
    households: str
    customer_code: str
    portal_no: str
    needs_build: str


def applicant(row: ContractRequest, vault: Vault) -> Applicant:
    """The applicant of a request, opened."""
    phone = vault.open_phone(row.phone_sealed) if row.phone_sealed else ""
    return Applicant(row.name, *_details(row, vault), phone)


def _details(row: ContractRequest, vault: Vault) -> Details:
    if not row.details_sealed:
        return Details()
    return Details(**json.loads(vault.open(bytes(row.details_sealed), f"details:{row.ticket}")))


def held(ticket: str, who: SignedIn) -> ContractRequest:
    """The request, to work on; raises UnknownTicket, or NotYours when it is not held."""
    if not desk.holds(desk.find(ticket, who), who):
        raise NotYours(ticket)
    return requests.status(ticket)


def save(ticket: str, who: SignedIn, version: int, entry: Entry, vault: Vault, now: int) -> None:
    """Write the form into the file as the officer saw it.

    Raises InvalidInput naming the field; NotYours; AlreadyDecided when the file was changed
    since, or is signed or over. A draft made before no longer counts.
    """
    row = held(ticket, who)
    values = _checked(row, entry, who, vault, now)

    def work() -> bool:
        if not contracts.save(ticket, who.name, version, values):
            return False
        advance(ticket)
        audit.append(now, [(who.name, "request.save", ticket, entry.kind)])
        return True
    if not write(work):
        raise AlreadyDecided(ticket)


def _checked(row: ContractRequest, entry: Entry, who: SignedIn, vault: Vault, now: int) -> dict:
    """The columns for a form; raises InvalidInput naming the first wrong field."""
    today = clock.local(now).date()
    name = requests.clean_name(entry.name)
    number = "".join(entry.citizen_id.split())
    birth_date = citizen_id.day(entry.birth_date, today)
    citizen_id.check(number, birth_date, "", today)
    details = Details(number, birth_date, _line(entry.address, "address", _ADDRESS_MOST))
    sealed = vault.seal(json.dumps(details._asdict(), ensure_ascii=False),
                        f"details:{row.ticket}")
    return {"name": name, "citizen_hash": vault.keyed_hash(number, "citizen"),
            "details_sealed": sealed, **_choices(entry), **_phone(row, entry.phone, vault, now),
            "customer_code": _customer_code(entry.customer_code, who)}


def _choices(entry: Entry) -> dict:
    for field, known in (("kind", requests.KINDS), ("holder_case", requests.CASES),
                         ("purpose", requests.PURPOSES)):
        if getattr(entry, field) not in known:
            raise InvalidInput(field)
    households = entry.households.strip() or "1"
    if not (households.isascii() and households.isdigit()
            and 1 <= int(households[:6]) <= _MOST_HOUSEHOLDS):
        raise InvalidInput("households")
    portal_no = _line(entry.portal_no, "portal_no", _PORTAL_MOST, needed=False)
    return {"kind": entry.kind, "holder_case": entry.holder_case, "purpose": entry.purpose,
            "households": int(households), "portal_no": portal_no,
            "needs_build": int(bool(entry.needs_build))}


def _line(text: str, field: str, most: int, needed: bool = True) -> str:
    cleaned = " ".join(text.split())
    if len(cleaned) > most or not cleaned.isprintable() or (needed and len(cleaned) < 5):
        raise InvalidInput(field)
    return cleaned


def _phone(row: ContractRequest, typed: str, vault: Vault, now: int) -> dict:
    if not typed.strip():
        return {"phone_hash": "", "phone_sealed": None}
    found, sealed = vault.seal_phone(phones.normalise(typed))
    changed = {"phone_changed_at": now} if row.phone_hash not in ("", found) else {}
    return {"phone_hash": found, "phone_sealed": sealed, **changed}


def _customer_code(typed: str, who: SignedIn) -> str:
    if not typed.strip():
        return ""
    try:
        code = codes.repair(typed)
    except InvalidCode:
        raise InvalidInput("customer_code") from None
    found = customers.get(code)
    if found is None or (who.reach is not None and found.commune_code not in who.reach):
        raise InvalidInput("customer_code", "unknown")
    return code


def advance(ticket: str) -> None:
    """Requested → papers_complete, once the applicant is known and every paper accepted.
    Call inside `write`."""
    row = requests.status(ticket)
    if not row.details_sealed:
        return
    stand = documents.papers(ticket)
    needed = wanted(row.kind, row.holder_case)
    if all(kind in stand and stand[kind].state == documents.ACCEPTED for kind in needed):
        contracts.move(ticket, (contracts.REQUESTED,), contracts.COMPLETE)


def supplied(ticket: str, who: SignedIn, typed: str, now: int) -> None:
    """The day on which the supply of a signed file began closes its clock.

    Raises InvalidInput("supplied_on"), NotYours or AlreadyDecided.
    """
    row, today = held(ticket, who), clock.local(now).date()
    day = citizen_id.day(typed, today) if typed.strip() else ""
    if not day or date.fromisoformat(day) < clock.local(row.created_at).date():
        raise InvalidInput("supplied_on")

    def work() -> bool:
        done = contracts.supply(ticket, who.name, day, now)
        if done:
            audit.append(now, [(who.name, "request.supplied", ticket, day)])
        return done
    if not write(work):
        raise AlreadyDecided(ticket)


def expire_stale(now: int, days: int, most: int = 200) -> int:
    """End unsigned files older than `days`; returns how many."""
    ended = 0
    for row in contracts.stale(now - days * clock.DAY, most):
        ended += write(lambda ticket=row.ticket: _expire(ticket, now))
    return ended


def _expire(ticket: str, now: int) -> bool:
    if not contracts.expire(ticket, now):
        return False
    audit.append(now, [("", "request.expired", ticket, "")])
    return True


def on_record(row: ContractRequest, who: SignedIn, vault: Vault) -> tuple[Customer, str] | None:
    """The customer that a file is about and the phone on file (+84… or ""); None for none."""
    found = customers.get(row.customer_code) if row.customer_code else None
    if found is None or (who.reach is not None and found.commune_code not in who.reach):
        return None
    phone = customers.phone_on_file(found.code)
    return found, vault.open_phone(phone[1]) if phone else ""
