"""One database, two kinds: SQLite (apsw, WAL) and PostgreSQL (psycopg 3).

Each thread keeps one long-lived connection. Every change goes through
`write(work)`, which answers only after the change is on disk.
"""

from __future__ import annotations

import contextlib
import logging
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import apsw
import peewee

from db.committer import Committer
from db.engines import DEFAULT, Postgres, Sqlite, Timeouts

T = TypeVar("T")

# What a door answers with 503: the database is missing, locked, read-only, full or out of reach.
UNAVAILABLE = (peewee.OperationalError, peewee.InterfaceError, peewee.InternalError, apsw.Error)
# What no column can hold: a NUL on PostgreSQL, a number of 65 bits on SQLite.
UNSTORABLE = (peewee.DataError, OverflowError)
# A row is there already, or what it names is missing.
DUPLICATE = peewee.IntegrityError
# Whatever else a database says no to.
FAULTY = peewee.DatabaseError

log = logging.getLogger("quaydien.database")

database = peewee.DatabaseProxy()
_committer: Committer | None = None


class OutsideWrite(RuntimeError):
    """A mistake in the program: a change that needs `write` was made without it."""


class Model(peewee.Model):
    """Base of all tables. Money: integer đồng. Time: UTC epoch milliseconds."""

    class Meta:
        database = database
        legacy_table_names = False
        only_save_dirty = True


def init(database_url: str, timeouts: Timeouts = DEFAULT) -> None:
    """Bind the models to `database_url`: sqlite:///PATH or postgresql://…."""
    global _committer
    if database_url.startswith("sqlite:///"):
        database.initialize(Sqlite(database_url.removeprefix("sqlite:///"), timeouts))
        # A folder that cannot be made is reported when the database is first opened.
        with contextlib.suppress(OSError):
            Path(sqlite_path()).parent.mkdir(parents=True, exist_ok=True)
        _committer = Committer(database.obj, sqlite_path() + ".lock", timeouts.wait_s)
    else:
        database.initialize(Postgres(database_url, timeouts))
        _committer = None


def is_sqlite() -> bool:
    """True on SQLite; for the few statements that the two engines spell differently."""
    return isinstance(database.obj, Sqlite)


def sqlite_path() -> str:
    """Path of the SQLite file (only on SQLite), also where file:PATH?mode=ro names it."""
    name = str(database.obj.database)
    return name.removeprefix("file:").partition("?")[0] if name.startswith("file:") else name


def sqlite_files() -> list[Path]:
    """The SQLite file and what stands beside it; nothing on PostgreSQL."""
    if not is_sqlite():
        return []
    beside = ("", "-wal", "-shm", ".lock", ".migrate.lock", ".scans.lock", ".restoring")
    return [Path(sqlite_path() + end) for end in beside]


def write(work: Callable[[], T]) -> T:
    """Run `work` in a transaction and return its value once it is durable.

    `work` touches only the database (no network, no Flask) and may run on
    another thread's connection, together with others' work in one commit; its
    exception undoes its own changes alone and is raised here.
    """
    if database.in_transaction():
        with database.atomic():
            return work()
    if _committer is not None:
        return _committer.write(work)
    return _write_postgres(work)


def try_write(work: Callable[[], object]) -> bool:
    """As `write`, for what may be lost without harm, such as that a visit lives on. False when the
    database can only be read just now (a full or read-only disk)."""
    try:
        write(work)
        return True
    except UNAVAILABLE as error:
        if database.in_transaction():
            raise
        log.warning("not written: %s", trouble(error))
        forget_broken()
        return False


def require_write() -> None:
    """Refuse to go on outside a transaction: what the caller changes is true only together with
    other changes, so it must be undone with them."""
    if not database.in_transaction():
        raise OutsideWrite("this change belongs into the transaction of its cause: call it"
                           " inside db.connection.write()")


def _write_postgres(work: Callable[[], T], tries: int = 6) -> T:
    for attempt in range(1, tries + 1):
        try:
            with database.atomic():
                return work()
        except (peewee.OperationalError, peewee.InterfaceError) as error:
            database.obj.drop_dead()
            # A deadlock's victim is rolled back whole and may simply try again. Two that come back
            # in the same moment would meet again, so each waits for another while.
            if attempt == tries or "deadlock" not in str(error):
                raise
            time.sleep(random.random() * 0.02 * 2**attempt)  # noqa: S311 - no secret
    raise AssertionError("unreachable")


def fetch(sql: str, *params) -> list[tuple]:
    """All rows of a hot query, as tuples. Parameters are written `?`."""
    return database.execute_sql(_spell(sql), params).fetchall()


def fetch_one(sql: str, *params) -> tuple | None:
    """The first row of a hot query, or None."""
    return database.execute_sql(_spell(sql), params).fetchone()


def fetch_row(sql: str, *params) -> tuple:
    """The first row of a query that always has one."""
    row = fetch_one(sql, *params)
    if row is None:
        raise LookupError(f"no row: {sql}")
    return row


def wait_for_lock(sql: str, *params) -> None:
    """Run a statement that waits for another command to end, however long that takes (only on
    PostgreSQL)."""
    (before,) = fetch_row("SHOW lock_timeout")
    fetch("SELECT set_config('lock_timeout', '0', false)")
    fetch(sql, *params)
    fetch("SELECT set_config('lock_timeout', ?, false)", before)


def run(sql: str, *params) -> int:
    """Run one changing statement; returns how many rows it changed."""
    cursor = database.execute_sql(_spell(sql), params)
    return database.rows_affected(cursor)


def _spell(sql: str) -> str:
    return sql if is_sqlite() else sql.replace("?", "%s")


def starts_with(field: peewee.Field, prefix: str) -> peewee.Expression:
    """`field` begins with `prefix` (already folded to a-z, 0-9 and space), by index."""
    if is_sqlite():
        # { comes right after z. GLOB would scan the table.
        return field.between(prefix, prefix + "{")
    return peewee.Expression(field, peewee.OP.LIKE, prefix + "%")


def forget_broken() -> None:
    """Close this thread's connection after an error, so that the next use opens a fresh one; not
    an SQLite one that can still be read, for on a full disk none can be opened."""
    if database.is_closed() or database.in_transaction() or (is_sqlite() and _reads()):
        return
    database.close()


def _reads() -> bool:
    try:
        return fetch_one("SELECT COUNT(*) FROM sqlite_master") is not None
    except UNAVAILABLE:
        return False


def resting(after: Exception) -> contextlib.AbstractContextManager[None]:
    """While the page is drawn that tells of `after`, a database that was silent is not asked."""
    return database.obj.resting(after)


def lay_down() -> None:
    """This thread has answered its request; another one may use its connection."""
    database.lay_down()


def trouble(error: Exception) -> str:
    """What an error says, in one line. psycopg quotes an address that it cannot parse, password
    and all; that is left out."""
    text = " ".join(str(error).split()) or type(error).__name__
    return re.sub(r"(postgresql|postgres)://\S+", r"\1://…", text)


def engine_version() -> str:
    """Name and version of the engine, for /readyz."""
    if is_sqlite():
        return f"SQLite {apsw.sqlite_lib_version()}"
    return "PostgreSQL " + fetch_row("SHOW server_version")[0]


