"""The one way to change the database, on both engines."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import peewee
import pytest

from db import connection
from db.connection import fetch, fetch_one, fetch_row, run, starts_with, write
from db.counters import Counter, next_number
from db.customers import Customer
from tests.villagers import HOA, MAY


@pytest.fixture
def bound(database_url):
    """The models bound to a fresh database."""
    connection.init(database_url)
    yield connection.database
    connection.database.close()


def value(name: str) -> int | None:
    row = fetch_one("SELECT value FROM counter WHERE name = ?", name)
    return row[0] if row else None


def in_another_thread(work) -> list:
    """What `work` returned (or raised) on a thread with a connection of its own."""
    outcome: list = []

    def go() -> None:
        try:
            outcome.append(work())
        except Exception as error:
            outcome.append(error)
        finally:
            connection.database.close()

    thread = threading.Thread(target=go)
    thread.start()
    thread.join(30)
    return outcome


def test_a_write_returns_the_value_of_its_work(bound) -> None:
    assert write(lambda: next_number("a")) == 1
    assert write(lambda: next_number("a")) == 2


def test_after_a_write_everybody_sees_it(bound) -> None:
    write(lambda: next_number("a"))
    assert in_another_thread(lambda: value("a")) == [1]


def test_an_error_undoes_the_work_and_is_raised_here(bound) -> None:
    def work() -> None:
        next_number("a")
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        write(work)
    assert value("a") is None
    assert not bound.in_transaction()


def test_a_broken_rule_leaves_the_next_write_whole(bound) -> None:
    with pytest.raises(peewee.IntegrityError):
        write(lambda: Customer.create(code=HOA.code, name="again"))
    assert write(lambda: next_number("a")) == 1


def test_a_write_within_a_write_belongs_to_it(bound) -> None:
    def outer() -> None:
        write(lambda: next_number("a"))
        raise LookupError

    with pytest.raises(LookupError):
        write(outer)
    assert value("a") is None


def test_an_inner_write_may_fail_and_the_outer_go_on(bound) -> None:
    def inner() -> None:
        next_number("inner")
        Customer.create(code=HOA.code, name="again")

    def outer() -> str:
        next_number("outer")
        with pytest.raises(peewee.IntegrityError):
            write(inner)
        next_number("outer")
        return "done"

    assert write(outer) == "done"
    assert (value("outer"), value("inner")) == (2, None)


def test_numbers_have_no_gaps_after_failures_and_from_many_threads(bound) -> None:
    def fail() -> None:
        next_number("a")
        raise LookupError

    def draw() -> list[int]:
        drawn = []
        for _ in range(10):
            with pytest.raises(LookupError):
                write(fail)
            drawn.append(write(lambda: next_number("a")))
        return drawn

    outcomes: list[list] = []
    threads = [threading.Thread(target=lambda: outcomes.append(in_another_thread(draw)))
               for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(number for [drawn] in outcomes for number in drawn) == list(range(1, 61))


def test_two_who_wait_for_each_other_both_succeed_in_the_end(bound) -> None:
    """PostgreSQL ends a deadlock by rolling one back; it is tried again. SQLite has none."""
    write(lambda: (next_number("a"), next_number("b")))
    first_steps = threading.Barrier(2)

    def both(one: str, other: str):
        tried = []

        def work() -> None:
            next_number(one)
            if not connection.is_sqlite() and not tried:
                tried.append(1)
                first_steps.wait(20)
            next_number(other)
        return lambda: write(work)

    outcomes: list = []
    threads = [threading.Thread(target=lambda w=work: outcomes.extend(in_another_thread(w)))
               for work in (both("a", "b"), both("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes == [None, None]
    assert (value("a"), value("b")) == (3, 3)


def test_fetching(bound) -> None:
    assert fetch("SELECT code FROM customer WHERE code = ?", HOA.code) == [(HOA.code,)]
    assert fetch("SELECT code FROM customer WHERE code = ?", "none") == []
    assert fetch_one("SELECT code FROM customer WHERE code = ?", "none") is None
    with pytest.raises(LookupError, match="no row"):
        fetch_row("SELECT code FROM customer WHERE code = ?", "none")


def test_a_changing_statement_tells_how_many_rows_it_changed(bound) -> None:
    assert write(lambda: run("UPDATE bill SET ky = ky WHERE code = ?", MAY.code)) == 2
    assert write(lambda: run("UPDATE bill SET ky = ky WHERE code = ?", "none")) == 0
    assert write(lambda: run("INSERT INTO counter (name, value) VALUES (?, 0)"
                             " ON CONFLICT DO NOTHING", "a")) == 1
    assert write(lambda: run("INSERT INTO counter (name, value) VALUES (?, 0)"
                             " ON CONFLICT DO NOTHING", "a")) == 0


@pytest.mark.parametrize(("prefix", "count"), [("nguyen thi", 1), ("ma", 1), ("m", 1), ("x", 0)])
def test_names_are_found_by_their_beginning(bound, prefix: str, count: int) -> None:
    assert Customer.select().where(starts_with(Customer.search, prefix)).count() == count


def test_a_closed_connection_opens_again_by_itself(bound) -> None:
    connection.forget_broken()
    assert bound.is_closed()
    assert value("a") is None


def test_a_connection_is_not_dropped_in_the_middle_of_a_change(bound) -> None:
    def work() -> None:
        next_number("a")
        connection.forget_broken()
        next_number("a")

    write(work)
    assert value("a") == 2


@pytest.fixture
def sqlite_file(sqlite_template, tmp_path: Path) -> Path:
    path = tmp_path / "counter.db"
    path.write_bytes(sqlite_template.read_bytes())
    yield path
    connection.database.close()


def test_sqlite_is_durable_before_it_answers(sqlite_file: Path) -> None:
    connection.init(f"sqlite:///{sqlite_file}")
    found = {name: fetch_row(f"PRAGMA {name}")[0]
             for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_sqlite_is_newer_than_its_wal_bug(sqlite_file: Path) -> None:
    connection.init(f"sqlite:///{sqlite_file}")
    version = connection.engine_version().removeprefix("SQLite ").split(".")
    assert tuple(map(int, version)) >= (3, 51, 3)


def test_sqlite_can_be_opened_read_only(sqlite_file: Path) -> None:
    connection.init(f"sqlite:///file:{sqlite_file}?mode=ro")
    assert connection.sqlite_path() == str(sqlite_file)
    assert value("a") is None
    with pytest.raises(peewee.OperationalError, match="readonly"):
        write(lambda: next_number("a"))
    assert not Path("file:").exists()


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    connection.init(f"sqlite:///{tmp_path}/new/deep/quaydien.db")
    write(lambda: run("CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER)"))
    assert write(lambda: next_number("a")) == 1
    connection.database.close()
    with sqlite3.connect(tmp_path / "new" / "deep" / "quaydien.db") as plain:
        assert plain.execute("SELECT value FROM counter").fetchone() == (1,)


def test_a_counter_is_a_row_of_its_own(bound) -> None:
    write(lambda: (next_number("a"), next_number("b"), next_number("b")))
    assert {row.name: row.value for row in Counter.select()} == {"a": 1, "b": 2}
