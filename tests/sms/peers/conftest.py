"""The carriers' programs and ours, each fresh for a test."""

from __future__ import annotations

import pytest

from db import connection
from tests.peers.ours import Command, Web
from tests.peers.smpp import Centre


@pytest.fixture
def centre(tmp_path):
    """A real SMPP message centre."""
    running = Centre(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def programs(tmp_path):
    """Collects what a test starts and ends it all, the newest first."""
    started: list = []
    yield started.append
    for program in reversed(started):
        program.stop()


@pytest.fixture
def start(programs, tmp_path, database_url):
    """Starts a command of ours on the test's database: start("sms", "send", SMS_GATEWAY=…)."""
    def started(*words: str, **environ: str) -> Command:
        command = Command(tmp_path, database_url, *words, **environ)
        programs(command)
        return command
    return started


@pytest.fixture
def serve(programs, tmp_path, database_url):
    """Starts our web server on a port: serve(port, KANNEL_TOKEN=…)."""
    def started(port: int, **environ: str) -> Web:
        web = Web(tmp_path, port, database_url, **environ)
        programs(web)
        return web
    return started


@pytest.fixture
def records(database_url):
    """The test's own look into the database, beside the running programs."""
    connection.init(database_url)
    yield connection
    connection.database.close()


@pytest.fixture
def transceiver(start, centre):
    """Starts `flask sms smpp`, bound to the centre."""
    def started(**options: object):
        url = centre.url + "".join(f"&{name}={value}" for name, value in options.items())
        before = len(centre.events("bind"))
        process = start("sms", "smpp", SMS_GATEWAY="smpp", SMPP_URL=url)
        centre.wait_for("bind", before + 1)
        return process
    return started
