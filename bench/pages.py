"""A page of the transfers that wait, of a million rows beside the same page of two hundred.

What an officer asks for: the credits of every open state with their counts, all communes and
some, the first page and one in the middle.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from db import connection, partners, schema
from db import transfers as transfer_records
from db.connection import run, write
from db.paging import Bookmark, Reach
from tests import postgres

NAMES = ["pages_sqlite", "pages_postgresql"]
_FEW = 200
_ROUNDS = 15
_FIRST = 1_700_000_000_000  # epoch ms; a thousand rows share each moment, as one file brings them
_NUMBERS = {True: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most})"
                  " SELECT {row} FROM n",
            False: "SELECT {row} FROM generate_series(1, {most}) AS n(i)"}
_ROW = ("'agribank', 't' || i, 'digest', 1000, 1000, '', '', {first}, {first} + i / 1000,"
        " CASE WHEN i / 10 * 10 = i THEN 'unmatched' WHEN i / 2 * 2 = i THEN 'kept' ELSE 'under'"
        " END, '', '', '', 0")
_COLUMNS = ('source, txn_id, body_digest, amount, "left", account, bank_ref, paid_at, received_at,'
            " state, code, officer, note, owed")


def measure(folder: Path, count: int) -> Iterator[dict]:
    """A line for each engine; `count` rows are many."""
    yield _line("pages_sqlite", f"sqlite:///{folder}/few.db", f"sqlite:///{folder}/many.db", count)
    server = postgres.start().get_uri()
    few, many = (postgres.create(server, f"bench_{name}") for name in ("few", "many"))
    yield _line("pages_postgresql", few, many, count)


def _line(name: str, few: str, many: str, count: int) -> dict:
    small = _times(few, _FEW)
    large = _times(many, count)
    middle, slowest = statistics.median(large), max(large)
    return {"case": name, "ratio": round(statistics.median(small) / middle, 2), "rows": count,
            "few": _FEW, "p50_ms": round(middle, 2), "most_ms": round(slowest, 2),
            "few_p50_ms": round(statistics.median(small), 2), "errors": 0}


def _times(url: str, count: int) -> list[float]:
    """ms of each page of a list of `count` waiting credits."""
    connection.init(url)
    schema.migrate()
    write(lambda: _fill(count))
    connection.database.execute_sql("ANALYZE bank_credit")
    half = Bookmark(_FIRST + count // 2000, count // 2)
    times = [_timed(reach, after) for _round in range(_ROUNDS)
             for reach in (None, ("05569", "05596")) for after in (None, half)]
    connection.database.close()
    return times


def _fill(count: int) -> None:
    partners.ensure("agribank", "Agribank", "bank")
    numbers = _NUMBERS[connection.is_sqlite()]
    run(f"INSERT INTO bank_credit ({_COLUMNS})"
        f" {numbers.format(most=count, row=_ROW.format(first=_FIRST))}")


def _timed(reach: Reach, after: Bookmark | None) -> float:
    start = time.perf_counter()
    transfer_records.waiting(transfer_records.OPEN, reach, after)
    for state in transfer_records.OPEN:
        transfer_records.count(state, reach)
    return (time.perf_counter() - start) * 1000
