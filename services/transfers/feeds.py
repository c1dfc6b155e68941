"""What the feeds tell (Casso, SePay, payOS): recorded whatever it is, since it came signed."""

from __future__ import annotations

from collections.abc import Set

from services import clock
from services.notation import values
from services.privacy import Vault
from services.transfers import credits, incoming
from services.transfers.doubts import UNREADABLE
from services.transfers.incoming import Incoming

_AHEAD, _BACK = 15 * clock.MINUTE, 400 * clock.DAY  # a moment further off cannot be


def record(told: Incoming, ours: Set[str], vault: Vault, now: int) -> None:
    """One movement. `ours`: our accounts, where they were named; money on another one waits for an
    officer. Raises IdempotencyConflict."""
    if not now - _BACK <= told.paid_at <= now + _AHEAD:
        told = told._replace(paid_at=now)
    account = incoming.place(told)
    if ours and incoming.is_place(account) and account not in ours:
        told = told._replace(why="account")
    credits.record(told, vault, now)


def record_unreadable(source: str, title: str, body: str, digest: str, vault: Vault,
                      now: int) -> None:
    """A movement of which amount or number cannot be read: nothing is counted, an officer sees
    what it says."""
    credits.record(Incoming(source, title, f"m{digest[:40]}", 0, values.text(body, 1000), now,
                            digest, why=UNREADABLE), vault, now)
