"""Calls for an officer: Gọi cán bộ at the kiosk, GAP by text."""

from __future__ import annotations

from db import calls
from db.calls import Call
from db.connection import write
from services import clock, tickets

_AGAIN = 15 * clock.MINUTE  # a second press within this time is the same call


def raise_call(channel: str, now: int, *, phone: tuple[str, bytes] | None = None,
               commune_code: str = "", code: str = "", place: str = "") -> str:
    """Put a call on the desk and return its ticket. Asking again soon returns the same one.

    `phone`: (hash, sealed). `code`: customer on the screen. `place`: where it was pressed.
    """
    return write(lambda: _open_call(channel, phone, place, now)
                 or _new_call(channel, now, phone, commune_code, code, place))


def _open_call(channel: str, phone: tuple[str, bytes] | None, place: str, now: int) -> str | None:
    who = Call.phone_hash == phone[0] if phone else Call.place == place
    if not phone and not place:
        return None
    found = Call.get_or_none(who, Call.channel == channel, Call.state == calls.OPEN,
                             Call.created_at > now - _AGAIN)
    return found.ticket if found else None


def _new_call(channel: str, now: int, phone: tuple[str, bytes] | None, commune_code: str,
              code: str, place: str) -> str:
    phone_hash, phone_sealed = phone or ("", None)
    return tickets.with_new_ticket("GAP", lambda ticket: Call.create(
        ticket=ticket, phone_hash=phone_hash, phone_sealed=phone_sealed,
        commune_code=commune_code, code=code, place=place, channel=channel, created_at=now))
