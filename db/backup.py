"""Backup and restore while others read and write.

SQLite: a copy of the file as of one moment (VACUUM INTO, which leaves deleted rows behind).
PostgreSQL: an archive, see `db/postgres_backup.py`. A backup is written beside its place, verified
and only then moved there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import apsw

from db import connection, counters, disk, models, postgres_backup, schema
from db.counters import Skip
from db.postgres_backup import ARRIVAL, Arrival, BadBackup

_SQLITE_HEADER = b"SQLite format 3\0"
_ZIP_HEADER = b"PK\x03\x04"
# These have rows without anybody's doing: a database with no others is empty.
_OWN_ROWS = {"audit_head", "partner", "heartbeat", "data_key", "house_state"}


def save(path: Path) -> None:
    """Write a backup of the whole database to `path`; an older backup there is replaced.

    Raises BadBackup when `path` holds something else, or when the copy is not sound.
    """
    _refuse_other_files(path)
    partial = path.with_name(path.name + ".partial")
    try:
        # The backup holds what the database holds: nobody else may read it.
        os.close(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        if connection.is_sqlite():
            connection.fetch("VACUUM INTO ?", str(partial))
            _check_sqlite(partial)
        else:
            postgres_backup.write(partial)
            postgres_backup.check(partial)
        disk.sync(partial)
        partial.replace(path)
        disk.sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _refuse_other_files(path: Path) -> None:
    if connection.is_sqlite() and path.resolve() == Path(connection.sqlite_path()).resolve():
        raise BadBackup(f"{path} is the database itself")
    if path.exists() and path.stat().st_size and not _header(path).startswith(
            (_SQLITE_HEADER, _ZIP_HEADER)):
        raise BadBackup(f"{path} is there already and is not a backup")


def _header(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(len(_SQLITE_HEADER))


def is_empty() -> bool:
    """True when nothing was recorded in this database yet, or it has no tables."""
    there = set(connection.database.get_tables())
    names = {model._meta.table_name for model in models.ALL} & there - _OWN_ROWS
    return not any(connection.fetch(f'SELECT 1 FROM "{name}" LIMIT 1') for name in sorted(names))


def restore(path: Path, skip: Skip, arrival: Arrival = ARRIVAL) -> int:
    """Replace everything in the database by the backup, then apply newer migrations; returns the
    number above which the counters of `skip` go on.

    All or nothing: there is no moment at which the old content counts on from its old numbers, or
    what is to hold from now on (`arrival`) does not. Raises BadBackup, or OSError when the file
    cannot be read.
    """
    skip = counters.beyond(skip, _given_so_far(skip))
    if connection.is_sqlite():
        skip = _restore_sqlite(path, skip, arrival)
    elif _header(path).startswith(_ZIP_HEADER):
        _refuse_strangers(postgres_backup.check(path))
        skip = postgres_backup.load(path, skip, arrival)
    else:
        raise BadBackup(_not_ours(path, "PostgreSQL"))
    schema.migrate()
    return skip.least


def _given_so_far(skip: Skip) -> int:
    """The highest number of the content that is about to go; 0 where it cannot be read, which may
    be why it goes."""
    try:
        there = "counter" in connection.database.get_tables()
        return counters.highest(skip) if there else 0
    except (*connection.UNAVAILABLE, connection.FAULTY):
        return 0


def _not_ours(path: Path, engine: str) -> str:
    if _header(path).startswith((_SQLITE_HEADER, _ZIP_HEADER)):
        return f"{path} is a backup of the other kind of database, not of {engine}"
    return f"{path} is not a backup"


def _restore_sqlite(path: Path, skip: Skip, arrival: Arrival) -> Skip:
    if not _header(path).startswith(_SQLITE_HEADER):
        raise BadBackup(_not_ours(path, "SQLite"))
    _refuse_strangers(_check_sqlite(path))
    marked = Path(connection.sqlite_path() + ".restoring")
    try:
        skip = _mark(path, marked, skip, arrival)
        _replace_by(marked)
    finally:
        marked.unlink(missing_ok=True)
    return skip


def _mark(path: Path, marked: Path, skip: Skip, arrival: Arrival) -> Skip:
    """A copy of the backup whose counters have skipped; the backup itself stays as it is."""
    os.close(os.open(marked, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    shutil.copyfile(path, marked)
    with closing(apsw.Connection(str(marked))) as copy:
        arrival.refuse_if_unfit(path, lambda query: copy.execute(query).fetchall())
        query, pattern = counters.highest_query(skip)
        given = copy.execute(query, (pattern,)).fetchall()[0][0]
        skip = counters.beyond(skip, int(str(given)))
        for statement, values in [*counters.skipping(skip), *arrival.statements]:
            copy.execute(statement, values)
    return skip


def _replace_by(marked: Path) -> None:
    with (closing(_open_read_only(marked)) as source, _writers_waiting(),
          closing(apsw.Connection(connection.sqlite_path())) as target):
        target.set_busy_timeout(60_000)
        target.execute("PRAGMA journal_mode=WAL")
        # One step is one transaction of the target: a crash leaves the old content.
        with target.backup("main", source, "main") as copy:
            copy.step(-1)


@contextmanager
def _writers_waiting() -> Iterator[None]:
    with open(connection.sqlite_path() + ".lock", "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _open_read_only(path: Path) -> apsw.Connection:
    return apsw.Connection(f"file:{quote(str(path.resolve()))}?mode=ro",
                           flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)


def _check_sqlite(path: Path) -> list[str]:
    """Names of the migrations in a backup; raises BadBackup when the file is damaged."""
    try:
        with closing(_open_read_only(path)) as file:
            found = file.execute("PRAGMA integrity_check(1)").fetchall()[0][0]
            loose = file.execute("PRAGMA foreign_key_check").fetchall()
            names = [name for (name,) in
                     file.execute("SELECT name FROM schema_migration ORDER BY name")]
    except (apsw.NotADBError, apsw.CorruptError, apsw.SQLError) as error:
        raise BadBackup(f"{path} is not a backup of this program: {error}") from error
    if found != "ok" or loose:
        raise BadBackup(f"{path} is damaged: {found if found != 'ok' else loose[0]}")
    return names


def _refuse_strangers(names: list[str]) -> None:
    if schema.is_first_version(names):
        raise BadBackup("the backup is of the first version and cannot be brought up")
    newer = sorted(set(names) - set(schema.known()))
    if newer:
        raise BadBackup(f"the backup is of a newer program: {newer[-1]}")
