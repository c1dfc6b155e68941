"""Signing a contract: the customer confirms exactly the draft that they read, by a code or by
hand, and gives the consents; then the company seals it.

A code by text is an "other electronic confirmation" that both sides agree on (Law on Electronic
Transactions 20/2023/QH15), not a digital signature: so the evidence is kept inside the file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from db import agreements as agreement_records
from db import audit
from db import contracts as contract_records
from db import customers as customer_records
from db.agreements import Agreement
from db.connection import write
from db.contracts import ContractRequest
from services import clock
from services.contracts import agreements, contract_files, evidence, requests, strokes
from services.contracts.seal import sealing
from services.desk import desk
from services.errors import (
    AlreadyDecided,
    ConsentMissing,
    DraftChanged,
    InvalidInput,
    NotYours,
    NumberHeld,
    SealUnavailable,
)
from services.officers import signin
from services.officers.rights import SignedIn
from services.outbox import otp
from services.privacy import Vault

HOLD_DAYS = 3  # a number changed since is not trusted with a code


class Panel(NamedTuple):
    """What the request page shows of the contract."""

    stage: str  # of the request
    agreement: Agreement | None
    consents: list[dict]
    can_draft: bool
    held_back: bool  # the number changed lately and nobody has answered for it
    by_hand: bool  # there is no phone to send a code to
    phone: str  # masked
    seal_trouble: str  # key of SealUnavailable, "" when the seal is ready
    owing: bool  # confirmed, the seal is still to come
    hold_days: int = HOLD_DAYS

    @property
    def short(self) -> str:
        """By which people see that two texts are the same draft; "" for none."""
        return agreements.short(self.agreement.digest) if self.agreement else ""


class Given(NamedTuple):
    """What is asked to be signed, and by whose hand at the desk."""

    ticket: str
    digest: str  # of the draft on the page
    agreed: tuple[str, ...]  # keys of the consents ticked
    who: SignedIn


def panel(ticket: str, who: SignedIn, settings: Any, vault: Vault, now: int) -> Panel:
    """The state of a request's contract; raises UnknownTicket."""
    row, found = requests.status(ticket), agreement_records.current(ticket)
    if found is not None and (row.stage in contract_records.UNSIGNED
                              and row.stage != contract_records.DRAFTED):
        found = None  # drafted, and then the file was changed
    mine = desk.holds(desk.find(ticket, who), who)
    drafted = found is not None and found.state == agreement_records.DRAFT
    trouble = _trouble(settings, vault, now) if drafted and mine else ""
    consents = agreements.consents(settings) if drafted and mine and not trouble else []
    return Panel(
        row.stage, found, consents, seal_trouble=trouble, by_hand=not row.phone_sealed,
        can_draft=row.stage in (contract_records.COMPLETE, contract_records.DRAFTED),
        held_back=drafted and _held_back(row, found, now),
        phone=vault.masked_phone(row.phone_sealed),
        owing=found is not None and found.state == agreement_records.SEALING)


def _trouble(settings: Any, vault: Vault, now: int) -> str:
    try:
        agreements.template(settings.contract_templates)
        sealing.ready(settings, vault, now)
    except SealUnavailable as error:
        return str(error)
    return ""


def _held_back(row: ContractRequest, found: Agreement | None, now: int) -> bool:
    """The number to be sent a code took another's place in the last days."""
    since = now - HOLD_DAYS * clock.DAY
    if not row.phone_sealed or (found is not None and found.released_by):
        return False
    if row.phone_changed_at is not None and row.phone_changed_at > since:
        return True
    return customer_records.phone_registered_since(row.customer_code, row.phone_hash, since)


def release_number(ticket: str, digest: str, who: SignedIn, now: int) -> None:
    """A supervisor has made sure of a changed number. Raises NotYours, DraftChanged."""
    desk.find(ticket, who)
    if not who.leads:
        raise NotYours(ticket)

    def work() -> None:
        if not agreement_records.release_number(ticket, digest, who.name):
            raise DraftChanged(ticket)
        audit.append(now, [(who.name, "contract.number", ticket, digest)])
    write(work)


