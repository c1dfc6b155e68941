"""Tying a telephone to a customer code: by a code to the number on file, or by an officer.

The sender of a text can be forged and anybody can type a code, so a text alone ties nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from db import audit
from db import calls as call_records
from db import customers as customer_records
from db import desk as desk_records
from db.connection import write
from db.customers import Customer
from db.desk import Work
from services.desk import desk
from services.errors import AlreadyDecided, NotYours, UnknownTicket
from services.limits import limits
from services.limits.limits import Asker
from services.notation import tickets
from services.officers.rights import SignedIn
from services.outbox import otp, outbox
from services.privacy import Vault

_PURPOSE = "register"
REFUSED = "refused"  # how a call may end besides kinds.OUTCOMES


class PhoneWish(NamedTuple):
    """A wish to tie a phone, as the officer sees it."""

    work: Work
    customer: Customer | None
    phones: list[tuple[str, str]]  # on file: (masked, source)


def ask_owner(code: str, asker: tuple[str, bytes], vault: Vault, now: int) -> bool:
    """Text a code to the number on file, never to whoever asks; False when there is none.

    Raises TooManyCodes.
    """
    on_file = customer_records.phone_on_file(code)
    if on_file is None:
        return False
    otp.send(vault, on_file, _PURPOSE, _subject(code, asker), now)
    return True


def confirm(code: str, asker: tuple[str, bytes], typed: str, vault: Vault, now: int) -> None:
    """Tie the phone when `typed` is the code that the number on file received. Call inside the
    transaction of the text that brought it; raises WrongCode or CodeExpired."""
    otp.confirm_here(vault, _PURPOSE, _subject(code, asker), typed, now)
    write(lambda: _tie(code, asker, "sms", "otp", vault, now))


def ask_officer(code: str, asker: tuple[str, bytes], now: int, who: Asker | None = None) -> str:
    """Put the wish on the desk and return its ticket; the same wish is the same ticket until
    it is decided. `who`: who is limited, None for nobody. Raises TooManyActs."""
    return write(lambda: _open(code, asker[0]) or _new(code, asker, now, who))


def _open(code: str, phone_hash: str) -> str | None:
    found = call_records.find_registering(code, phone_hash)
    return found.ticket if found else None


def _new(code: str, asker: tuple[str, bytes], now: int, who: Asker | None) -> str:
    customer = customer_records.get(code)
    if who is not None:
        limits.act("call", who._replace(commune=customer.commune_code if customer else ""), now)
    return tickets.with_new_ticket(tickets.CALL, lambda ticket: call_records.add(
        ticket, phone_hash=asker[0], phone_sealed=asker[1], code=code,
        commune_code=customer.commune_code if customer else "", place=call_records.REGISTER,
        channel="sms", created_at=now))


def _subject(code: str, asker: tuple[str, bytes]) -> str:
    return f"{code}:{asker[0]}"


def _tie(code: str, phone: tuple[str, bytes], actor: str, how: str, vault: Vault,
         now: int) -> None:
    """The number that was on file before is told, so that its owner notices a wrong one."""
    before = customer_records.phone_on_file(code)
    if not customer_records.tie(code, phone, now):
        return
    audit.append(now, [(actor, "phone.tied", code, how)])
    if before is not None:
        outbox.queue("phone_added", f"{code}:{phone[0]}:{now}", before,
                     {"code": code, "phone": vault.masked_phone(phone[1])}, now)


def find(ticket: str, who: SignedIn, vault: Vault) -> PhoneWish:
    """The wish under a ticket, for the officer; raises UnknownTicket, also out of reach."""
    work = desk.find(ticket, who)
    if work.place != call_records.REGISTER or not work.phone_sealed:
        raise UnknownTicket(ticket)
    on_file = [(vault.masked_phone(sealed), source)
               for _hash, sealed, source in customer_records.phones_of(work.code)]
    return PhoneWish(work, customer_records.get(work.code), on_file)


def approve(ticket: str, who: SignedIn, vault: Vault, now: int) -> None:
    """The officer has checked the person: the phone is tied, and told so.

    Raises UnknownTicket, NotYours (take the work first) or AlreadyDecided.
    """
    _decide(ticket, who, "helped", vault, now)


def refuse(ticket: str, who: SignedIn, vault: Vault, now: int) -> None:
    """The person could not show who they are; the phone is told. Raises as `approve`."""
    _decide(ticket, who, REFUSED, vault, now)


def _decide(ticket: str, who: SignedIn, outcome: str, vault: Vault, now: int) -> None:
    work = find(ticket, who, vault).work
    if work.officer != who.name:
        raise NotYours(ticket)
    if not write(lambda: _close(work, who, outcome, vault, now)):
        raise AlreadyDecided(ticket)


def _close(work: Work, who: SignedIn, outcome: str, vault: Vault, now: int) -> bool:
    if not desk_records.end(work.ticket, who.name, call_records.DONE, outcome, now):
        return False
    audit.append(now, [(who.name, "call.end", work.ticket, outcome)])
    phone = work.phone_hash, work.phone_sealed or b""
    if outcome == REFUSED:
        outbox.queue("phone_refused", work.ticket, phone,
                     {"code": work.code, "ticket": work.ticket}, now)
        return True
    _tie(work.code, phone, who.name, work.ticket, vault, now)
    outbox.queue("phone_tied", work.ticket, phone, {"code": work.code}, now)
    return True
