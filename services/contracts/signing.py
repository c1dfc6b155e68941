"""Signing a contract: the customer confirms exactly the draft that they read, by a code or by
hand, and gives the consents; then the company seals it.

A code by text is an "other electronic confirmation" that both sides agree on (Law on Electronic
Transactions 20/2023/QH15), not a digital signature: so the evidence is kept inside the file.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from config import Settings
from db import agreements as agreement_records
from db import audit
from db import contracts as contract_records
from db import customers as customer_records
from db.agreements import Agreement
from db.connection import write
from db.contracts import ContractRequest
from services import clock
from services.context import Context
from services.contracts import agreement_template, agreements, evidence, requests, strokes
from services.contracts.errors import ConsentMissing, DraftChanged, NumberHeld, SealUnavailable
from services.contracts.requests import ContractFile
from services.contracts.seal import sealing
from services.errors import AlreadyDecided, InvalidInput, NotYours
from services.officers import signin
from services.outbox import otp

HOLD_DAYS = 3  # a number changed since is not trusted with a code


class Panel(NamedTuple):
    """What the request page shows of the contract."""

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


class Consent(NamedTuple):
    """What the customer agrees to sign, before the officer who opened the file."""

    file: ContractFile
    digest: str  # of the draft on the page
    agreed: tuple[str, ...]  # keys of the consents ticked


def panel(file: ContractFile, here: Context) -> Panel:
    """The state of a request's contract."""
    row, found = file.row, agreement_records.current(file.ticket)
    if found is not None and (row.stage in contract_records.UNSIGNED
                              and row.stage != contract_records.DRAFTED):
        found = None  # drafted, and then the file was changed
    drafted = found is not None and found.state == agreement_records.DRAFT
    trouble = _trouble(here) if drafted and file.is_held else ""
    ready = drafted and file.is_held and not trouble
    return Panel(
        found, agreement_template.consents(here.settings) if ready else [],
        seal_trouble=trouble, by_hand=not row.phone_sealed,
        can_draft=row.stage in (contract_records.COMPLETE, contract_records.DRAFTED),
        held_back=drafted and _is_held_back(row, found, here.now),
        phone=here.vault.masked_phone(row.phone_sealed),
        owing=found is not None and found.state == agreement_records.SEALING)


def _trouble(here: Context) -> str:
    try:
        agreement_template.read(here.settings.contract_templates)
        sealing.check_ready(here)
    except SealUnavailable as error:
        return str(error)
    return ""


def _is_held_back(row: ContractRequest, found: Agreement | None, now: int) -> bool:
    """The number that a code would go to has taken another's place in the last days."""
    since = now - HOLD_DAYS * clock.DAY
    if not row.phone_sealed or (found is not None and found.released_by):
        return False
    if row.phone_changed_at is not None and row.phone_changed_at > since:
        return True
    return customer_records.phone_registered_since(row.customer_code, row.phone_hash, since)


def release_number(file: ContractFile, digest: str, now: int) -> None:
    """A supervisor has made sure of a changed number. Raises NotYours, DraftChanged."""
    if not file.who.leads:
        raise NotYours(file.ticket)

    def work() -> None:
        if not agreement_records.release_number(file.ticket, digest, file.who.name):
            raise DraftChanged(file.ticket)
        audit.append(now, [(file.who.name, "contract.number", file.ticket, digest)])
    write(work)


def send_code(file: ContractFile, digest: str, here: Context) -> None:
    """Gửi mã OTP: bound to the ticket and the digest of the draft.

    Raises NotYours, DraftChanged, NumberHeld, TooManyCodes, SealUnavailable, or
    InvalidInput("phone") when there is none.
    """
    _ready(file, digest, here)
    phone = requests.phone_of(file.row)
    if phone is None:
        raise InvalidInput("phone")
    otp.send(here.vault, phone, "sign", _subject(file.ticket, digest), here.now,
             agreements.short(digest))

    def work() -> None:
        if not agreement_records.note_code(file.ticket, digest, here.now):
            raise DraftChanged(file.ticket)
        audit.append(here.now, [(file.who.name, "contract.code", file.ticket, digest)])
    write(work)


