"""Bulk loading: executemany on SQLite, COPY on PostgreSQL.

A file goes into a temporary table first, which holds up nobody; set-based statements in
one transaction then bring it into the records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from peewee import __exception_wrapper__  # type: ignore[attr-defined]

from db import connection
from db.connection import fetch, is_sqlite, require_write, run, wait_for_lock

_POSTGRES_TYPES = {"INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea"}
_LOCK_NUMBER = 4_181_005  # any number, the same for all importers


def stage(table: str, columns: dict[str, str]) -> None:
    """Make an empty temporary table: `line` (of the file) and `columns`, by name their type
    (INTEGER, TEXT, BLOB). It belongs to this connection and dies with it."""
    if is_sqlite():
        # On disk: in memory a file of millions of rows would take as much room again.
        run("PRAGMA temp_store=FILE")
    unstage(table)
    types = columns if is_sqlite() else {
        name: _POSTGRES_TYPES[kind] for name, kind in columns.items()}
    described = ", ".join(f"{name} {kind}" for name, kind in types.items())
    # On SQLite the line becomes the row number, so that finding a row by it costs nothing.
    line = "line INTEGER PRIMARY KEY" if is_sqlite() else "line bigint"
    run(f"CREATE TEMP TABLE {table} ({line}, {described})")


def join() -> str:
    """The JOIN of a table that was staged, before it, to one of the records, after it: the file is
    walked, the record found by its key. SQLite, left to itself, would walk the records instead and
    the whole file for each of them where its statistics are of a time when they were empty."""
    return "CROSS JOIN" if is_sqlite() else "JOIN"


def index(table: str, columns: Sequence[str]) -> None:
    """A temporary table will be looked up by these columns, whichever way a join goes."""
    where = "temp." if is_sqlite() else ""
    run(f"CREATE INDEX IF NOT EXISTS {where}{table}_{columns[0]} ON {table} ({', '.join(columns)})")


def unstage(table: str) -> None:
    """Drop a temporary table if it is there."""
    run(f"DROP TABLE IF EXISTS {'temp' if is_sqlite() else 'pg_temp'}.{table}")


def analyze(table: str, key: Sequence[str]) -> None:
    """A temporary table has been filled: let PostgreSQL count it, or it plans for an empty one;
    and let it find a line, as SQLite does by the row number."""
    if not is_sqlite():
        index(table, ("line",))
        run(f"ANALYZE {table} (line, {', '.join(key)})")


def load(table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Append rows (in the order of `columns`) to a table, inside the caller's transaction if
    there is one."""
    with __exception_wrapper__:
        if is_sqlite():
            _insert(table, columns, rows)
        else:
            _copy(table, columns, rows)


def _insert(table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    marks = ", ".join("?" * len(columns))
    sqlite = connection.database.connection()
    with sqlite:  # a savepoint: without one each row would be a transaction of its own
        sqlite.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.database.connection().cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def duplicates(table: str, key: Sequence[str], most: int) -> list[tuple]:
    """Keys that occur twice in a staging table: (how many such keys, first line, last line,
    *key), at most `most` of them, by line."""
    names = ", ".join(key)
    return fetch(f"SELECT COUNT(*) OVER (), MIN(line), MAX(line), {names} FROM {table}"
                 f" GROUP BY {names} HAVING COUNT(*) > 1 ORDER BY 3 LIMIT ?", most)


def orphans(table: str, column: str, parent: str, most: int) -> list[tuple]:
    """Rows of a staging table whose `column` names no row of `parent`: (how many, line,
    value), at most `most` of them, by line."""
    return fetch(f"SELECT COUNT(*) OVER (), line, {column} FROM {table} s WHERE NOT EXISTS"
                 f" (SELECT 1 FROM {parent} p WHERE p.{column} = s.{column})"
                 " ORDER BY line LIMIT ?", most)


def breaking(table: str, condition: str, column: str, most: int) -> list[tuple]:
    """Rows of a staging table for which `condition` (SQL) holds: (how many, line, value of
    `column`), at most `most` of them, by line."""
    return fetch(f"SELECT COUNT(*) OVER (), line, {column} FROM {table} WHERE {condition}"
                 " ORDER BY line LIMIT ?", most)


def in_pages(sql: str, *params, page: int = 5000) -> Iterator[list[tuple]]:
    """All rows of a query, `page` at a time. Its first column grows and is above 0; it ends with
    the number above which to go on, and how many rows: `… > ? ORDER BY 1 LIMIT ?`."""
    last = -1
    while rows := fetch(sql, *params, last, page):
        yield rows
        last = rows[-1][0]


def alone() -> None:
    """Wait until no other import is storing, and hold others off until the transaction ends. Call
    inside `write`. On SQLite a transaction that writes is alone anyway."""
    require_write()
    if not is_sqlite():
        wait_for_lock("SELECT pg_advisory_xact_lock(?)", _LOCK_NUMBER)


def lock_rows(alias: str) -> str:
    """The end of a SELECT that must keep what it read unchanged until the transaction ends."""
    return "" if is_sqlite() else f" FOR UPDATE OF {alias}"


def read_first() -> str:
    """The end of a SELECT that fills the very table in which it looks for what is there already.
    PostgreSQL's plan for an empty table walks through it for each row, and would meet all that it
    has just put there; what must be sorted is read to its end before the first row is written.
    An index would sort as well, hence the sum."""
    return "" if is_sqlite() else " ORDER BY i.line + 0"


def restart_numbers(table: str) -> None:
    """Let automatic ids go on after the ids that were written by hand; a table whose ids are
    words has none."""
    if not is_sqlite() and fetch(f"SELECT pg_get_serial_sequence('{table}', 'id')") != [(None,)]:
        fetch(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
              f" COALESCE(MAX(id), 1), MAX(id) IS NOT NULL) FROM {table}")
