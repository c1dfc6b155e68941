"""The file of a contract request: who applies, how far it is, how it ends.

A file goes requested → papers_complete → drafted → sealing → signed; or it ends cancelled, refused
or expired. Whoever holds the request at the desk works on its file.
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
from services.contracts.checklists import papers_for
from services.contracts.contract_forms import Applicant, Details, Entry
from services.contracts.requests import ContractFile
from services.errors import AlreadyDecided, InvalidInput
from services.notation import phones
from services.outbox import outbox
from services.privacy import Vault


def applicant(row: ContractRequest, vault: Vault) -> Applicant:
    """The applicant of a request, in clear."""
    phone = vault.open_phone(row.phone_sealed) if row.phone_sealed else ""
    return Applicant(row.name, *_details(row, vault), phone)


def _details(row: ContractRequest, vault: Vault) -> Details:
    if not row.details_sealed:
        return Details()
    return Details(**json.loads(vault.open(bytes(row.details_sealed), f"details:{row.ticket}")))


def look_at_applicant(file: ContractFile, vault: Vault, now: int) -> Applicant:
    """The applicant, for an officer's screen; that an id was seen is put on the record."""
    found = applicant(file.row, vault)
    if found.citizen_id:
        write(lambda: audit.append(now, [(file.who.name, "request.citizen", file.ticket, "")]))
    return found


def twin(file: ContractFile) -> ContractRequest | None:
    """Another unfinished request of the same person within reach: one may be enough."""
    if not file.row.citizen_hash:
        return None
    found = contract_records.twin(file.ticket, file.row.citizen_hash)
    return found if found is not None and file.who.reaches(found.commune_code) else None


def save(file: ContractFile, version: int, entry: Entry, vault: Vault, now: int) -> None:
    """Write the form into the file as the officer saw it.

    Raises InvalidInput naming the field; NotYours; AlreadyDecided when the file was changed
    since, or is signed or over. A draft made before no longer counts.
    """
    file.need_hold()
    values = contract_forms.columns(file, entry, vault, now)

    def work() -> bool:
        if not contract_records.save(file.ticket, file.who.name, version, values):
            return False
        advance(file.ticket)
        audit.append(now, [(file.who.name, "request.save", file.ticket, entry.kind)])
        return True
    if not write(work):
        raise AlreadyDecided(file.ticket)


def advance(ticket: str) -> ContractRequest:
    """Requested → papers_complete, once the applicant is known and every paper accepted.

    Call inside `write`: it decides on the request as it is there by now, and returns it as it
    was found.
    """
    row, states = requests.status(ticket), paper_records.papers(ticket)
    accepted = all(kind in states and states[kind].state == paper_records.ACCEPTED
                   for kind in papers_for(row.kind, row.holder_case))
    if row.details_sealed and accepted:
        contract_records.move(ticket, (contract_records.REQUESTED,), contract_records.COMPLETE)
    return row


def note_supply(file: ContractFile, typed: str, now: int) -> None:
    """The day on which the supply of a signed file began ends its deadline; also when the request
    was ended before, or to put another day right. For whoever answers for the request.

    Raises InvalidInput("supplied_on"), NotYours or AlreadyDecided.
    """
    file.need_responsible()
    row, today = file.row, clock.local(now).date()
    try:
        day = citizen_id.day(typed, today)
    except InvalidInput:
        raise InvalidInput("supplied_on") from None
    if date.fromisoformat(day) < clock.local(row.created_at).date():
        raise InvalidInput("supplied_on")

    def work() -> bool:
        done = contract_records.supply(file.ticket, row.supplied_on, day, now)
        if done:
            audit.append(now, [(file.who.name, "request.supplied", file.ticket,
                                f"{row.supplied_on} {day}".strip())])
        return done
    if not write(work):
        raise AlreadyDecided(file.ticket)


def expire_stale(now: int, days: int, most: int = 200) -> int:
    """End unsigned files older than `days` and text their customers; returns how many."""
    stale = contract_records.stale(now - days * clock.DAY, most)
    return write(lambda: sum(_expire(row, now) for row in stale)) if stale else 0


def _expire(row: ContractRequest, now: int) -> bool:
    if not contract_records.expire(row.ticket, now):
        return False
    phone = requests.phone_of(row)
    if phone:
        outbox.queue("request_over", row.ticket, phone,
                     {"ticket": row.ticket, "outcome": "expired"}, now)
    audit.append(now, [("", "request.expired", row.ticket, "")])
    return True


def known_customer(file: ContractFile, vault: Vault) -> tuple[Customer, str] | None:
    """The customer that a file is about and the phone on file ("0912…" or ""); None for none."""
    code = file.row.customer_code
    found = customer_records.get(code) if code else None
    if found is None or not file.who.reaches(found.commune_code):
        return None
    phone = customer_records.phone_on_file(found.code)
    return found, phones.local_form(vault.open_phone(phone[1])) if phone else ""
