"""From SQLite to PostgreSQL: every table, as of one moment, all or nothing, compared afterwards.

The source is opened for reading only. The target is filled in one transaction, which ends only when
counts, sums and whatever the caller checks agree, and nobody has written to the source meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw

from db import bulk, connection, models, schema, snapshot
from db.connection import fetch_row, run, write
from db.snapshot import Source, Table

SQLITE, POSTGRES = "sqlite:///", ("postgresql://", "postgres://")
# What a new database holds by itself, and what only says that a program ran.
_OWN_ROWS = {"audit_head", "data_key", "heartbeat", "house_state", "partner"}
_BILLION = 10**9
_STEP = 5000
_BEATS_WITHIN_MS = 60_000


class CannotMove(Exception):
    """The move was not begun; the message says why in one line."""


class MoveFailed(Exception):
    """The move was undone; the message names the table."""


def move(source_url: str, target_url: str, now: int, tell: Callable[[str, int, int], None],
         verify: Callable[[], str | None]) -> dict[str, int]:
    """Move everything; returns the rows by table. `tell(table, rows so far, all of them)`.
    `verify` says what is wrong with the target, or None; it is asked before the change is durable.

    Binds the models to the target. Raises CannotMove before anything was done, MoveFailed when all
    was undone; connection.UNAVAILABLE when the target is out of reach.
    """
    with closing(_open_source(source_url, target_url)) as source:
        _refuse_source(source, now)
        connection.init(target_url)
        _refuse_target()
        tables = [_describe(model, source) for model in models.in_order()]
        try:
            return write(lambda: _move(source, tables, tell, verify))
        except snapshot.Refusal as error:
            raise MoveFailed(str(error)) from error


def _open_source(source_url: str, target_url: str) -> Source:
    if source_url == target_url:
        raise CannotMove("source and target are the same database")
    if not source_url.startswith(SQLITE):
        raise CannotMove("the source is no SQLite database (sqlite:///PATH)")
    if not target_url.startswith(POSTGRES):
        raise CannotMove("the target is no PostgreSQL database (postgresql://…)")
    path = Path(source_url.removeprefix(SQLITE))
    if not path.is_file():
        raise CannotMove(f"there is no database at {path}")
    try:
        return Source(path)
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise CannotMove(f"{path} is no database: {error}") from error
    except apsw.SQLError as error:
        raise CannotMove(f"{path} is not migrated; flask db migrate brings it up") from error


def _refuse_source(source: Source, now: int) -> None:
    names = source.migrations()
    if schema.is_first_version(names):
        raise CannotMove("the source is of the first version and cannot be moved")
    _refuse_schema("source", names)
    for name, at in source.rows("SELECT name, at FROM heartbeat ORDER BY name"):
        if at > now - _BEATS_WITHIN_MS:
            raise CannotMove(f"{name} works on the source (last sign of life"
                             f" {max(now - at, 0) // 1000} s ago): stop the worker and the web"
                             " server, wait a minute, then move")


def _refuse_schema(which: str, names: list[str]) -> None:
    known = schema.known()
    newer = sorted(set(names) - set(known))
    if newer:
        raise CannotMove(f"the {which} is newer than this program: {newer[-1]}")
    if len(names) < len(known):
        raise CannotMove(f"the {which} is not migrated: {len(known) - len(names)} migrations to"
                         " apply with flask db migrate")


def _refuse_target() -> None:
    _refuse_schema("target", schema.applied())
    for model in models.in_order():
        name = model._meta.table_name
        if name not in _OWN_ROWS and connection.fetch(f'SELECT 1 FROM "{name}" LIMIT 1'):
            raise CannotMove(f"the target is not empty: {name} has rows")


def _describe(model, source: Source) -> Table:
    name = model._meta.table_name
    types = dict(connection.fetch(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ?"
        " AND table_schema = current_schema() ORDER BY ordinal_position", name))
    there = {row[1] for row in source.rows(f'PRAGMA table_info("{name}")')}
    if there != set(types):
        raise CannotMove(f"{name}: the source has other columns than the target")
    numbers = [column for column, kind in types.items()
               if kind in ("integer", "bigint", "smallint")]
    texts = [column for column, kind in types.items()
             if kind in ("text", "character varying", "character", "bytea")]
    flags = [column for column, kind in types.items() if kind == "boolean"]
    return Table(name, model._meta.primary_key.column_name, list(types), numbers, texts, flags)


def _move(source: Source, tables: list[Table], tell: Callable[[str, int, int], None],
          verify: Callable[[], str | None]) -> dict[str, int]:
    run("TRUNCATE " + ", ".join(f'"{table.name}"' for table in tables))
    moved = {table.name: _copy(source, table, tell) for table in tables}
    for table in tables:
        _compare(source, table)
    wrong = verify()
    if wrong:
        raise MoveFailed(wrong)
    if source.was_written():
        raise MoveFailed("the source was written to meanwhile: stop web server and worker first")
    return moved


def _copy(source: Source, table: Table, tell: Callable[[str, int, int], None]) -> int:
    (total,) = source.row(f'SELECT COUNT(*) FROM "{table.name}"')
    names = ", ".join(f'"{column}"' for column in table.columns)
    rows = source.rows(f'SELECT rowid, {names} FROM "{table.name}" ORDER BY rowid')
    with (snapshot.naming(source, table) as at,
          connection.database.connection().cursor() as cursor,
          cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy):
        for count, (at["rowid"], *values) in enumerate(rows, 1):
            copy.write_row(values)
            if count % _STEP == 0:
                tell(table.name, count, total)
    if "id" in table.columns:
        bulk.restart_numbers(table.name)
    run(f'ANALYZE "{table.name}"')  # it is empty to the planner until somebody counts it
    tell(table.name, total, total)
    return total


def _compare(source: Source, table: Table) -> None:
    sums = {f'SUM("{column}" {sign} {_BILLION})': column for column in table.numbers
            for sign in "/%"}  # in halves: a sum of moments does not fit into 64 bits
    sums |= {f'SUM(LENGTH("{column}"))': column for column in table.texts}
    sums |= {f'SUM(CASE WHEN "{column}" THEN 1 ELSE 0 END)': column for column in table.flags}
    query = f'SELECT {", ".join(["COUNT(*)", *sums])} FROM "{table.name}"'
    ours, theirs = ([int(value or 0) for value in row]
                    for row in (source.row(query), fetch_row(query.replace("%", "%%"))))
    if ours[0] != theirs[0]:
        raise MoveFailed(f"{table.name}: {theirs[0]} rows arrived of {ours[0]}")
    for column, mine, yours in zip(sums.values(), ours[1:], theirs[1:], strict=True):
        if mine != yours:
            raise MoveFailed(f"{table.name}: the sum of {column} is another one than in the source")