def send_code(ticket: str, digest: str, who: SignedIn, settings: Any, vault: Vault,
              now: int) -> None:
    """Gửi mã OTP: bound to the ticket and the digest of the draft.

    Raises NotYours, DraftChanged, NumberHeld, TooManyCodes, SealUnavailable, or
    InvalidInput("phone") when there is none.
    """
    row, found = _ready(ticket, digest, who, settings, vault, now)
    if not row.phone_sealed:
        raise InvalidInput("phone")
    otp.send(vault, (row.phone_hash, bytes(row.phone_sealed)), "sign", _subject(ticket, digest),
             now, agreements.short(digest))

    def work() -> None:
        if not agreement_records.note_code(ticket, digest, now):
            raise DraftChanged(ticket)
        audit.append(now, [(who.name, "contract.code", ticket, found.digest)])
    write(work)


def sign_by_code(what: Given, code: str, settings: Any, vault: Vault, now: int) -> None:
    """Ký hợp đồng with the code from the customer's phone, then the seal.

    Raises as `send_code`, and ConsentMissing, WrongCode, CodeExpired. SealUnavailable may also
    come when everything is confirmed: then the seal follows by itself.
    """
    row, found = _ready(what.ticket, what.digest, what.who, settings, vault, now)
    consents = _given(settings, what.agreed)
    otp.confirm(vault, "sign", _subject(what.ticket, what.digest), code, now)
    how = {"method": "otp", "code_sent_at": evidence.iso(found.code_sent_at),
           "officers": [what.who.name]}
    _confirm(row, found, consents | how, settings, vault, now)


def sign_by_hand(what: Given, drawn: str, witness: tuple[str, str], settings: Any,
                 vault: Vault, now: int) -> None:
    """Ký hợp đồng by finger where there is no phone; a second officer witnesses with their own
    (name, password).

    Raises as `sign_by_code`, and InvalidInput("hand", …), InvalidInput("witness") for the same
    officer twice, WrongSignIn.
    """
    row, found = _ready(what.ticket, what.digest, what.who, settings, vault, now)
    if row.phone_sealed:
        raise InvalidInput("hand", "phone")
    consents, lines = _given(settings, what.agreed), strokes.parse(drawn)
    second = signin.vouch(*witness, now)
    if second == what.who.name:
        raise InvalidInput("witness")
    how = {"method": "hand", "strokes": lines, "officers": [what.who.name, second]}
    _confirm(row, found, consents | how, settings, vault, now)


def _ready(ticket: str, digest: str, who: SignedIn, settings: Any, vault: Vault,
           now: int) -> tuple[ContractRequest, Agreement]:
    """The held request and its draft, when it is the one with this digest and may be signed."""
    row, found = contract_files.held(ticket, who), agreement_records.current(ticket)
    if found is None or row.stage != contract_records.DRAFTED or found.digest != digest:
        raise DraftChanged(ticket)
    if _held_back(row, found, now):
        raise NumberHeld(ticket)
    # Nobody is asked to sign what cannot be sealed today.
    sealing.ready(settings, vault, now)
    return row, found


def _given(settings: Any, agreed: Sequence[str]) -> dict:
    """The consents with their text and purpose; raises ConsentMissing naming the first."""
    wanted = agreements.consents(settings)
    for consent in wanted:
        if consent["key"] not in agreed:
            raise ConsentMissing(consent["key"])
    return {"consents": [consent | {"agreed": True} for consent in wanted]}


def _confirm(row: ContractRequest, found: Agreement, how: dict, settings: Any, vault: Vault,
             now: int) -> None:
    told = evidence.compose(row, found, how, vault, now)
    sealed = vault.seal(json.dumps(told, ensure_ascii=False, indent=1),
                        f"evidence:{row.ticket}")

    def work() -> None:
        # Both or neither: the file of the request stands still from here on.
        if not (contract_records.move(row.ticket, (contract_records.DRAFTED,),
                                      contract_records.SEALING)
                and agreement_records.confirm(row.ticket, found.digest, sealed, now)):
            raise AlreadyDecided(row.ticket)
        audit.append(now, [(row.officer, "contract.confirmed", row.ticket,
                            f"{how['method']} {','.join(how['officers'])} {found.digest}")])
    write(work)
    sealing.finish(row.ticket, settings, vault, now)


def shown(ticket: str, who: SignedIn, now: int | None) -> Agreement:
    """The draft, for who holds the request, to be read with the customer; `now`: that it is
    looked at is put on the record. Raises NotYours, AlreadyDecided when there is none."""
    row, found = contract_files.held(ticket, who), agreement_records.current(ticket)
    if found is None or row.stage != contract_records.DRAFTED:
        raise AlreadyDecided(ticket)
    if now is not None:
        write(lambda: audit.append(now, [(who.name, "contract.read", ticket, found.digest)]))
    return found


def _subject(ticket: str, digest: str) -> str:
    return f"{ticket}:{digest}"
