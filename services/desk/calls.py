"""Calls for an officer: Gọi cán bộ at the kiosk, GAP by text."""

from __future__ import annotations

from typing import NamedTuple

from db import calls as call_records
from db.connection import write
from services import clock
from services.errors import TooManyActs
from services.limits import limits
from services.limits.limits import Asker
from services.notation import tickets

_AGAIN = 15 * clock.MINUTE  # a second press within this time is the same call
_STAYS = 3 * clock.MINUTE  # so long somebody at a machine stands there without another sign


def raise_call(channel: str, now: int, *, phone: tuple[str, bytes] | None = None,
               commune_code: str = "", code: str = "", place: str = "", kiosk: str = "",
               earlier: str = "", asker: Asker | None = None) -> str:
    """As `raise_or_join`, for whom its ticket is enough."""
    return raise_or_join(channel, now, phone=phone, commune_code=commune_code, code=code,
                         place=place, kiosk=kiosk, earlier=earlier, asker=asker).ticket


class Raised(NamedTuple):
    """A call on the desk; `joined`: somebody else at this machine, or an earlier text, made it."""

    ticket: str
    joined: bool


def raise_or_join(channel: str, now: int, *, phone: tuple[str, bytes] | None = None,
                  commune_code: str = "", code: str = "", place: str = "", kiosk: str = "",
                  earlier: str = "", asker: Asker | None = None) -> Raised:
    """Put a call on the desk and return its ticket. Asking again soon returns the same one, and so
    does a machine or a phone that called too often while one of its calls is open.

    `phone`: (hash, sealed). `code`: customer on the screen. `place`: screen where it was
    pressed. `kiosk`: name of the machine. `earlier`: ticket that the same person at the same
    screen got before, if any. `asker`: who is limited, None for nobody. Raises TooManyActs when
    there is no call to join, except at an enrolled kiosk.
    """
    phone_hash, phone_sealed = phone or ("", None)
    values = {"phone_hash": phone_hash, "phone_sealed": phone_sealed, "channel": channel,
              "commune_code": commune_code, "code": code, "place": place, "kiosk": kiosk,
              "created_at": now, "here_until": now + _STAYS if channel == "kiosk" else None,
              "machine": asker.device if asker else ""}
    return write(lambda: _open_call(channel, phone, earlier, now) or _new_call(values, asker, now))


def _new_call(values: dict, asker: Asker | None, now: int) -> Raised:
    try:
        write(lambda: limits.act("call", asker, now))
    except TooManyActs:
        found = call_records.newest_open(values["machine"], values["phone_hash"])
        if found is not None:
            return Raised(found.ticket, True)
        if asker is None or not asker.ours:
            raise
        # Officers have ended each call of this kiosk: whoever stands there now is helped too.
    return Raised(tickets.with_new_ticket(
        tickets.CALL, lambda ticket: call_records.add(ticket, **values)), False)


class Turn(NamedTuple):
    """How a call stands: open with so many before it, taken by an officer, or done."""

    state: str
    before: int
    officer: str = ""  # who has it, or had it


def turn(ticket: str) -> Turn | None:
    """Whose turn it is; calls of the same commune, and those of none, stand in one queue."""
    call = call_records.get(ticket)
    if call is None:
        return None
    is_open = call.state == call_records.OPEN
    return Turn(call.state, call_records.count_ahead(call) if is_open else 0, call.officer)


def is_taken(ticket: str) -> bool:
    """True while an officer has the call."""
    call = call_records.get(ticket)
    return call is not None and call.state == call_records.TAKEN


def stay(ticket: str, until: int) -> None:
    """Whoever called with this ticket ("" for nobody) is at the machine, until then without
    another sign (ms). Call inside `write`, together with the visit's own life."""
    if ticket:
        call_records.stay(ticket, until)


def leave(ticket: str) -> None:
    """Whoever called has left the machine: the call stays, and sinks on the desk."""
    stay(ticket, 0)


def withdraw(ticket: str, now: int) -> bool:
    """The person pressed by mistake. True when the call was still waiting."""
    return write(lambda: call_records.withdraw(ticket, now))


def _open_call(channel: str, phone: tuple[str, bytes] | None, earlier: str,
               now: int) -> Raised | None:
    if not phone and not earlier:
        return None
    found = call_records.find_recent(channel, now - _AGAIN, ticket=earlier,
                                     phone_hash=phone[0] if phone else "")
    return Raised(found.ticket, True) if found else None
