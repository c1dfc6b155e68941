"""The file of a contract request: who applies, how far it is, how it ends.

A file goes requested → papers_complete → drafted → signed; or it ends cancelled, refused or
expired. Whoever holds the request at the desk works on its file.
"""

from __future__ import annotations

import json
from datetime import date

from db import audit
from db import contracts as contract_records
from db import customers as customer_records
from db import papers as paper_records
from db.connection import write
from db.contracts import ContractRequest
from db.customers import Customer
from services import clock
from services.contracts import citizen_id, contract_forms, requests
from services.contracts.checklists import wanted
from services.contracts.contract_forms import Applicant, Details, Entry
from services.desk import desk
from services.errors import AlreadyDecided, InvalidInput, NotYours
from services.notation import phones
from services.officers.rights import SignedIn
from services.outbox import outbox
from services.privacy import Vault


def applicant(row: ContractRequest, vault: Vault) -> Applicant:
    """The applicant of a request, opened."""
    phone = vault.open_phone(row.phone_sealed) if row.phone_sealed else ""
    return Applicant(row.name, *_details(row, vault), phone)


def _details(row: ContractRequest, vault: Vault) -> Details:
    if not row.details_sealed:
        return Details()
    return Details(**json.loads(vault.open(bytes(row.details_sealed), f"details:{row.ticket}")))


def opened(row: ContractRequest, who: SignedIn, vault: Vault, now: int) -> Applicant:
    """The applicant, for an officer's screen; that an id was seen is put on the record."""
    found = applicant(row, vault)
    if found.citizen_id:
        write(lambda: audit.append(now, [(who.name, "request.citizen", row.ticket, "")]))
    return found


def twin(row: ContractRequest, who: SignedIn) -> ContractRequest | None:
    """Another unfinished request of the same person within reach: one may be enough."""
    if not row.citizen_hash:
        return None
    found = contract_records.twin(row.ticket, row.citizen_hash)
    return found if found is not None and who.reaches(found.commune_code) else None


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
    values = contract_forms.checked(row, entry, who, vault, now)

    def work() -> bool:
        if not contract_records.save(ticket, who.name, version, values):
            return False
        advance(ticket)
        audit.append(now, [(who.name, "request.save", ticket, entry.kind)])
        return True
    if not write(work):
        raise AlreadyDecided(ticket)


def advance(ticket: str) -> None:
    """Requested → papers_complete, once the applicant is known and every paper accepted.
    Call inside `write`."""
    row = requests.status(ticket)
    if not row.details_sealed:
        return
    stand = paper_records.papers(ticket)
    needed = wanted(row.kind, row.holder_case)
    if all(kind in stand and stand[kind].state == paper_records.ACCEPTED for kind in needed):
        contract_records.move(ticket, (contract_records.REQUESTED,), contract_records.COMPLETE)


def supplied(ticket: str, who: SignedIn, typed: str, now: int) -> None:
    """The day on which the supply of a signed file began closes its clock; also when the request
    was ended before, or another day was typed. For who holds or ended it, or leads.

    Raises InvalidInput("supplied_on"), NotYours or AlreadyDecided.
    """
    if desk.find(ticket, who).officer != who.name and not who.leads:
        raise NotYours(ticket)
    row, today = requests.status(ticket), clock.local(now).date()
    try:
        day = citizen_id.day(typed, today)
    except InvalidInput:
        raise InvalidInput("supplied_on") from None
    if date.fromisoformat(day) < clock.local(row.created_at).date():
        raise InvalidInput("supplied_on")

    def work() -> bool:
        done = contract_records.supply(ticket, row.supplied_on, day, now)
        if done:
            audit.append(now, [(who.name, "request.supplied", ticket,
                                f"{row.supplied_on} {day}".strip())])
        return done
    if not write(work):
        raise AlreadyDecided(ticket)


def expire_stale(now: int, days: int, most: int = 200) -> int:
    """End unsigned files older than `days` and text their customers; returns how many."""
    stale = contract_records.stale(now - days * clock.DAY, most)
    return write(lambda: sum(_expire(row, now) for row in stale)) if stale else 0


def _expire(row: ContractRequest, now: int) -> bool:
    if not contract_records.expire(row.ticket, now):
        return False
    if row.phone_sealed:
        outbox.queue("request_over", row.ticket, (row.phone_hash, bytes(row.phone_sealed)),
                     {"ticket": row.ticket, "outcome": "expired"}, now)
    audit.append(now, [("", "request.expired", row.ticket, "")])
    return True


def on_record(row: ContractRequest, who: SignedIn, vault: Vault) -> tuple[Customer, str] | None:
    """The customer that a file is about and the phone on file ("0912…" or ""); None for none."""
    found = customer_records.get(row.customer_code) if row.customer_code else None
    if found is None or not who.reaches(found.commune_code):
        return None
    phone = customer_records.phone_on_file(found.code)
    return found, phones.local_form(vault.open_phone(phone[1])) if phone else ""
