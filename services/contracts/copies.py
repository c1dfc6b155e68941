"""Copies of a signed contract: the file, on paper, and the links to it as officers see them."""

from __future__ import annotations

from typing import Any, NamedTuple

from db import agreements as agreement_records
from db import audit
from db import handover as handover_records
from db.agreements import Agreement
from db.connection import write
from db.handover import ContractCopy, ContractLink
from services import clock
from services.contracts import agreements, handover, requests
from services.contracts.handover import Opening
from services.contracts.seal import sealing
from services.desk import desk
from services.errors import AlreadyDecided, InvalidInput, LinkGone, NotYours
from services.officers.rights import SignedIn
from services.privacy import Vault

MOST_TEXTS_A_DAY = 3  # links by text, a contract
MOST_AT_KIOSKS_A_DAY = 5


class Given(NamedTuple):
    """How a signed contract was handed over so far."""

    link: ContractLink | None  # the newest that still opens
    opened: int  # times the file was taken through any link
    copies: int  # printed
    last: ContractCopy | None


def given(ticket: str, now: int) -> Given:
    """For the page of a request."""
    links = handover_records.links(ticket)
    live = [link for link in links if link.revoked_at is None and link.expires_at > now
            and link.tries < handover.MOST_TRIES]
    copies, last = handover_records.last_copy(ticket)
    return Given(live[0] if live else None, sum(link.opened for link in links), copies, last)


def seen(ticket: str, who: SignedIn, now: int) -> Given:
    """As `given`; raises as `download`."""
    _signed(ticket, who)
    return given(ticket, now)


def download(ticket: str, who: SignedIn, settings: Any, vault: Vault, now: int) -> bytes:
    """The signed contract, on the record; for who holds the request, or leads.

    Raises UnknownTicket, NotYours, AlreadyDecided when it is not signed; OSError or InvalidTag
    for a file lost or changed.
    """
    found = _signed(ticket, who)
    write(lambda: audit.append(now, [(who.name, "contract.copy", ticket, "")]))
    return sealing.read(found, settings, vault)


def note_print(ticket: str, who: SignedIn, settings: Any, vault: Vault, now: int) -> None:
    """In bản giấy: who printed it and when. Raises as `download`, before anything is noted."""
    sealing.read(_signed(ticket, who), settings, vault)

    def work() -> None:
        ContractCopy.create(ticket=ticket, officer=who.name, at=now)
        audit.append(now, [(who.name, "contract.print", ticket, "")])
    write(work)


def share(ticket: str, who: SignedIn, settings: Any, now: int) -> str:
    """A new link to be shown as a QR code at the desk; returns its address. Raises as
    `download`."""
    _signed(ticket, who)
    token = write(lambda: handover.make(ticket, "desk", who.name, settings.contract_link_days,
                                        now))
    return handover.address(settings, token)


def share_at_kiosk(ticket: str, settings: Any, now: int) -> str:
    """As `share`, for a customer who has proved at a kiosk to be the one who signed. Raises
    AlreadyDecided when it is not signed, InvalidInput("link", "often")."""
    _current(ticket)

    def work() -> str:
        if handover_records.count_since(ticket, "kiosk", now - clock.DAY) >= MOST_AT_KIOSKS_A_DAY:
            raise InvalidInput("link", "often")
        return handover.make(ticket, "kiosk", "kiosk", settings.contract_link_days, now)
    return handover.address(settings, write(work))


def text_again(ticket: str, who: SignedIn, settings: Any, vault: Vault, now: int) -> None:
    """Text a new link; those before no longer open. Raises as `download`, and
    InvalidInput("link", "nobody" or "often")."""
    _signed(ticket, who)
    row = requests.status(ticket)
    if not row.phone_sealed:
        raise InvalidInput("link", "nobody")

    def work() -> None:
        if handover_records.count_since(ticket, "text", now - clock.DAY) >= MOST_TEXTS_A_DAY:
            raise InvalidInput("link", "often")
        handover_records.revoke(ticket, now)
        handover.text(row, who.name, settings, vault, now)
    write(work)


def revoke(ticket: str, who: SignedIn, now: int) -> None:
    """Thu hồi: no link opens this contract any more. Raises as `download`."""
    _signed(ticket, who)

    def work() -> bool:
        gone = handover_records.revoke(ticket, now)
        if gone:
            audit.append(now, [(who.name, "contract.link.revoked", ticket, str(gone))])
        return bool(gone)
    if not write(work):
        raise AlreadyDecided(ticket)


def through(link: Opening, settings: Any, vault: Vault, now: int) -> bytes:
    """The file, through a link whose second proof was given; on the record.

    Raises LinkGone("revoked") when it was taken back meanwhile; OSError or InvalidTag.
    """
    data = sealing.read(_current(link.ticket), settings, vault)

    def work() -> bool:
        opens = handover_records.note_opened(link.token_hash, now)
        if opens:
            audit.append(now, [(handover.BY_LINK, "contract.copy", link.ticket, "")])
        return opens
    if not write(work):
        raise LinkGone("revoked")
    return data


def has_words(ticket: str) -> bool:
    """The contract was drafted since its words are kept as text."""
    return _current(ticket).clauses_sealed is not None


def words(link: Opening, vault: Vault, now: int) -> tuple[dict, str]:
    """(what `agreements.told` gave, the short digest) through a link whose second proof was given;
    on the record."""
    found = _current(link.ticket)
    write(lambda: audit.append(now, [(handover.BY_LINK, "contract.read", link.ticket, "")]))
    return agreements.clauses(found, vault), agreements.short(found.digest)


def _signed(ticket: str, who: SignedIn) -> Agreement:
    work = desk.find(ticket, who)
    if work.officer != who.name and not who.leads:
        raise NotYours(ticket)
    return _current(ticket)


def _current(ticket: str) -> Agreement:
    found = agreement_records.current(ticket)
    if found is None or found.state != agreement_records.SIGNED:
        raise AlreadyDecided(ticket)
    return found
