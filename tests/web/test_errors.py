"""Whatever goes wrong, each door hears it in its own language, and nobody sees a traceback."""

from __future__ import annotations

import io
import shutil

import pytest
from werkzeug.exceptions import NotFound

from app import create_app
from config import Settings
from db import connection
from tests import villagers
from tests.conftest import ENVIRON


@pytest.mark.parametrize(("path", "kind", "words"), [
    ("/kiosk/khong-co", "text/html", "Lỗi:"),
    ("/khong-co", "text/html", "Lỗi:"),
    ("/partners/v1/khong-co", "application/problem+json", '"not_found"'),
    ("/sms/khong-co", "text/plain", "not_found"),
])
def test_an_unknown_page_is_told_in_the_door_s_own_way(client, path, kind, words) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.content_type.startswith(kind)
    assert words in answer.text


def test_a_wrong_method_says_which_are_right(client) -> None:
    answer = client.delete("/kiosk/customer")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_body_beyond_the_cap_is_refused(client) -> None:
    answer = client.post("/kiosk/customer", data={"code": "x" * 300_000})
    assert answer.status_code == 413
    assert "Lỗi:" in answer.text


def test_a_body_beyond_the_cap_is_read_to_its_end_so_that_the_answer_arrives(client) -> None:
    body = io.BytesIO(b"x" * 300_000)
    answer = client.post("/partners/v1/payments", input_stream=body, content_length=300_000)
    assert (answer.status_code, body.read()) == (413, b"")


def test_a_body_without_end_is_not(client) -> None:
    body = io.BytesIO(b"x" * 6_000_000)
    client.post("/partners/v1/payments", input_stream=body, content_length=6_000_000)
    assert len(body.read()) > 1_500_000


def test_a_number_that_no_row_can_have_is_an_address_that_does_not_exist(app) -> None:
    routes = app.url_map.bind("localhost")
    assert routes.match("/staff/payments/9223372036854775807")[0] == "staff_payments.payment"
    with pytest.raises(NotFound):
        routes.match("/staff/payments/9223372036854775808")


@pytest.mark.parametrize("path", ["momo/return/%00", "%00/return/x"])
def test_a_word_that_no_row_can_have_is_no_defect(client, database_kind, path) -> None:
    """PostgreSQL takes no NUL, not even in a question."""
    answer = client.get(f"/partners/callbacks/{path}")
    assert answer.status_code == (404 if database_kind == "sqlite" else 400)


def test_a_form_without_its_token_is_sent_back_kindly(app, client) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/kiosk/customer", data={"code": villagers.HOA.code})
    assert answer.status_code == 400
    assert "Lỗi:" in answer.text


@pytest.mark.parametrize(("headers", "status"), [
    ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Origin": "https://elsewhere.example"}, 403), ({"Origin": "null"}, 403),
    ({"Origin": "http://localhost"}, 303), ({"Origin": "https://quaydien.example"}, 303),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "http://behind-a-proxy.example"}, 303), ({}, 303),
])
def test_a_form_of_another_site_is_refused(client, headers: dict, status: int) -> None:
    answer = client.post("/kiosk/customer", data={"code": villagers.HOA.code}, headers=headers)
    assert answer.status_code == status


def client_of(database_url: str, clock):
    settings = Settings.load({**ENVIRON, "DATABASE_URL": database_url})
    made = create_app(settings, clock)
    made.config["WTF_CSRF_ENABLED"] = False
    return made.test_client()


@pytest.mark.parametrize("database_url", ["sqlite:///{folder}",
                                          "postgresql://127.0.0.1:1/none?connect_timeout=1"])
def test_without_its_database_a_page_asks_to_come_back(database_url, tmp_path, clock) -> None:
    client = client_of(database_url.format(folder=tmp_path), clock)
    answer = client.get("/q/abcdefghij")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Lỗi:" in answer.text
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_read_only_database_still_shows_bills_but_takes_nothing(
        sqlite_template, tmp_path, clock) -> None:
    shutil.copy(sqlite_template, tmp_path / "copy.db")
    client = client_of(f"sqlite:///file:{tmp_path / 'copy.db'}?mode=ro", clock)
    assert client.get("/kiosk/").status_code == 200
    assert client.post("/kiosk/customer", data={"code": villagers.HOA.code}).status_code == 303
    assert "546.108 đ" in client.get("/kiosk/bills").text
    answer = client.post("/kiosk/help")
    assert answer.status_code == 503
    assert "Lỗi:" in answer.text
    connection.database.close()


@pytest.mark.parametrize("error", connection.UNSTORABLE)
def test_a_value_that_the_database_cannot_hold_is_bad_input(app, client, caplog, error) -> None:
    def ask() -> str:
        raise error("0912000017")

    app.add_url_rule("/kiosk/ask", "ask", ask)
    answer = client.get("/kiosk/ask")
    assert answer.status_code == 400
    assert "Lỗi:" in answer.text
    assert "0912000017" not in caplog.text and "ask" in caplog.text


def test_a_defect_of_ours_shows_no_traceback(app, client) -> None:
    app.add_url_rule("/kiosk/defect", "defect", lambda: 1 / 0)
    answer = client.get("/kiosk/defect")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "Lỗi:" in answer.text