def sign_by_code(consent: Consent, code: str, here: Context) -> None:
    """Ký hợp đồng with the code from the customer's phone, then the seal.

    Raises as `send_code`, and ConsentMissing, WrongCode, CodeExpired. SealUnavailable may also
    come when everything is confirmed: then the seal follows by itself.
    """
    file = consent.file
    found = _ready(file, consent.digest, here)
    texts = _texts(consent, here.settings)
    otp.confirm(here.vault, "sign", _subject(file.ticket, consent.digest), code, here.now)
    how = {"method": "otp", "code_sent_at": evidence.iso(found.code_sent_at),
           "officers": [file.who.name]}
    _confirm(file, found, texts | how, here)


def sign_by_hand(consent: Consent, drawn: str, witness: tuple[str, str, str],
                 here: Context) -> None:
    """Ký hợp đồng by finger where there is no phone; a second officer witnesses with their own
    (name, password, code of the app).

    Raises as `sign_by_code`, and InvalidInput("hand", …), InvalidInput("witness") for the same
    officer twice, WrongSignIn.
    """
    file = consent.file
    found = _ready(file, consent.digest, here)
    if file.row.phone_sealed:
        raise InvalidInput("hand", "phone")
    texts, lines = _texts(consent, here.settings), strokes.parse(drawn)
    second = signin.vouch(*witness, file.who, here).name
    if second == file.who.name:
        raise InvalidInput("witness")
    how = {"method": "hand", "strokes": lines, "officers": [file.who.name, second]}
    _confirm(file, found, texts | how, here)


def _ready(file: ContractFile, digest: str, here: Context) -> Agreement:
    """The draft of a file that is held, when it is the one with this digest and may be signed."""
    file.need_hold()
    found = agreement_records.current(file.ticket)
    if found is None or file.row.stage != contract_records.DRAFTED or found.digest != digest:
        raise DraftChanged(file.ticket)
    if _is_held_back(file.row, found, here.now):
        raise NumberHeld(file.ticket)
    # Nobody is asked to sign what cannot be sealed today.
    sealing.check_ready(here)
    return found


def _texts(consent: Consent, settings: Settings) -> dict:
    """The consents with their text and purpose; raises ConsentMissing naming the first that is
    not ticked."""
    needed = agreement_template.consents(settings)
    for one in needed:
        if one["key"] not in consent.agreed:
            raise ConsentMissing(one["key"])
    return {"consents": [one | {"agreed": True} for one in needed]}


def _confirm(file: ContractFile, found: Agreement, how: dict, here: Context) -> None:
    composed = evidence.compose(file.row, found, how, here.vault, here.now)
    sealed = here.vault.seal(json.dumps(composed, ensure_ascii=False, indent=1),
                             f"evidence:{file.ticket}")

    def work() -> None:
        # Both or neither: the file of the request stands still from here on.
        if not (contract_records.move(file.ticket, (contract_records.DRAFTED,),
                                      contract_records.SEALING)
                and agreement_records.confirm(file.ticket, found.digest, sealed, here.now)):
            raise AlreadyDecided(file.ticket)
        audit.append(here.now, [(file.row.officer, "contract.confirmed", file.ticket,
                                 f"{how['method']} {','.join(how['officers'])} {found.digest}")])
    write(work)
    sealing.finish(file.ticket, here)


def read_draft(file: ContractFile, now: int) -> Agreement:
    """The draft, to be read with the customer; put on the record. Raises as `find_draft`."""
    found = find_draft(file)
    write(lambda: audit.append(now, [(file.who.name, "contract.read", file.ticket, found.digest)]))
    return found


def find_draft(file: ContractFile) -> Agreement:
    """The draft, for the officer who holds the request. Raises NotYours, or AlreadyDecided when
    there is none."""
    file.need_hold()
    found = agreement_records.current(file.ticket)
    if found is None or file.row.stage != contract_records.DRAFTED:
        raise AlreadyDecided(file.ticket)
    return found


def _subject(ticket: str, digest: str) -> str:
    return f"{ticket}:{digest}"
