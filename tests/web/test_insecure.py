"""A test installation says on every page that it is one."""

from __future__ import annotations

import pytest
from flask import Response

from app import create_app
from config import Settings
from db import connection
from tests.conftest import ENVIRON, put_together
from tests.production import PRODUCTION
from web import insecure

SENTENCE = "Bản thử, không an toàn"
PAGES = ["/kiosk/", "/kiosk/customer", "/kiosk/help", "/kiosk/nowhere", "/staff/signin",
         "/staff/nowhere", "/partners/docs", "/q/none-there", "/c/none-there", "/nowhere"]


@pytest.fixture
def client(database_url, clock):
    settings = Settings.load({**PRODUCTION, "DATABASE_URL": database_url, "SMS_GATEWAY": "log",
                              "DATA_KEY": ENVIRON["DATA_KEY"], "ALLOW_INSECURE": "1"})
    yield put_together(settings, clock).test_client()
    connection.database.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_so_once(client, path: str) -> None:
    answer = client.get(path, follow_redirects=True)
    assert answer.mimetype == "text/html" and answer.text.count(SENTENCE) == 1
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_in_english_it_is_said_in_english(client) -> None:
    client.post("/kiosk/language", data={"language": "en"})
    assert "Test copy, not safe" in client.get("/kiosk/").text


@pytest.mark.parametrize(("size", "said"), [(4000, True), (4090, False)])
def test_the_page_behind_a_text_says_so_where_its_four_kilobytes_allow(app, size: int,
                                                                       said: bool) -> None:
    page = "<body>".ljust(size, "x")
    with app.test_request_context("/q/abcdefghij"):
        answer = insecure.say(Response(page))
    assert (SENTENCE in answer.get_data(as_text=True)) is said and len(answer.data) <= 4096


@pytest.mark.parametrize("path", ["/healthz", "/partners/openapi.json"])
def test_what_is_no_page_stays_as_it_is(client, path: str) -> None:
    assert SENTENCE not in client.get(path).text


def test_a_safe_installation_says_nothing(database_url, clock) -> None:
    safe = create_app(Settings.load({**ENVIRON, "DATABASE_URL": database_url}), clock)
    assert SENTENCE not in safe.test_client().get("/kiosk/").text
