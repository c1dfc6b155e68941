"""Requests for assisted contract signing, and the file of one as an officer opened it."""

from __future__ import annotations

from typing import NamedTuple

from db import agreements as agreement_records
from db import contracts as contract_records
from db import reference
from db.contracts import ContractRequest
from services.desk import desk
from services.errors import InvalidInput, NotYours, UnknownTicket
from services.limits import limits
from services.limits.limits import Asker
from services.notation import tickets
from services.officers import second_person
from services.officers.rights import SignedIn
from services.outbox import outbox

# When an officer may meet the customer; the texts stand in the templates.
WHEN = ("morning", "afternoon", "any")
PURPOSES = ("household", "production", "business", "public")
# New supply, change of holder, an old paper contract signed anew, change of purpose, change of
# the households on the meter.
KINDS = ("new", "holder", "resign", "purpose", "households")
CASES = ("owner", "tenant", "shared")
_NAME_MOST = 60


class Wish(NamedTuple):
    """What somebody says when they ask for a contract. Phone: (hash, sealed) or None."""

    name: str
    phone: tuple[str, bytes] | None
    commune_code: str
    meet_when: str
    channel: str  # kiosk, sms, desk
    purpose: str = "household"
    kind: str = "new"
    customer_code: str = ""


def request(wish: Wish, now: int, asker: Asker | None = None) -> str:
    """Record the wish and return its ticket; the phone, if any, is texted the ticket, unless
    others caused enough texts to it (`is_texted`).

    `asker`: who is limited, None for nobody. Raises InvalidInput naming the field, or
    TooManyActs. A request by SMS gets its ticket in the reply,
    so no second message is queued for it.
    """
    wish = wish._replace(name=clean_name(wish.name))
    _check(wish)
    return tickets.with_new_ticket(
        tickets.REQUEST, lambda ticket: _record(wish, ticket, now, asker))


def clean_name(text: str) -> str:
    """A person's name with single spaces; raises InvalidInput when it can't be one."""
    name = " ".join(text.split())
    letters = [c for c in name if c.isalpha()]
    if not 2 <= len(name) <= _NAME_MOST or len(letters) < 2 or any(c.isdigit() for c in name):
        raise InvalidInput("name")
    if not all(c.isalpha() or c in " .'-" for c in name):
        raise InvalidInput("name")
    return name


def _check(wish: Wish) -> None:
    if wish.commune_code not in reference.communes():
        raise InvalidInput("commune")
    if wish.meet_when not in WHEN:
        raise InvalidInput("when")
    if wish.purpose not in PURPOSES:
        raise InvalidInput("purpose")
    if wish.kind not in KINDS:
        raise InvalidInput("kind")


def _record(wish: Wish, ticket: str, now: int, asker: Asker | None) -> None:
    limits.act("request", asker, now)
    phone_hash, phone_sealed = wish.phone or ("", None)
    contract_records.add(
        ticket, name=wish.name, phone_hash=phone_hash, phone_sealed=phone_sealed,
        commune_code=wish.commune_code, kind=wish.kind, purpose=wish.purpose,
        customer_code=wish.customer_code, meet_when=wish.meet_when, channel=wish.channel,
        created_at=now)
    if wish.phone and wish.channel != "sms" and (
            asker is None or limits.may_text(phone_hash, now)):
        outbox.queue("ticket", ticket, wish.phone, {"ticket": ticket}, now)


def is_texted(ticket: str) -> bool:
    """The ticket was texted to the phone on the request, or is about to be."""
    return outbox.is_queued("ticket", ticket)


def status(ticket: str) -> ContractRequest:
    """The request behind a ticket; raises UnknownTicket."""
    found = contract_records.get(ticket)
    if found is None:
        raise UnknownTicket(ticket)
    return found


def phone_of(row: ContractRequest) -> tuple[str, bytes] | None:
    """(hash, sealed) of the number on the request, or None."""
    return (row.phone_hash, bytes(row.phone_sealed)) if row.phone_sealed else None


class ContractFile(NamedTuple):
    """The file of a request, read once at the door, and the officer who works on it.

    What was read may be old by the time something is written: each change is a conditional
    update, and its row count says whether the file still was as it is here.
    """

    ticket: str
    row: ContractRequest
    who: SignedIn
    is_held: bool  # by this officer, who may then work on it

    def need_hold(self) -> None:
        """Raises NotYours unless the officer holds the request."""
        if not self.is_held:
            raise NotYours(self.ticket)

    def need_responsible(self) -> None:
        """Raises NotYours unless the officer answers for the request, also after its end."""
        if not self.who.answers_for(self.row.officer):
            raise NotYours(self.ticket)


def may_approve(file: ContractFile) -> bool:
    """The file waits for a second officer, and this one may be it."""
    if file.row.stage != contract_records.TO_APPROVE:
        return False
    found = agreement_records.current(file.ticket)
    return found is not None and second_person.may(second_person.SEAL, found.confirmed_by,
                                                   file.who)


def may_look(file: ContractFile) -> bool:
    """Photographs are for who holds the file or leads, and for the second officer."""
    return file.is_held or file.who.leads or may_approve(file)


def open_file(ticket: str, who: SignedIn) -> ContractFile:
    """The file of a request; raises UnknownTicket, also for what is out of the officer's reach."""
    row = contract_records.get(ticket)
    if row is None or not desk.is_within_reach(row, who):
        raise UnknownTicket(ticket)
    return ContractFile(ticket, row, who, desk.holds(row, who))
