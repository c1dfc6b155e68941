"""Contract requests of the tests: Hoa's file is complete; Páo's too, and he has no phone."""

from __future__ import annotations

import json

from db import contracts as contract_records
from db import papers as paper_records
from db.connection import fetch_row, run, write
from services.context import Context
from services.contracts import agreements, requests, signing
from services.contracts.checklists import papers_for
from services.contracts.requests import ContractFile, Wish
from services.contracts.seal import approval
from services.desk import desk
from services.outbox import outbox
from services.privacy import Vault
from tests.officers import CANBO, GIAMSAT, HANH, PASSWORD, Person, at_desk
from tests.villagers import HOA, NOON, PAO, Villager

CONSENTS = ("terms", "electronic", "data")
DRAWN = json.dumps([[[100, 500], [150, 400], [200, 300], [250, 500], [300, 700]],
                    [[400, 500], [500, 300], [600, 600], [700, 500]]])
_NUMBERS = {HOA.code: "019180000017", PAO.code: "019068000041"}


def complete(vault: Vault, person: Villager = HOA, officer: str = CANBO.name,
             now: int = NOON) -> str:
    """A request that `officer` holds, with everything known and accepted; returns the ticket."""
    phone = vault.seal_phone(person.phone) if person.phone else None
    ticket = requests.request(Wish(person.name, phone, person.commune_code, "any", "kiosk"), now)
    write(lambda: _complete(ticket, vault, person, officer, now))
    return ticket


def _complete(ticket: str, vault: Vault, person: Villager, officer: str, now: int) -> None:
    details = {"citizen_id": _NUMBERS[person.code], "birth_date": "1980-02-03",
               "address": "Xóm Nà Mòn, tổ 3"}
    run("UPDATE contract_request SET state = 'taken', officer = ?, taken_at = ?,"
        " details_sealed = ?, citizen_hash = ?, stage = 'papers_complete', version = 3"
        " WHERE ticket = ?", officer, now, vault.seal(json.dumps(details), f"details:{ticket}"),
        vault.keyed_hash(details["citizen_id"], "citizen"), ticket)
    row = requests.status(ticket)
    for kind in papers_for(row.kind, row.holder_case):
        run("INSERT INTO contract_paper (ticket, kind, state, reason, original_seen, decided_by,"
            " changed_at) VALUES (?, ?, ?, '', 1, ?, ?)",
            ticket, kind, paper_records.ACCEPTED, officer, now)


def opened(ticket: str, person: Person = CANBO) -> ContractFile:
    """The file of a request as this officer has it open."""
    return requests.open_file(ticket, at_desk(person))


def drafted(here: Context, person: Villager = HOA) -> tuple[str, str]:
    """(ticket, digest) of a request whose contract Cán bộ has drafted."""
    ticket = complete(here.vault, person, now=here.now)
    agreements.draft(opened(ticket), here)
    return ticket, digest_of(ticket)


def digest_of(ticket: str) -> str:
    """Digest of the draft that counts."""
    return fetch_row("SELECT digest FROM agreement WHERE live = ?", ticket)[0]


def send_code(ticket: str, digest: str, here: Context) -> str:
    """Gửi mã OTP; returns what the phone reads."""
    signing.send_code(opened(ticket), digest, here)
    return last_code(here.vault)


def last_code(vault: Vault) -> str:
    """The newest code in the outbox."""
    params = fetch_row("SELECT params FROM outbox_message WHERE kind = 'otp'"
                       " ORDER BY id DESC LIMIT 1")[0]
    return outbox.reveal(vault, json.loads(params)["code"])


def link_token(vault: Vault) -> str:
    """The token in the newest text with a link to a signed contract."""
    params = fetch_row("SELECT params FROM outbox_message WHERE kind = 'signed'"
                       " ORDER BY id DESC LIMIT 1")[0]
    return outbox.reveal(vault, json.loads(params)["url"]).rpartition("/c/")[2]


def signed_by_hand(here: Context) -> str:
    """The ticket of Páo's signed contract; he has no phone, so Hạnh witnesses and Giám sát
    agrees."""
    ticket, digest = drafted(here, PAO)
    consent = signing.Consent(opened(ticket), digest, CONSENTS)
    signing.sign_by_hand(consent, DRAWN, (HANH.name, PASSWORD, ""), here)
    approval.approve(opened(ticket, GIAMSAT), digest, here)
    return ticket


def signed(here: Context) -> str:
    """The ticket of Hoa's signed contract."""
    ticket, digest = drafted(here)
    code = send_code(ticket, digest, here)
    signing.sign_by_code(signing.Consent(opened(ticket), digest, CONSENTS), code, here)
    return ticket


def stage_of(ticket: str) -> str:
    """How far the request is."""
    row = contract_records.get(ticket)
    assert row is not None and desk.find(ticket, at_desk(CANBO))
    return row.stage
