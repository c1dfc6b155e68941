"""Sending stops and goes on: a switch that every worker asks before each text.

While it is off, no queued text begins its way to a carrier (`db/outbox/outbox.py: begin`), whatever
the gateway, and no reminders are queued. What waits keeps its own life (`outbox.LIFETIME`): a text
that is too old when sending goes on is dropped. An answer in the same breath to who texts us now is
no queued text, and goes.

A restored database is a copy of the past, perhaps on a machine for trying: it begins paused.
"""

from __future__ import annotations

from db import audit, house_state
from db.connection import write
from db.house_state import PAUSED
from services import clock
from services.errors import Unavailable

BY_HAND, RESTORED = "by hand", "restored"


class SendingPaused(Unavailable):
    """No text leaves until somebody says so; the message says since when."""


def since() -> house_state.State | None:
    """Since when sending is paused and why, or None while it is not."""
    return house_state.get(PAUSED)


def since_when(state: house_state.State) -> str:
    """When a pause began, for a line in a terminal: local time."""
    return f"{clock.local(state.at):%Y-%m-%d %H:%M}"


def pause(actor: str, now: int) -> bool:
    """Nothing is sent from now on; False when sending was paused before."""
    def both() -> bool:
        return house_state.note(PAUSED, BY_HAND, now) and _record(actor, "sms.pause", BY_HAND, now)
    return write(both)


def resume(actor: str, now: int) -> bool:
    """Sending goes on; False when it was not paused."""
    def both() -> bool:
        return house_state.drop(PAUSED) and _record(actor, "sms.resume", "", now)
    return write(both)


def arriving(now: int) -> list[tuple[str, tuple]]:
    """The statements by which a restored database begins paused."""
    return house_state.noting(PAUSED, RESTORED, now)


def note_restore(now: int) -> None:
    """That a restore paused sending, on the record."""
    write(lambda: _record("terminal", "sms.pause", RESTORED, now))


def _record(actor: str, action: str, why: str, now: int) -> bool:
    return audit.append(now, [(actor, action, "sms", why)]) == 1
