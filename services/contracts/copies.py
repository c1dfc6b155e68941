"""Copies of a signed contract: as a file, on paper, and by the links that officers hand out."""

from __future__ import annotations

from typing import NamedTuple

from config import Settings
from db import agreements as agreement_records
from db import audit
from db import handover as handover_records
from db.agreements import Agreement
from db.connection import write
from db.handover import ContractCopy, ContractLink
from services import clock
from services.context import Context
from services.contracts import agreements, handover
from services.contracts.errors import LinkGone
from services.contracts.handover import Opening
from services.contracts.requests import ContractFile
from services.contracts.seal import sealing
from services.errors import AlreadyDecided, InvalidInput
from services.limits import limits, rules
from services.privacy import Vault


class HandedOver(NamedTuple):
    """How a signed contract was handed over so far."""

    link: ContractLink | None  # the newest that still opens
    opened: int  # times the file was downloaded, over all links
    copies: int  # printed
    last: ContractCopy | None


def tally(ticket: str, now: int) -> HandedOver:
    """How a contract was handed over so far."""
    links = handover_records.links(ticket)
    live = [link for link in links if link.revoked_at is None and link.expires_at > now
            and link.tries < handover.MOST_TRIES]
    copies, last = handover_records.last_copy(ticket)
    return HandedOver(live[0] if live else None, sum(link.opened for link in links), copies, last)


def tally_for_officer(file: ContractFile, now: int) -> HandedOver:
    """As `tally`; raises as `download`."""
    _need_signed(file)
    return tally(file.ticket, now)


def download(file: ContractFile, here: Context) -> bytes:
    """The signed contract, for whoever answers for the request; noted in the audit trail.

    Raises NotYours, AlreadyDecided when it is not signed; OSError or InvalidTag for a file lost
    or changed.
    """
    found = _need_signed(file)
    write(lambda: audit.append(here.now, [(file.who.name, "contract.copy", file.ticket, "")]))
    return sealing.read(found, here.settings, here.vault)


def note_print(file: ContractFile, here: Context) -> None:
    """In bản giấy: who printed it and when. Raises as `download`, before anything is noted."""
    sealing.read(_need_signed(file), here.settings, here.vault)

    def work() -> None:
        handover_records.add_copy(file.ticket, file.who.name, here.now)
        audit.append(here.now, [(file.who.name, "contract.print", file.ticket, "")])
    write(work)


def share(file: ContractFile, settings: Settings, now: int) -> str:
    """A new link to be shown as a QR code at the desk; returns its address. Raises as
    `download`."""
    _need_signed(file)
    token = write(lambda: handover.make(file.ticket, "desk", file.who.name,
                                        settings.contract_link_days, now))
    return handover.address(settings, token)


def share_at_kiosk(ticket: str, settings: Settings, now: int) -> str:
    """As `share`, for a customer who has proved at a kiosk that they are the signer. Raises
    AlreadyDecided when it is not signed, InvalidInput("link", "often")."""
    _signed(ticket)

    def work() -> str:
        if handover_records.count_since(ticket, "kiosk", now - clock.DAY) >= rules.most(
                "copy_kiosk.ticket"):
            limits.refuse("copy_kiosk.ticket", ticket, now)
            raise InvalidInput("link", "often")
        return handover.make(ticket, "kiosk", "kiosk", settings.contract_link_days, now)
    return handover.address(settings, write(work))


def text_again(file: ContractFile, here: Context) -> None:
    """Text a new link; earlier ones no longer open. Raises as `download`, and
    InvalidInput("link", "nobody" or "often")."""
    _need_signed(file)
    if not file.row.phone_sealed:
        raise InvalidInput("link", "nobody")
    yesterday = here.now - clock.DAY

    def work() -> None:
        if handover_records.count_since(file.ticket, "text", yesterday) >= rules.most(
                "copy_text.ticket"):
            limits.refuse("copy_text.ticket", file.ticket, here.now)
            raise InvalidInput("link", "often")
        handover_records.revoke(file.ticket, here.now)
        handover.text_link(file.row, file.who.name, here)
    write(work)


def revoke(file: ContractFile, now: int) -> None:
    """Thu hồi: no link opens this contract any more. Raises as `download`."""
    _need_signed(file)

    def work() -> bool:
        gone = handover_records.revoke(file.ticket, now)
        if gone:
            audit.append(now, [(file.who.name, "contract.link.revoked", file.ticket, str(gone))])
        return bool(gone)
    if not write(work):
        raise AlreadyDecided(file.ticket)


def take_by_link(link: Opening, here: Context) -> bytes:
    """The file, through a link whose second proof was given; on the record.

    Raises LinkGone("revoked") when it was taken back meanwhile; OSError or InvalidTag.
    """
    data = sealing.read(_signed(link.ticket), here.settings, here.vault)

    def work() -> bool:
        opens = handover_records.note_opened(link.token_hash, here.now)
        if opens:
            audit.append(here.now, [(handover.BY_LINK, "contract.copy", link.ticket, "")])
        return opens
    if not write(work):
        raise LinkGone("revoked")
    return data


def has_words(ticket: str) -> bool:
    """The contract's words were kept as text when it was drafted; older drafts have none."""
    return _signed(ticket).clauses_sealed is not None


def read_by_link(link: Opening, vault: Vault, now: int) -> tuple[dict, str]:
    """(what `agreement_template.transcribe` gave, the short digest), through a link whose second
    proof was given; on the record."""
    found = _signed(link.ticket)
    write(lambda: audit.append(now, [(handover.BY_LINK, "contract.read", link.ticket, "")]))
    return agreements.clauses(found, vault), agreements.short(found.digest)


def _need_signed(file: ContractFile) -> Agreement:
    file.need_responsible()
    return _signed(file.ticket)


def _signed(ticket: str) -> Agreement:
    found = agreement_records.current(ticket)
    if found is None or found.state != agreement_records.SIGNED:
        raise AlreadyDecided(ticket)
    return found
