"""kill -9 in the middle of an import of 100 000 rows: all of it is there, or nothing."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from db import checking as checking_records
from db import connection
from db.connection import fetch_row, is_sqlite
from tests import billing_files
from tests.conftest import ENVIRON, ROOT

PEOPLE = 8334  # twelve bills each


@pytest.fixture
def flask(database_url):
    """flask(*args) starts a command as a process of its own."""
    environ = {**os.environ, **ENVIRON, "DATABASE_URL": database_url}
    connection.init(database_url)
    yield lambda *args: subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", *map(str, args)], cwd=ROOT, env=environ,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    connection.database.close()


@pytest.fixture
def bills(flask, tmp_path) -> Path:
    """A file of 100 008 bills of people who are there already."""
    people = billing_files.neighbours(PEOPLE)
    done = flask("customers", "import", billing_files.customers(tmp_path / "customers.csv",
                                                                *people))
    assert done.communicate()[1] == ""
    return billing_files.bills(tmp_path / "bills.csv", *billing_files.year_of_bills(people))


def stored() -> int:
    return fetch_row("SELECT COUNT(*) FROM bill WHERE code LIKE ?", "PA04XN%")[0]


def is_storing() -> bool:
    """True while the import's transaction is writing."""
    if is_sqlite():
        log = Path(connection.sqlite_path() + "-wal")
        return log.exists() and log.stat().st_size > 2_000_000
    return fetch_row("SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active'"
                     " AND datname = current_database() AND query LIKE ?",
                     "INSERT INTO bill %")[0] > 0


def passed(seconds: float) -> Callable[[], bool]:
    """True when so much time has gone by since this call."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def wait_for(condition: Callable[[], bool], process: subprocess.Popen) -> None:
    while process.poll() is None and not condition():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.005)


@pytest.mark.parametrize("moment", ["reading", "storing", "later"])
def test_a_killed_import_stores_all_or_nothing(flask, bills, moment) -> None:
    if is_sqlite():
        connection.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
    running = flask("bills", "import", bills)
    wait_for(passed(0.5) if moment == "reading" else is_storing, running)
    if moment == "later":
        wait_for(passed(0.15), running)
    running.kill()
    running.communicate()
    assert stored() in (0, PEOPLE * 12)
    assert list(checking_records.problems()) == []
    again = flask("bills", "import", bills)
    assert "0 changed" in again.communicate()[0]
    assert stored() == PEOPLE * 12
