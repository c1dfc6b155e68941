"""A PostgreSQL backup in one file: a ZIP of every table in COPY text, with a manifest.

No pg_dump is needed, and the file can be read with any ZIP tool.
"""

from __future__ import annotations

import json
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from peewee import __exception_wrapper__  # type: ignore[attr-defined]

from db import bulk, connection, counters, models, schema
from db.counters import Skip

if TYPE_CHECKING:  # SQLite alone works where psycopg is not installed
    import psycopg

FORMAT = 1
_MANIFEST = "manifest.json"
_HISTORY = "schema_migration"
_PIECE = 1024 * 1024


class BadBackup(Exception):
    """The file is no backup that can be restored here; the message says why."""


class Arrival(NamedTuple):
    """What a restore asks and says of the content that comes. `unfit` says why it does not belong
    here, or ""; it is given a function that asks that content. `statements` (with parameters) are
    run on it before anybody else sees it."""

    unfit: Callable[[Callable[..., list]], str]
    statements: Sequence[tuple[str, tuple]]

    def refuse_if_unfit(self, path: Path, fetched: Callable[..., list]) -> None:
        """Raises BadBackup."""
        why = self.unfit(fetched)
        if why:
            raise BadBackup(f"{path} {why}")


ARRIVAL = Arrival(lambda _fetched: "", ())  # nothing is asked, nothing said


def write(path: Path) -> None:
    """Write every table, as of one moment, to `path`."""
    with (zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file,
          _one_moment()):
        manifest = {"format": FORMAT, "made_at": int(time.time()),
                    "engine": connection.engine_version(), "migrations": schema.applied(),
                    "tables": {table: _dump(file, table) for table in _tables()}}
        file.writestr(_MANIFEST, json.dumps(manifest, indent=1))


@contextmanager
def _one_moment() -> Iterator[None]:
    # All tables are read from one snapshot; nobody waits for it.
    connection.run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        connection.run("ROLLBACK")


def _tables() -> list[str]:
    """All tables, each after those it points to."""
    there = set(connection.database.get_tables()) - {_HISTORY}
    ours = [*(model._meta.table_name for model in models.in_order()), *models.FORMER]
    unknown = there - set(ours)
    if unknown:
        raise BadBackup(f"table {sorted(unknown)[0]} is not one of this program's")
    return [table for table in ours if table in there]


def _dump(file: zipfile.ZipFile, table: str) -> dict:
    columns = [column.name for column in connection.database.get_columns(table)]
    names = ", ".join(f'"{name}"' for name in columns)
    with (file.open(f"{table}.copy", "w", force_zip64=True) as out, __exception_wrapper__,
          _psycopg().cursor() as cursor):
        with cursor.copy(f'COPY "{table}" ({names}) TO STDOUT') as copy:
            for piece in copy:
                out.write(piece)
        return {"columns": columns, "rows": cursor.rowcount}


def _psycopg() -> psycopg.Connection:
    return connection.database.connection()


def check(path: Path) -> list[str]:
    """Names of the migrations in an archive; raises BadBackup when it is not whole."""
    try:
        with zipfile.ZipFile(path) as file:
            damaged = file.testzip()
            manifest = json.loads(file.read(_MANIFEST))
            there = {name.removesuffix(".copy") for name in file.namelist()} - {_MANIFEST}
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError) as error:
        raise BadBackup(f"{path} is not a backup, or is damaged: {error}") from error
    if damaged or manifest.get("format") != FORMAT or there != set(manifest["tables"]):
        raise BadBackup(f"{path} is damaged or of another format: {damaged or 'manifest'}")
    return manifest["migrations"]


def load(path: Path, skip: Skip, arrival: Arrival) -> Skip:
    """Put the archive in place of every table and let the counters skip, in one transaction."""
    with zipfile.ZipFile(path) as file:
        manifest = json.loads(file.read(_MANIFEST))

        def whole() -> Skip:
            _rebuild(file, manifest)
            arrival.refuse_if_unfit(path, connection.fetch)
            return _carry_on(skip, arrival)
        return connection.write(whole)


def _carry_on(skip: Skip, arrival: Arrival) -> Skip:
    skip = counters.beyond(skip, counters.highest(skip))
    for statement, values in [*counters.skipping(skip), *arrival.statements]:
        connection.run(statement, *values)
    return skip


def _rebuild(file: zipfile.ZipFile, manifest: dict) -> None:
    tables = [*manifest["tables"], *(model._meta.table_name for model in models.ALL), _HISTORY]
    connection.run("DROP TABLE IF EXISTS "
                   + ", ".join(f'"{table}"' for table in dict.fromkeys(tables)) + " CASCADE")
    schema.build(manifest["migrations"])
    # Migrations may bring rows of their own, which are in the archive as well.
    connection.run("TRUNCATE " + ", ".join(f'"{table}"' for table in manifest["tables"]))
    for table, about in manifest["tables"].items():
        _fill(file, table, about)


def _fill(file: zipfile.ZipFile, table: str, about: dict) -> None:
    names = ", ".join(f'"{name}"' for name in about["columns"])
    with (file.open(f"{table}.copy") as source, __exception_wrapper__,
          _psycopg().cursor() as cursor):
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            while piece := source.read(_PIECE):
                copy.write(piece)
        if cursor.rowcount != about["rows"]:
            raise BadBackup(f"{table}: {cursor.rowcount} rows instead of {about['rows']}")
    if "id" in about["columns"]:
        bulk.restart_numbers(table)
