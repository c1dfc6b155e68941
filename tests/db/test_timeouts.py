"""A database that does not answer: nobody waits for it without end, and all goes on afterwards."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import threading
import time

import peewee
import pytest

from db import connection, schema
from db.connection import fetch_row, run, write
from db.counters import next_number
from db.engines import Timeouts

SHORT = Timeouts(1, 1)
SOON = 5  # seconds; far below what an endless wait takes, far above a busy machine's second


@pytest.fixture
def bound(database_url):
    """The models bound to a fresh database, with little patience."""
    connection.init(database_url, SHORT)
    yield connection.database
    connection.database.close()


@contextlib.contextmanager
def held_lock():
    """Another process stands still in the middle of a commit."""
    with open(connection.sqlite_path() + ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def frozen_server():
    """The server process of this thread's connection is stopped (SIGSTOP)."""
    pid = fetch_row("SELECT pg_backend_pid()")[0]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def seconds_until_refused(work) -> float:
    start = time.monotonic()
    with pytest.raises(connection.UNAVAILABLE):
        work()
    return time.monotonic() - start


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_commit_behind_a_frozen_process_is_given_up(bound) -> None:
    write(lambda: next_number("a"))
    with held_lock():
        assert seconds_until_refused(lambda: write(lambda: next_number("a"))) < SOON
        assert fetch_row("SELECT value FROM counter WHERE name = 'a'") == (1,)  # reading goes on
    assert write(lambda: next_number("a")) == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_all_who_wait_behind_a_frozen_process_are_told(bound) -> None:
    outcomes: list[type] = []

    def go() -> None:
        try:
            write(lambda: next_number("a"))
        except connection.UNAVAILABLE as error:
            outcomes.append(type(error))
        finally:
            connection.database.close()

    with held_lock():
        threads = [threading.Thread(target=go) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert outcomes == [peewee.OperationalError] * 8
    assert write(lambda: next_number("a")) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_lock_that_comes_too_late_is_let_go(bound) -> None:
    with held_lock():
        seconds_until_refused(lambda: write(lambda: next_number("a")))
    # Nobody writes now; another process must get its turn.
    end = time.monotonic() + SOON
    with open(connection.sqlite_path() + ".lock", "w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                assert time.monotonic() < end, "an idle process keeps the lock"


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_frozen_server_is_given_up_and_the_next_statement_has_a_fresh_one(bound) -> None:
    with frozen_server():
        assert seconds_until_refused(lambda: fetch_row("SELECT 1")) < SOON
        assert fetch_row("SELECT 1") == (1,)  # another server process
    assert write(lambda: next_number("a")) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_server_frozen_in_a_transaction_leaves_nothing_half_done(bound) -> None:
    def work() -> None:
        next_number("a")
        with frozen_server():
            next_number("b")

    assert seconds_until_refused(lambda: write(work)) < SOON
    assert write(lambda: next_number("a")) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_lock_that_another_holds_is_not_waited_for_without_end(bound, database_url) -> None:
    write(lambda: next_number("a"))
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        def work() -> None:
            next_number("a")
            held.set()
            let_go.wait(20)
        write(work)
        connection.database.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(20)
    took = seconds_until_refused(lambda: write(lambda: next_number("a")))
    let_go.set()
    thread.join(20)
    assert took < SOON
    assert write(lambda: next_number("a")) == 3


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_slow_statement_ends_for_the_web_and_not_for_a_command(bound, database_url) -> None:
    assert seconds_until_refused(lambda: run("SELECT pg_sleep(20)")) < SOON
    connection.database.close()
    connection.init(database_url, Timeouts(1))
    assert fetch_row("SELECT pg_sleep(1.5) IS NOT NULL") == (True,)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_two_who_migrate_wait_for_each_other_longer_than_for_a_lock(bound, database_url) -> None:
    connection.init(database_url, Timeouts(1))  # as a command does
    connection.fetch("SELECT pg_advisory_lock(?)", schema._LOCK_NUMBER)
    done: list[list] = []

    def go() -> None:
        done.append(schema.migrate())
        connection.database.close()

    thread = threading.Thread(target=go)
    thread.start()
    thread.join(1.5)
    assert thread.is_alive()
    connection.fetch("SELECT pg_advisory_unlock(?)", schema._LOCK_NUMBER)
    thread.join(20)
    assert done == [[]]
