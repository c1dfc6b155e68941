"""The contract of a request: drafted from its data, kept sealed, and read again."""

from __future__ import annotations

import hashlib
import json

from config import Settings
from db import agreements as agreement_records
from db import audit, reference
from db import contracts as contract_records
from db.agreements import Agreement
from db.connection import write
from db.contracts import ContractRequest
from services import clock, deadlines, sealed_files
from services.context import Context
from services.contracts import agreement_template, contract_files
from services.contracts.agreement_template import Template
from services.contracts.errors import DraftChanged, DraftRefused, SealUnavailable
from services.contracts.requests import ContractFile
from services.errors import AlreadyDecided
from services.notation import codes, phones
from services.privacy import Vault
from services.sealed_files import SealedFiles


def facts(row: ContractRequest, here: Context) -> dict:
    """What the contract of a request says, by the template's names of fields."""
    who, day = contract_files.applicant(row, here.vault), clock.local_day(here.now)
    return {
        "contract_no": row.ticket, "signed_on": day, "kind": row.kind,
        "name": who.name, "id_number": who.citizen_id, "birth_date": who.birth_date,
        "address": who.address, "phone": phones.local_form(who.phone) if who.phone else "",
        "commune": reference.commune_name(row.commune_code), "purpose": row.purpose,
        "households": row.households, "customer_code": row.customer_code,
        "meter_point": codes.meter_point(row.customer_code) if row.customer_code else "",
        "supply_days": deadlines.limits(here.settings).law, "tiers": _tiers(day),
    }


def _tiers(day: str) -> list[dict]:
    """The residential tiers of this day, one a line of the contract's table."""
    rows = [row for row in reference.tariff_table()["residential"]
            if row["from"] <= day and (row["to"] is None or day <= row["to"])]
    tiers, below = [], 0
    for number, (upto, price) in enumerate(rows[-1]["tiers"], 1):
        tiers.append({"number": number, "first": below + 1, "upto": upto, "price": price})
        below = upto
    return tiers


def draft(file: ContractFile, here: Context) -> None:
    """Soạn hợp đồng: fill in the template and keep the PDF; an earlier draft is void.

    Raises NotYours; DraftRefused naming what is empty; AlreadyDecided when papers are still to
    be accepted, or the customer has signed; SealUnavailable("template" or "storage").
    """
    file.need_hold()
    if file.row.stage not in (contract_records.COMPLETE, contract_records.DRAFTED):
        raise AlreadyDecided(file.ticket)
    form, said = agreement_template.read(here.settings.contract_templates), facts(file.row, here)
    empty = agreement_template.missing(form, said)
    if empty:
        raise DraftRefused(empty)
    made = agreement_template.pdf(form, said, here.now)
    store, digest = sealed_files.of(here.settings, here.vault), hashlib.sha256(made).hexdigest()
    name = _put(store, made, f"draft:{digest}")
    values = {"digest": digest, "pages": agreement_template.page_count(made), "size": len(made),
              "template": form.mark, "file_name": name, "drafted_by": file.who.name,
              "drafted_at": here.now, **_sealed_words(file.ticket, form, said, here.vault)}
    try:
        write(lambda: _keep(file, values, here.now))
    except Exception:
        store.drop(name)
        raise
    for old in agreement_records.old_files(file.ticket):
        store.drop(old)


def _sealed_words(ticket: str, form: Template, said: dict, vault: Vault) -> dict:
    words = {"facts": said, "clauses": agreement_template.transcribe(form, said)}
    return {f"{kind}_sealed": vault.seal(json.dumps(value, ensure_ascii=False), f"{kind}:{ticket}")
            for kind, value in words.items()}


def _put(store: SealedFiles, made: bytes, about: str) -> str:
    try:
        return store.put(made, about)
    except OSError:
        raise SealUnavailable("storage") from None


def _keep(file: ContractFile, values: dict, now: int) -> None:
    # Only for the file as it was read: a change in between needs a draft of its own.
    same = contract_records.draft(file.ticket, file.who.name, file.row.version)
    if not same or not agreement_records.add(file.ticket, **values):
        raise AlreadyDecided(file.ticket)
    audit.append(now, [(file.who.name, "contract.draft", file.ticket, values["digest"])])


def open_facts(found: Agreement, vault: Vault) -> dict:
    """What was filled into a draft."""
    return json.loads(vault.open(bytes(found.facts_sealed), f"facts:{found.ticket}"))


def clauses(found: Agreement, vault: Vault) -> dict:
    """What `transcribe` gave when this was drafted."""
    if found.clauses_sealed is None:
        return {"summary": [], "clauses": []}
    return json.loads(vault.open(bytes(found.clauses_sealed), f"clauses:{found.ticket}"))


def read(found: Agreement, settings: Settings, vault: Vault) -> bytes:
    """The draft's PDF; raises OSError or InvalidTag for a file lost or changed."""
    return sealed_files.of(settings, vault).get(found.file_name, f"draft:{found.digest}")


def page_pictures(found: Agreement, settings: Settings, vault: Vault) -> list[bytes]:
    """The draft's pages at reading size; raises DraftChanged when the template has changed since,
    for the pictures would not be of the PDF that is signed."""
    form = agreement_template.read(settings.contract_templates)
    if form.mark != found.template:
        raise DraftChanged(found.ticket)
    return agreement_template.pictures(form, open_facts(found, vault))


def short(digest: str) -> str:
    """The digest as people compare it, to see that two texts are the same draft: "a1b2 c3d4"."""
    return f"{digest[:4]} {digest[4:8]}"


def drop_file(found: Agreement, settings: Settings, vault: Vault) -> None:
    """Delete the draft's file: the sealed one begins with the same bytes."""
    sealed_files.of(settings, vault).drop(found.file_name)
