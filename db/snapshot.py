"""An SQLite database of ours as of one moment, read for PostgreSQL; what that refuses is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import apsw
import psycopg


class Refusal(Exception):
    """A row that PostgreSQL cannot take; the message names table, row, column and why."""


class Table(NamedTuple):
    """A table to move. Of its columns `numbers` are whole numbers, `texts` have a length, `flags`
    are true or false."""

    name: str
    key: str
    columns: list[str]
    numbers: list[str]
    texts: list[str]
    flags: list[str]


class Source:
    """An SQLite database of ours as it is in one moment, open for reading only."""

    def __init__(self, path: Path):
        self._file = apsw.Connection(f"file:{quote(str(path.resolve()))}?mode=ro",
                                     flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        self._file.set_busy_timeout(5000)
        self._version = self._data_version()
        self._file.execute("BEGIN")
        self.migrations()  # the moment is that of the first reading

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def migrations(self) -> list[str]:
        """Names of the migrations that made it."""
        return [name for (name,) in
                self.rows("SELECT name FROM schema_migration ORDER BY name")]

    def row(self, sql: str, *params) -> tuple:
        """The first row of a query that always has one."""
        return next(self._file.execute(sql, params))

    def rows(self, sql: str, *params) -> Iterator[tuple]:
        """The rows of a query, one at a time."""
        return self._file.execute(sql, params)

    def was_written(self) -> bool:
        """True when somebody has written to the file since it was opened; ends the moment."""
        self._file.execute("ROLLBACK")
        return self._data_version() != self._version

    def _data_version(self) -> int:
        return self.row("PRAGMA data_version")[0]


@contextmanager
def naming(source: Source, table: Table) -> Iterator[dict[str, int]]:
    """Name the row and what PostgreSQL, or our reading of it, refuses; gets the last rowid."""
    at = {"rowid": -(2**63)}
    try:
        yield at
    except UnicodeDecodeError as error:
        raise Refusal(_broken_text(source, table, at["rowid"])) from error
    except psycopg.DatabaseError as error:
        if isinstance(error, psycopg.OperationalError):
            raise
        raise Refusal(_refusal(source, table, at["rowid"], error)) from error


def _broken_text(source: Source, table: Table, last: int) -> str:
    """Which row after `last` holds text that is no UTF-8, and where."""
    names = ", ".join(f'CAST("{column}" AS BLOB)' for column in (table.key, *table.columns))
    key, *values = source.row(f'SELECT {names} FROM "{table.name}" WHERE rowid > ?'
                              " ORDER BY rowid LIMIT 1", last)
    column = next((column for column, value in zip(table.columns, values, strict=True)
                   if column in table.texts and not _is_text(value)), "")
    return f"{table.name} {_shown(key)}: {column} is no text (broken UTF-8)"


def _is_text(value: bytes | None) -> bool:
    try:
        return (value or b"").decode() is not None
    except UnicodeDecodeError:
        return False


def _refusal(source: Source, table: Table, rowid: int, error: psycopg.DatabaseError) -> str:
    """What the server or the driver says no to. The server counts the lines of its COPY, and names
    the value where a row points to nothing or is there twice."""
    says = error.diag.message_primary or str(error)
    line, column = _place(error.diag.context or "")
    if line:
        (key,) = source.row(f'SELECT "{table.key}" FROM "{table.name}" ORDER BY rowid LIMIT 1'
                            " OFFSET ?", line - 1)
    elif error.diag.sqlstate:
        return f"{table.name}: {says}: {error.diag.message_detail or ''}"
    else:
        (key,) = source.row(f'SELECT "{table.key}" FROM "{table.name}" WHERE rowid = ?', rowid)
        column = _nul_in(source, table, rowid)
    return f"{table.name} {_shown(key)}: {f'{column}: ' if column else ''}{says}"


def _place(context: str) -> tuple[int, str]:
    """ "COPY bill, line 5, column kwh: …" → (5, "kwh"); (0, "") where it says no line."""
    words = context.partition("\n")[0].replace(":", " ").replace(",", " ").split()
    line = words[words.index("line") + 1] if "line" in words[:-1] else ""
    column = words[words.index("column") + 1] if "column" in words[:-1] else ""
    return (int(line) if line.isdecimal() else 0), column


def _nul_in(source: Source, table: Table, rowid: int) -> str:
    names = ", ".join(f'"{column}"' for column in table.texts) or "''"
    values = source.row(f'SELECT {names} FROM "{table.name}" WHERE rowid = ?', rowid)
    return next((column for column, value in zip(table.texts, values, strict=False)
                 if isinstance(value, str) and "\0" in value), "")


def _shown(key: object) -> str:
    return key.decode(errors="replace") if isinstance(key, bytes) else str(key)
