"""Signing a contract: the customer confirms exactly the draft that they read, by a code or by
hand, and gives the consents; then the company seals it.

A code by text is an "other electronic confirmation" that both sides agree on (Law on Electronic
Transactions 20/2023/QH15), not a digital signature: so the evidence is kept inside the file.
"""

from __future__ import annotations

from typing import NamedTuple

from config import Settings
from db import agreements as agreement_records
from db import audit
from db import contracts as contract_records
from db.agreements import Agreement
from db.connection import write
from services.context import Context
from services.contracts import (
    agreement_template,
    agreements,
    evidence,
    requests,
    strokes,
)
from services.contracts.errors import ConsentMissing, DraftChanged, SealUnavailable
from services.contracts.requests import ContractFile
from services.contracts.seal import on_file, sealing
from services.errors import AlreadyDecided, InvalidInput
from services.officers import second_person, signin
from services.outbox import otp

# (stage of the request, state of the agreement) once the customer has confirmed, by whether the
# number is trusted.
_NEXT = {True: (contract_records.SEALING, agreement_records.SEALING),
         False: (contract_records.TO_APPROVE, agreement_records.WAITING)}


class Panel(NamedTuple):
    """What the request page shows of the contract."""

    agreement: Agreement | None
    consents: list[dict]
    can_draft: bool
    by_hand: bool  # there is no phone to send a code to
    needs_second: bool  # a second officer will have to agree to the seal
    phone: str  # masked
    seal_trouble: str  # key of SealUnavailable, "" when the seal is ready
    owing: bool  # confirmed, the seal is still to come
    waiting: bool  # confirmed, a second officer must agree to the seal
    may_approve: bool  # and this officer may be the one
    refusal: tuple[str, str] | None  # (who, why): the draft before was not agreed to
    days: int = on_file.DAYS

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
        can_draft=row.stage in (contract_records.COMPLETE, contract_records.DRAFTED),
        by_hand=not row.phone_sealed, needs_second=on_file.trusted_since(row, here.now) is None,
        phone=here.vault.masked_phone(row.phone_sealed), seal_trouble=trouble,
        owing=found is not None and found.state == agreement_records.SEALING,
        waiting=row.stage == contract_records.TO_APPROVE,
        may_approve=requests.may_approve(file),
        refusal=agreement_records.last_refusal(file.ticket) if found is None else None)


def _trouble(here: Context) -> str:
    try:
        agreement_template.read(here.settings.contract_templates)
        sealing.check_ready(here)
    except SealUnavailable as error:
        return str(error)
    return ""


def send_code(file: ContractFile, digest: str, here: Context) -> None:
    """Gửi mã OTP: bound to the ticket and the digest of the draft.

    Raises NotYours, DraftChanged, TooManyCodes, SealUnavailable, or
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
    """Ký hợp đồng with the code from the customer's phone; then the seal, or, where the number is
    not long enough on file for this customer, a second officer's word.

    Raises as `send_code`, and ConsentMissing, WrongCode, CodeExpired. SealUnavailable may also
    come when everything is confirmed: then the seal follows by itself.
    """
    file = consent.file
    found = _ready(file, consent.digest, here)
    texts = _texts(consent, here.settings)
    otp.confirm(here.vault, "sign", _subject(file.ticket, consent.digest), code, here.now)
    since = on_file.trusted_since(file.row, here.now)
    how = {"method": "otp", "code_sent_at": evidence.iso(found.code_sent_at),
           "number_on_file_since": evidence.iso(since), "officers": [file.who.name]}
    _confirm(file, found, texts | how, since is not None, here)


def sign_by_hand(consent: Consent, drawn: str, witness: tuple[str, str, str],
                 here: Context) -> None:
    """Ký hợp đồng by finger where there is no phone; a second officer witnesses with their own
    (name, password, code of the app). The seal waits for a second officer's word.

    Raises as `sign_by_code`, and InvalidInput("hand", …), SamePerson or NotYours for a witness who
    may not be one, WrongSignIn.
    """
    file = consent.file
    found = _ready(file, consent.digest, here)
    if file.row.phone_sealed:
        raise InvalidInput("hand", "phone")
    texts, lines = _texts(consent, here.settings), strokes.parse(drawn)
    second = signin.vouch(*witness, file.who, here)
    second_person.need(second_person.WITNESS, file.who.name, second, file.ticket, here.now)
    how = {"method": "hand", "strokes": lines, "officers": [file.who.name, second.name]}
    _confirm(file, found, texts | how, False, here)


def _ready(file: ContractFile, digest: str, here: Context) -> Agreement:
    """The draft of a file that is held, when it is the one with this digest and may be signed."""
    file.need_hold()
    found = agreement_records.current(file.ticket)
    if found is None or file.row.stage != contract_records.DRAFTED or found.digest != digest:
        raise DraftChanged(file.ticket)
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


def _confirm(file: ContractFile, found: Agreement, how: dict, trusted: bool,
             here: Context) -> None:
    composed = evidence.compose(file.row, found, how, here.vault, here.now)
    sealed = evidence.seal(composed, file.ticket, here.vault)
    stage, state = _NEXT[trusted]

    def work() -> None:
        # Both or neither: the file of the request stands still from here on.
        if not (contract_records.move(file.ticket, (contract_records.DRAFTED,), stage)
                and agreement_records.confirm(file.ticket, found.digest, state, sealed,
                                              file.who.name, here.now)):
            raise AlreadyDecided(file.ticket)
        on_file.tell(file.row, here.vault, here.now)
        audit.append(here.now, [(file.row.officer, "contract.confirmed", file.ticket,
                                 f"{how['method']} {','.join(how['officers'])} {found.digest}")])
    write(work)
    if trusted:
        sealing.finish(file.ticket, here)


def read_draft(file: ContractFile, now: int) -> Agreement:
    """The draft, to be read with the customer, or before agreeing to it; put on the record.
    Raises as `find_draft`."""
    found = find_draft(file)
    write(lambda: audit.append(now, [(file.who.name, "contract.read", file.ticket, found.digest)]))
    return found


def find_draft(file: ContractFile) -> Agreement:
    """The draft, for the officer who holds the request; what the customer has signed and nobody
    has sealed yet also for a second one. Raises NotYours, or AlreadyDecided when there is none."""
    if not requests.may_approve(file):
        file.need_hold()
    found = agreement_records.current(file.ticket)
    if found is None or file.row.stage not in (contract_records.DRAFTED,
                                               contract_records.TO_APPROVE):
        raise AlreadyDecided(file.ticket)
    return found


def _subject(ticket: str, digest: str) -> str:
    return f"{ticket}:{digest}"
