"""What the doors carry downstairs: the settings, the vault and the clock of this app."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import current_app

from config import Settings
from services.context import Context
from services.privacy import Vault


class Office(NamedTuple):
    """One per app, made at start-up."""

    settings: Settings
    vault: Vault
    now: Callable[[], int]  # UTC epoch milliseconds

    def context(self) -> Context:
        """What a service is handed for one call; the clock is read here."""
        return Context(self.settings, self.vault, self.now())


def office() -> Office:
    """The office of the app that is answering."""
    return current_app.extensions["office"]
