"""What every browser test stands on: a Chromium a file, and the office behind its real server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect, sync_playwright

from db import connection
from tests import officers
from tests.browser.desk import OFFICE
from tests.browser.kiosk import Person
from tests.conftest import Server

# Patience only: a machine that runs two browsers and two databases may need it.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def chromium():
    """A file's own browser: Playwright's loop must not be there for the tests after it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium",
                                             args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def office(database_url, tmp_path):
    """The real server, with officers; this process talks to the same database and has the same
    folder of files."""
    connection.init(database_url)
    officers.hire()
    server = Server(database_url, FILES_DIR=str(tmp_path / "files"))
    yield server
    server.stop()
    connection.database.close()


@pytest.fixture
def open_page(chromium, office):
    """A fresh browser window at the door; what the console complains of fails the test."""
    contexts, complaints = [], []

    def make(size=OFFICE, **more):
        contexts.append(chromium.new_context(viewport=size, base_url=office.url, locale="vi-VN",
                                             **more))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text)
                if "Content Security Policy" in message.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/staff/")
        return page
    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def kiosk(database_url):
    """The real server; this process talks to the same database."""
    connection.init(database_url)
    server = Server(database_url)
    yield server
    server.stop()
    connection.database.close()


@pytest.fixture
def stand(chromium, kiosk):
    """Call to stand before the kiosk; scripts=False for a browser that runs none. What the
    console complains of fails the test, except answers that are meant (422)."""
    contexts, complaints = [], []

    def standing(scripts: bool = True) -> Person:
        contexts.append(chromium.new_context(
            viewport={"width": 1366, "height": 768}, base_url=kiosk.url,
            java_script_enabled=scripts))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type
                == "error" and not re.search("422|Response Status Error", message.text) else None)
        page.goto("/kiosk/")
        return Person(page)
    yield standing
    for context in contexts:
        context.close()
    assert complaints == []
