"""Calls for an officer: Gọi cán bộ at the kiosk, GAP by text."""

from __future__ import annotations

from typing import NamedTuple

from db import calls as call_records
from db.calls import Call
from db.connection import write
from services import clock
from services.notation import tickets

_AGAIN = 15 * clock.MINUTE  # a second press within this time is the same call


def raise_call(channel: str, now: int, *, phone: tuple[str, bytes] | None = None,
               commune_code: str = "", code: str = "", place: str = "",
               earlier: str = "") -> str:
    """Put a call on the desk and return its ticket. Asking again soon returns the same one.

    `phone`: (hash, sealed). `code`: customer on the screen. `place`: screen where it was
    pressed. `earlier`: ticket that the same person at the same screen got before, if any.
    """
    return write(lambda: _open_call(channel, phone, earlier, now)
                 or _new_call(channel, now, phone, commune_code, code, place))


class Turn(NamedTuple):
    """How a call stands: open with so many before it, taken, or done."""

    state: str
    before: int


def turn(ticket: str) -> Turn | None:
    """Whose turn it is; calls of the same commune, and those of none, stand in one queue."""
    call = Call.get_or_none(Call.ticket == ticket)
    if call is None:
        return None
    before = Call.select().where(
        Call.state == call_records.OPEN, Call.commune_code.in_({"", call.commune_code}),
        (Call.created_at < call.created_at)
        | ((Call.created_at == call.created_at) & (Call.ticket < call.ticket))).count()
    return Turn(call.state, before if call.state == call_records.OPEN else 0)


def withdraw(ticket: str, now: int) -> bool:
    """The person pressed by mistake. True when the call was still waiting."""
    return write(lambda: Call.update(state=call_records.DONE, outcome="withdrawn",
                                     done_at=now).where(
        Call.ticket == ticket, Call.state == call_records.OPEN).execute()) == 1


def _open_call(channel: str, phone: tuple[str, bytes] | None, earlier: str,
               now: int) -> str | None:
    if not phone and not earlier:
        return None
    who = Call.phone_hash == phone[0] if phone else Call.ticket == earlier
    found = Call.get_or_none(who, Call.channel == channel, Call.state != call_records.DONE,
                             Call.created_at > now - _AGAIN)
    return found.ticket if found else None


def _new_call(channel: str, now: int, phone: tuple[str, bytes] | None, commune_code: str,
              code: str, place: str) -> str:
    phone_hash, phone_sealed = phone or ("", None)
    return tickets.with_new_ticket("GAP", lambda ticket: Call.create(
        ticket=ticket, phone_hash=phone_hash, phone_sealed=phone_sealed,
        commune_code=commune_code, code=code, place=place, channel=channel, created_at=now))
