"""Import of files beside the raw way of the same rows: executemany on SQLite, COPY on PostgreSQL.

Raw is finished rows from memory: no reading, no checks, no sealing, no comparing. For bills,
whose columns are those of the file, the file poured in unchecked stands beside it as well.
"""

from __future__ import annotations

import contextlib
import csv
import shutil
import sqlite3
import statistics
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg

from bench import files
from bench.files import Files
from db import audit, connection, schema
from services.importing import bills, customers
from services.privacy import Vault
from tests import postgres

NAMES = [f"import_{subject}_{engine}" for engine in ("sqlite", "postgresql")
         for subject in ("customers", "bills")]
GROWTH_NAMES = [f"import_growth_{engine}" for engine in ("sqlite", "postgresql")]
_GROWTH = (1, 2, 4, 8)
_TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "customers": {"customer": files.CUSTOMER, "customer_phone": files.PHONE},
    "bills": {"bill": files.BILL}}
_VAULT = Vault("bench-only-data")
_ROUNDS = 3


class _Sqlite:
    """Fresh SQLite files, each a copy of a migrated template."""

    def __init__(self, folder: Path):
        self.folder = folder
        connection.init(f"sqlite:///{folder}/template.db")
        schema.migrate()
        connection.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.database.close()

    def fresh(self, name: str) -> str:
        path = self.folder / f"{name}.db"
        shutil.copy(self.folder / "template.db", path)
        return f"sqlite:///{path}"

    def raw(self, url: str, tables: dict, made: Files) -> None:
        with self._transaction(url) as raw:
            for table, columns in tables.items():
                marks = ", ".join("?" * len(columns))
                raw.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
                                made.rows[table])

    def pour(self, url: str, path: Path) -> None:
        with self._transaction(url) as raw, open(path, encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            columns = next(rows)
            marks = ", ".join("?" * len(columns))
            raw.executemany(f"INSERT INTO bill ({', '.join(columns)}, state)"
                            f" VALUES ({marks}, 'unpaid')", rows)

    @contextlib.contextmanager
    def _transaction(self, url: str) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw, raw:
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA synchronous=FULL")
            yield raw


class _Postgresql:
    """Fresh databases of the tests' PostgreSQL, each made from a migrated template."""

    def __init__(self, _folder: Path):
        self.server = postgres.start().get_uri()
        self._template = f"bench_template_{uuid.uuid4().hex[:8]}"
        connection.init(postgres.create(self.server, self._template))
        schema.migrate()
        connection.run("ALTER TABLE bill ALTER state SET DEFAULT 'unpaid'")  # for `pour`
        connection.database.close()

    def fresh(self, name: str) -> str:
        return postgres.create(self.server, f"{self._template}_{name}", self._template)

    def raw(self, url: str, tables: dict, made: Files) -> None:
        with psycopg.connect(url) as raw, raw.cursor() as cursor:
            for table, columns in tables.items():
                with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in made.rows[table]:
                        copy.write_row(row)

    def pour(self, url: str, path: Path) -> None:
        with (psycopg.connect(url) as raw, raw.cursor() as cursor,
              open(path, encoding="utf-8") as file):
            columns = file.readline().strip()
            with cursor.copy(f"COPY bill ({columns}) FROM STDIN WITH (FORMAT csv)") as copy:
                while block := file.read(65_536):
                    copy.write(block)


def measure(folder: Path, count: int, only: str) -> Iterator[dict]:
    """One line a subject and engine; `count` customers, ten times as many bills."""
    made = files.write(folder, count, _VAULT)
    for name, kind in (("sqlite", _Sqlite), ("postgresql", _Postgresql)):
        chosen = [subject for subject in _TABLES if only in f"import_{subject}_{name}"]
        if not chosen:
            continue
        engine = kind(folder)
        for subject in chosen:
            yield {"case": f"import_{subject}_{name}", **_compare(engine, subject, made)}


def _compare(engine: _Sqlite | _Postgresql, subject: str, made: Files) -> dict:
    ways = {"ours": _ours, "raw": _raw} | ({"poured": _poured} if subject == "bills" else {})
    rates: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(_ROUNDS):
        for way in ways if number % 2 == 0 else reversed(ways):
            url = engine.fresh(f"{subject}_{number}_{way}")
            if subject == "bills":
                engine.raw(url, _TABLES["customers"], made)
            start = time.perf_counter()
            ways[way](engine, url, subject, made)
            rates[way].append(_count(subject, made) / (time.perf_counter() - start))
    found = {"ratio": _ratio(rates["ours"], rates["raw"]), "rows_per_s": _middle(rates["ours"]),
             "bare_rows_per_s": _middle(rates["raw"]), "rows": _count(subject, made)}
    if "poured" in rates:
        found |= {"poured_rows_per_s": _middle(rates["poured"]),
                  "ratio_to_poured": _ratio(rates["ours"], rates["poured"])}
    return found


def measure_growth(folder: Path, count: int, only: str) -> Iterator[dict]:
    """One line an engine: seconds to import `count` bills, twice, four and eight times as many,
    into tables that somebody had counted while they were empty."""
    for name, kind in (("sqlite", _Sqlite), ("postgresql", _Postgresql)):
        case = f"import_growth_{name}"
        if only in case:
            engine = kind(folder)
            sizes = [times * count for times in _GROWTH]
            seconds = [_first_import(engine, folder, size) for size in sizes]
            yield {"case": case, "rows": sizes, "seconds": seconds}


def _first_import(engine: _Sqlite | _Postgresql, folder: Path, size: int) -> float:
    made = files.write(folder, size // files.MONTHS, _VAULT)
    url = engine.fresh(f"growth_{size}")
    connection.init(url)
    connection.run("ANALYZE")
    connection.database.close()
    engine.raw(url, _TABLES["customers"], made)
    start = time.perf_counter()
    _ours(engine, url, "bills", made)
    return round(time.perf_counter() - start, 2)


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return round(statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), 2)


def _middle(rates: list[float]) -> int:
    return round(statistics.median(rates))


def _count(subject: str, made: Files) -> int:
    return len(made.rows[next(iter(_TABLES[subject]))])


def _ours(_engine, url: str, subject: str, made: Files) -> None:
    connection.init(url)
    audit.use_key(b"bench-only-audit")
    if subject == "bills":
        report = bills.run(made.bills, 0, _quiet, dry_run=False)
    else:
        report = customers.run(_VAULT, ("PA04",), made.customers, 0, _quiet, dry_run=False)
    connection.database.close()
    if report.new != _count(subject, made):
        raise RuntimeError(f"the import stored {report.new} rows")


def _quiet(_bytes: int) -> None:
    """Nobody watches the progress."""


def _raw(engine: _Sqlite | _Postgresql, url: str, subject: str, made: Files) -> None:
    engine.raw(url, _TABLES[subject], made)


def _poured(engine: _Sqlite | _Postgresql, url: str, _subject: str, made: Files) -> None:
    engine.pour(url, made.bills)
