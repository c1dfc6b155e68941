"""One database, two kinds: SQLite (apsw, WAL) and PostgreSQL (psycopg 3).

Each thread keeps one long-lived connection. Every change goes through
`write(work)`, which answers only after the change is on disk.
"""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import apsw
import peewee
from playhouse.apsw_ext import APSWDatabase

from db.committer import Committer

T = TypeVar("T")

# What a door answers with 503: the database is missing, locked, read-only, full or out of reach.
UNAVAILABLE = (peewee.OperationalError, peewee.InterfaceError, peewee.InternalError, apsw.Error)
# What no column can hold: a NUL on PostgreSQL, a number of 65 bits on SQLite.
UNSTORABLE = (peewee.DataError, OverflowError)
# A row is there already, or what it names is missing.
DUPLICATE = peewee.IntegrityError
# Whatever else a database says no to.
FAULTY = peewee.DatabaseError

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


class Sqlite(APSWDatabase):
    """SQLite as `docs/decisions/0002-databases.md` wants it: durable before it answers."""

    def _connect(self):
        # A path such as file:NAME?mode=ro is how an operator opens a copy read-only.
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
        connection = apsw.Connection(str(self.database), flags=flags, statementcachesize=200)
        connection.set_busy_timeout(10_000)
        # peewee's migration history writes a datetime, which apsw does not bind by itself.
        connection.convert_binding = lambda _cursor, _number, value: str(value)
        # Plans that do not depend on bound values: otherwise SQLite prepares a cached statement
        # anew whenever it runs with other ones.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
                       "cache_size=-16000", "temp_store=MEMORY", "wal_autocheckpoint=2000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def begin(self, lock_type: str | None = "IMMEDIATE") -> None:
        """A transaction that will write says so at once: no lock is upgraded half-way."""
        super().begin(lock_type or "IMMEDIATE")


class Postgres(peewee.PostgresqlDatabase):
    """PostgreSQL through psycopg 3; several hosts in the URL are tried by libpq in turn."""

    def execute_sql(self, sql, params=None):
        """As peewee's. A thread that meets a dead connection drops it, so that its next statement
        opens a fresh one; before that, every statement of this thread would fail for ever."""
        try:
            return super().execute_sql(sql, params)
        except (peewee.OperationalError, peewee.InterfaceError):
            self.drop_dead()
            raise

    def drop_dead(self) -> None:
        """Close this thread's connection if the server has; not inside a transaction, which must
        end first."""
        if not self.is_closed() and not self.in_transaction() and self.connection().closed:
            self.close()


def init(database_url: str) -> None:
    """Bind the models to `database_url`: sqlite:///PATH or postgresql://…."""
    global _committer
    if database_url.startswith("sqlite:///"):
        database.initialize(Sqlite(database_url.removeprefix("sqlite:///")))
        # A folder that cannot be made is reported when the database is first opened.
        with contextlib.suppress(OSError):
            Path(sqlite_path()).parent.mkdir(parents=True, exist_ok=True)
        _committer = Committer(database.obj, sqlite_path() + ".lock")
    else:
        database.initialize(Postgres(database_url, prefer_psycopg3=True))
        _committer = None


def is_sqlite() -> bool:
    """True on SQLite; for the few statements that the two engines spell differently."""
    return isinstance(database.obj, Sqlite)


def sqlite_path() -> str:
    """Path of the SQLite file (only on SQLite), also where file:PATH?mode=ro names it."""
    name = str(database.obj.database)
    return name.removeprefix("file:").partition("?")[0] if name.startswith("file:") else name


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
        except peewee.InterfaceError:
            database.obj.drop_dead()
            raise
        except peewee.OperationalError as error:
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
    """Close this thread's connection after an error, so that the next use opens a fresh one."""
    if not database.is_closed() and not database.in_transaction():
        database.close()


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


