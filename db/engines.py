"""The two engines as we set them: durable before they answer, and never waited for without end."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import apsw
import peewee
import psycopg
from playhouse.apsw_ext import APSWDatabase


class Timeouts(NamedTuple):
    """How long a thread waits for its database (s)."""

    wait_s: int  # for a connection, and for a lock that somebody else holds
    statement_s: int | None = None  # for the answer to one statement; None: as long as it takes


DEFAULT = Timeouts(5)
_LEAST_CONNECT_S = 2  # libpq allows no less
_ASK_EVERY_S = 1  # a server that did not answer


class _Lending:
    """Connections that go from thread to thread: a server has more threads than work at a time,
    and each connection costs memory here and a process at PostgreSQL."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._idle: list = []  # append and pop are atomic
        self._thread = threading.local()  # lays_down, rests

    def _connect(self):
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

    def _open(self):
        raise NotImplementedError

    def _close(self, conn):
        if getattr(self._thread, "lays_down", False):
            self._idle.append(conn)
        else:
            super()._close(conn)  # type: ignore[misc]

    def lay_down(self) -> None:
        """This thread is done: another one may use its connection."""
        if self.is_closed() or self.in_transaction():  # type: ignore[attr-defined]
            return
        self._thread.lays_down = True
        try:
            self.close()  # type: ignore[attr-defined]
        finally:
            self._thread.lays_down = False

    @contextlib.contextmanager
    def resting(self, after: Exception) -> Iterator[None]:
        """This thread asks a server that was silent nothing more: it has waited once."""
        self._thread.rests = silent(after)
        try:
            yield
        finally:
            self._thread.rests = False


class Sqlite(_Lending, APSWDatabase):
    """SQLite as `docs/decisions/0002-databases.md` wants it: durable before it answers."""

    def __init__(self, path: str, timeouts: Timeouts = DEFAULT):
        super().__init__(path)
        self._timeouts = timeouts

    def _open(self):
        # A path such as file:NAME?mode=ro is how an operator opens a copy read-only.
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
        connection = apsw.Connection(str(self.database), flags=flags, statementcachesize=200)
        connection.set_busy_timeout(self._timeouts.wait_s * 1000)
        # peewee's migration history writes a datetime, which apsw does not bind by itself.
        connection.convert_binding = lambda _cursor, _number, value: str(value)
        # Plans that do not depend on bound values: otherwise SQLite prepares a cached statement
        # anew whenever it runs with other ones.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        if not connection.readonly("main"):  # a backup is not in WAL, and stays as it is
            _to_wal(connection, self._timeouts.wait_s)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-16000",
                       "temp_store=MEMORY", "wal_autocheckpoint=2000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def begin(self, lock_type: str | None = "IMMEDIATE") -> None:
        """A transaction that will write says so at once: no lock is upgraded half-way."""
        super().begin(lock_type or "IMMEDIATE")


def _to_wal(connection: apsw.Connection, wait_s: float) -> None:
    """SQLite does not wait for others by itself where a new file takes up its journal."""
    deadline = time.monotonic() + wait_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except apsw.BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class _Line(psycopg.Connection):
    """A connection that gives a statement up when the server does not answer at all: a frozen
    server ends no statement by itself, and its machine goes on to acknowledge what it gets."""

    patience_s: float | None = None

    def wait(self, gen, interval=0.1, timeout=None):
        """As psycopg's, for at most `patience_s`; raises OperationalError and closes after that."""
        try:
            return super().wait(gen, interval, timeout or self.patience_s)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()  # what comes in late would be taken for the next answer
            raise NoAnswer("the database does not answer") from None


class _Doubt:
    """A server that did not answer is asked by one thread at a time, now and then, until it answers
    again; all others are told at once, instead of waiting one after another."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._doubted = self._asked = False
        self._not_before = 0.0  # by the monotonic clock (s)

    @contextlib.contextmanager
    def asking(self, pause_s: float = 0) -> Iterator[None]:
        """While something is asked; raises NotAsked when another thread waits already, or for
        `pause_s` after such a question was in vain."""
        asks = self._doubted and self._take()
        try:
            yield
        except (peewee.OperationalError, psycopg.OperationalError) as error:
            if silent(error):
                self._doubted, self._not_before = True, time.monotonic() + pause_s
            raise
        else:
            self._doubted = False
        finally:
            if asks:
                self._asked = False

    def _take(self) -> bool:
        with self._mutex:
            if self._asked or time.monotonic() < self._not_before:
                raise NotAsked("the database has not answered for a while")
            self._asked = True
            return True


def silent(error: BaseException | None) -> bool:
    """The server says nothing at all, as one that is frozen or behind a cut line."""
    while error is not None and not isinstance(error, _SILENT):
        error = error.__cause__ or error.__context__  # peewee raises its own in psycopg's place
    return error is not None


class NoAnswer(psycopg.OperationalError):
    """Our patience has run out; a closed line or a refusal comes as another error."""


class NotAsked(peewee.OperationalError):
    """Somebody else waits for it in vain already."""


_SILENT = (NoAnswer, NotAsked, psycopg.errors.ConnectionTimeout)


class Postgres(_Lending, peewee.PostgresqlDatabase):
    """PostgreSQL through psycopg 3; several hosts in the URL are tried by libpq in turn."""

    def __init__(self, url: str, timeouts: Timeouts = DEFAULT):
        super().__init__(url, prefer_psycopg3=True)
        self._timeouts = timeouts
        self._doubt = _Doubt()

    def _open(self) -> _Line:
        with self._doubt.asking(_ASK_EVERY_S):  # one line may break; no new one is no server
            return self._open_line()

    def _open_line(self) -> _Line:
        wait_s, statement_s = self._timeouts
        hosts = urlsplit(self.database).netloc.count(",") + 1
        line = _Line.connect(self.database, autocommit=True,
                             connect_timeout=max(wait_s // hosts, _LEAST_CONNECT_S))
        line.patience_s = (statement_s or wait_s) + 1
        line.execute(f"SET lock_timeout = '{wait_s}s';"
                     f" SET statement_timeout = '{statement_s or 0}s'")
        line.patience_s = statement_s + 1 if statement_s else None
        return line

    def execute_sql(self, sql, params=None):
        """As peewee's. A thread that meets a dead connection drops it, so that its next statement
        opens a fresh one; before that, every statement of this thread would fail for ever."""
        if getattr(self._thread, "rests", False):
            raise NotAsked("the database has not answered just now")
        try:
            if self.is_closed():
                self.connect()  # doubts by itself
            with self._doubt.asking():
                return super().execute_sql(sql, params)
        except (peewee.OperationalError, peewee.InterfaceError):
            self.drop_dead()
            raise

    def drop_dead(self) -> None:
        """Close this thread's connection if the server has; not inside a transaction, which must
        end first."""
        if not self.is_closed() and not self.in_transaction() and self.connection().closed:
            self.close()
            with contextlib.suppress(IndexError):
                while True:  # what ended one ended all, and nobody need meet them one by one
                    self._idle.pop().close()
