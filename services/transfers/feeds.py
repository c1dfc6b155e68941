"""What the feeds tell (Casso, SePay, payOS): recorded whatever it is, since it came signed."""

from __future__ import annotations

from collections.abc import Set

from services.privacy import Vault
from services.transfers import credits, incoming
from services.transfers.incoming import Incoming


def record(told: Incoming, ours: Set[str], vault: Vault, now: int) -> None:
    """One movement. `ours`: our accounts, where they were named; money on another one waits for an
    officer. Raises IdempotencyConflict."""
    account = incoming.place(told)
    if ours and incoming.is_place(account) and account not in ours:
        told = told._replace(why="account")
    credits.record(told, vault, now)
