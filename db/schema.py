"""Bringing the database to the newest schema, safely by two at once."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterable, Iterator
from pathlib import Path

from playhouse.migrations import Migration, Runner

from db import connection

FOLDER = Path(__file__).parent / "migrations"
# What every database of the first version began with. Those steps are gone: no such database is
# in use, and this schema was written anew.
_FIRST_VERSION = {"0001_customers_and_money", "0002_messages", "0003_office"}
_LOCK_NUMBER = 4_181_004  # any number, the same for all of us


def migrate() -> list[str]:
    """Apply what is missing; returns the names of the migrations applied."""
    with _alone():
        return Runner(connection.database.obj, str(FOLDER)).up()


class _Only(Runner):
    """Runs the migrations of a list and no others."""

    names: tuple[str, ...] = ()

    def migrations(self):
        return [migration for migration in super().migrations() if migration.name in self.names]


def build(names: list[str]) -> None:
    """Apply exactly the migrations named, to a database without tables."""
    runner = _Only(connection.database.obj, str(FOLDER))
    runner.names = tuple(names)
    runner.up()


def applied() -> list[str]:
    """Names of the applied migrations, in their order."""
    return [migration.name for migration in _status() if migration.applied]


def known() -> list[str]:
    """Names of the migrations of this program, in their order."""
    return [migration.name for migration in
            Runner(connection.database.obj, str(FOLDER)).migrations()]


def pending() -> list[str]:
    """Names of migrations not yet applied."""
    return [migration.name for migration in _status() if not migration.applied]


def _status() -> list[Migration]:
    return Runner(connection.database.obj, str(FOLDER)).status()


def missing() -> str:
    """Why the program cannot work on this database, or "" when it can. Raises one of
    `connection.UNAVAILABLE` when the database cannot be reached."""
    if not exists():
        return f"there is no database at {connection.sqlite_path()}"
    status = _status()
    count = sum(not migration.applied for migration in status)
    return _refusal(status) or (
        f"the database is not up to date: {count} migrations to apply" if count else "")


def exists() -> bool:
    """False where the SQLite file is still to be made; to look into it would make it."""
    return not connection.is_sqlite() or Path(connection.sqlite_path()).is_file()


def refusal() -> str:
    """Why this program must not change the tables of this database, or "" when it may."""
    return _refusal(_status())


def _refusal(status: list[Migration]) -> str:
    unknown = [migration.name for migration in status if migration.path is None]
    if is_first_version(unknown):
        return "the database is of the first version and cannot be brought up: begin with a new one"
    return f"the database is newer than this program: {unknown[-1]}" if unknown else ""


def is_first_version(names: Iterable[str]) -> bool:
    """True of the applied migrations of a database of the first version."""
    return not _FIRST_VERSION.isdisjoint(names)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    # Two runners at once would trip over each other's history table, so they queue.
    if connection.is_sqlite():
        with open(connection.sqlite_path() + ".migrate.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    connection.wait_for_lock("SELECT pg_advisory_lock(?)", _LOCK_NUMBER)
    try:
        yield
    finally:
        connection.fetch("SELECT pg_advisory_unlock(?)", _LOCK_NUMBER)
