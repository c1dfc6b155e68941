"""Fixtures: the app on a real SQLite and a real PostgreSQL, the villagers, the clock, a server."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import Settings
from db import audit, connection, schema
from services.context import Context
from services.limits import limits
from services.officers import audit_trail
from services.privacy import Vault
from tests import postgres, villagers
from web.office import Office

ROOT = Path(__file__).resolve().parent.parent
PUBLIC_URL = "https://quaydien.example"
ENVIRON = {"DEMO": "1", "SECRET_KEY": "test-cookie-key", "DATA_KEY": "test-data-key",
           "DEMO_PASSWORD": "lua-nep-thom"}
DEMO = Settings.load({**ENVIRON, "DATABASE_URL": "sqlite:///:memory:"})


class Clock:
    """The injected clock; `ms` is now. It stands still until a test moves it."""

    def __init__(self) -> None:
        self.ms = villagers.NOON

    def __call__(self) -> int:
        return self.ms


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(ENVIRON["DATA_KEY"])


@pytest.fixture(autouse=True)
def keyed_audit() -> None:
    """The audit trail's key, which an app brings along, for tests that have none."""
    audit.use_key(audit_trail.key_of(Settings.load(ENVIRON)))


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The tests' PostgreSQL server."""
    return postgres.start().get_uri()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory, vault) -> Path:
    """A migrated SQLite file in which the villagers live."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _prepare(f"sqlite:///{path}", vault)
    connection.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url, vault) -> str:
    """Name of a migrated PostgreSQL database in which the villagers live."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    _prepare(postgres.create(postgres_url, name), vault)
    connection.database.close()
    return name


@pytest.fixture(scope="session")
def postgres_lent(postgres_url, postgres_template) -> postgres.Lent:
    """The database that the tests of this process use one after another."""
    return postgres.Lent(postgres_url, postgres_template)


def _prepare(database_url: str, vault: Vault) -> None:
    connection.init(database_url)
    schema.migrate()
    villagers.settle(vault)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request) -> str:
    return request.param


@pytest.fixture
def database_url(database_kind, request, tmp_path):
    """A fresh database of either kind with the villagers in it."""
    if database_kind == "sqlite":
        path = tmp_path / "quaydien.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    yield request.getfixturevalue("postgres_lent").fresh()


@pytest.fixture
def bare_url(database_kind, request, tmp_path):
    """A database of either kind without a single table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server, name = request.getfixturevalue("postgres_url"), f"bare_{uuid.uuid4().hex[:12]}"
    yield postgres.create(server, name)
    postgres.drop(server, name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(database_url, tmp_path) -> Settings:
    return Settings.load({**ENVIRON, "DATABASE_URL": database_url, "PUBLIC_URL": PUBLIC_URL,
                          "FILES_DIR": str(tmp_path / "files"),
                          "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "12345"})


@pytest.fixture
def here(settings, vault) -> Context:
    """What a service is handed at noon."""
    return Context(settings, vault, villagers.NOON)


@pytest.fixture(scope="session")
def houses() -> dict[tuple, Flask]:
    """Applications put together so far: their doors and templates take longer than most tests."""
    return {}


@pytest.fixture
def app(houses, settings, clock):
    """The application with demo settings; forms need no token (one test of its own does).

    Tests share its doors; database, settings, clock and all that it remembers are their own.
    Who hangs something else into it overrides this fixture (tests/web/conftest.py).
    """
    built_in = (settings.secret_key, settings.secure, settings.demo, settings.speech_dir)
    if built_in not in houses:
        houses[built_in] = put_together(settings, clock)
    made = houses[built_in]
    config, extensions = dict(made.config), dict(made.extensions)
    made.extensions["office"] = office = Office(settings, clock)
    office.open_records()
    yield made
    with contextlib.suppress(Exception):  # a test may have broken its database
        limits.flush()  # or the process would write it into the next test's
    connection.database.close()
    for kept, before in ((made.config, config), (made.extensions, extensions)):
        kept.clear()
        kept.update(before)


def put_together(settings: Settings, clock: Clock) -> Flask:
    """An application as the tests want it: forms need no token, cookies no TLS."""
    made = create_app(settings, clock)
    made.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False,
                       SESSION_COOKIE_SECURE=False)
    return made


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def runner(app):
    """Runs commands; the app is already put together."""
    return app.test_cli_runner()


@pytest.fixture
def change_settings(app):
    """Call with settings to change for one test: change_settings(limits=False)."""
    def change(**values) -> None:
        office = app.extensions["office"]
        app.extensions["office"] = dataclasses.replace(
            office, settings=dataclasses.replace(office.settings, **values))
    return change


class Server:
    """The real web server on a free port of the loopback. `workers` are its processes: each takes
    a second to start, and only stories of a crowd need two. The clock is the real one, or begins
    at `noon` (UTC epoch ms)."""

    def __init__(self, database_url: str, workers: int = 1, noon: int | None = None,
                 **environ: str):
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {**os.environ, **ENVIRON, "DATABASE_URL": database_url,
                        "PUBLIC_URL": self.url, "NOON_MS": str(noon), **environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web.serving", "--port", str(self.port),
             "--workers", str(workers), "--threads", "4",
             "app:create_app" if noon is None else "tests.noon:create_app"],
            cwd=ROOT, env=self.environ)
        self._wait()

    def _wait(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(self.url + "/healthz", timeout=1)
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        self.stop()
        raise RuntimeError("the server did not start")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(database_url):
    """The application behind its real server, on the test's database."""
    running = Server(database_url)
    yield running
    running.stop()
