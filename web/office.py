"""What the doors carry downstairs: the settings, the vault and the clock of this app."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

from flask import current_app

from config import ConfigError, Settings
from services.context import Context
from services.privacy import Vault


@dataclasses.dataclass
class Office:
    """One per app, made at start-up. What a command may do without is got when it is asked for."""

    settings: Settings
    now: Callable[[], int]  # UTC epoch milliseconds
    records_open: bool = False

    @functools.cached_property
    def vault(self) -> Vault:
        """Seals and opens with DATA_KEY."""
        return Vault(self.settings.data_key)

    def open_records(self, serving: bool = False) -> None:
        """Bind the record room to DATABASE_URL; twice is once. Who is `serving` waits for no
        statement longer than DATABASE_TIMEOUT_S; a command's may take its time."""
        if self.records_open:
            return
        # loaded where it is used: docs/decisions/0006-rooms.md
        from db import audit, connection, disk
        from db.engines import Timeouts
        from services import sealed_files
        from services.officers import audit_trail

        wait_s = self.settings.database_timeout_s
        connection.init(self.settings.database_url, Timeouts(wait_s, wait_s if serving else None))
        audit.use_key(audit_trail.key_of(self.settings))
        disk.close_to_others(sealed_files.folder(self.settings), *connection.sqlite_files())
        self.records_open = True

    def context(self) -> Context:
        """What a service is handed for one call; the clock is read here."""
        return Context(self.settings, self.vault, self.now())


class Closed:
    """The office of a command whose settings are bad: `--help` works, all else hears why."""

    def __init__(self, why: str):
        self.why = why

    def open_records(self) -> None:
        """Raises ConfigError."""
        raise ConfigError(self.why)


def office() -> Office:
    """The office of the app that is answering."""
    return current_app.extensions["office"]
