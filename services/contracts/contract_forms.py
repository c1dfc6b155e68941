"""The form of a contract file: filled from a citizen card, checked before it is kept."""

from __future__ import annotations

import json
from typing import NamedTuple

from db import customers as customer_records
from db.contracts import ContractRequest
from services import clock
from services.contracts import citizen_id, requests
from services.contracts.requests import ContractFile
from services.errors import InvalidCode, InvalidInput
from services.notation import codes, formats, garbled, phones
from services.officers.rights import SignedIn
from services.privacy import Vault

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


def entry(row: ContractRequest, found: Applicant) -> Entry:
    """The form as it stands in the file."""
    birth = formats.day(found.birth_date) if found.birth_date else ""
    phone = phones.local_form(found.phone) if found.phone else ""
    return Entry(found.name, found.citizen_id, birth, found.address, phone, row.kind,
                 row.holder_case, row.purpose, str(row.households), row.customer_code,
                 row.portal_no, "1" if row.needs_build else "")


class ReadCard(NamedTuple):
    """The form, filled from a card. `garbled`: its reader spoilt the letters, so that name and
    address stand empty, to be typed by hand."""

    form: Entry
    garbled: bool


def with_card(form: Entry, card_text: str, now: int) -> ReadCard:
    """The form, filled from a citizen card; raises InvalidInput("card", …)."""
    card = citizen_id.read(card_text, clock.local(now).date())
    return ReadCard(form._replace(name=_capitalise(card.name), citizen_id=card.number,
                                  birth_date=formats.day(card.birth_date), address=card.address),
                    card.is_garbled)


def _capitalise(name: str) -> str:
    return name.title() if name.isupper() or name.islower() else name


def columns(file: ContractFile, entry: Entry, vault: Vault, now: int) -> dict:
    """What a form writes into the request's row; raises InvalidInput naming the first wrong
    field."""
    today = clock.local(now).date()
    name = requests.clean_name(entry.name)
    number = "".join(entry.citizen_id.split())
    birth_date = citizen_id.day(entry.birth_date, today)
    citizen_id.check(number, birth_date, "", today)
    details = Details(number, birth_date, _line(entry.address, "address", _ADDRESS_MOST))
    for field, text in (("name", name), ("address", details.address)):
        if garbled.is_broken(text):
            raise InvalidInput(field, "broken")
    sealed = vault.seal(json.dumps(details._asdict(), ensure_ascii=False),
                        f"details:{file.ticket}")
    return {"name": name, "citizen_hash": vault.keyed_hash(number, "citizen"),
            "details_sealed": sealed, **_choices(entry),
            **_phone(file.row, entry.phone, vault, now),
            "customer_code": _customer_code(entry.customer_code, file.who)}


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
    found = customer_records.get(code)
    if found is None or not who.reaches(found.commune_code):
        raise InvalidInput("customer_code", "unknown")
    return code
