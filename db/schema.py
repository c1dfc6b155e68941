"""Bringing the database to the newest schema, safely by two at once."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from playhouse.migrations import Runner

from db import connection

FOLDER = Path(__file__).parent / "migrations"
_LOCK_NUMBER = 4_181_004  # any number, the same for all of us


def migrate() -> list[str]:
    """Apply what is missing; returns the names of the migrations applied."""
    with _alone():
        return Runner(connection.database.obj, str(FOLDER)).up()


def pending() -> list[str]:
    """Names of migrations not yet applied."""
    runner = Runner(connection.database.obj, str(FOLDER))
    return [migration.name for migration in runner.status() if not migration.applied]


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    # Two runners at once would trip over each other's history table, so they queue.
    if connection.is_sqlite():
        with open(connection.sqlite_path() + ".migrate.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    connection.fetch("SELECT pg_advisory_lock(?)", _LOCK_NUMBER)
    try:
        yield
    finally:
        connection.fetch("SELECT pg_advisory_unlock(?)", _LOCK_NUMBER)
