"""Live, ready, and what an operator sees when something is missing."""

from __future__ import annotations

from datetime import date

import pytest

from app import create_app
from config import Settings
from db import connection, heartbeats
from db.connection import write
from db.outbox import outbox as outbox_records
from services.clock import at_local
from tests.conftest import ENVIRON
from tests.villagers import HOA


def test_a_live_process_says_so(client) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_without_a_worker_the_machine_is_not_ready(client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["worker"] == {"ok": False, "age_s": None}


def test_database_and_worker_make_it_ready(client, clock, database_kind) -> None:
    write(lambda: heartbeats.beat("worker", clock() - 5_000))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["checks"]["worker"] == {"ok": True, "age_s": 5}
    engine = answer.json["checks"]["database"]["engine"]
    assert engine.startswith("SQLite 3.5" if database_kind == "sqlite" else "PostgreSQL 18")


def test_a_database_without_our_tables_is_not_ready(client) -> None:
    connection.run("DELETE FROM schema_migration WHERE name = '0003_messages'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] == {
        "ok": False, "error": "the tables are missing or not of this program"}


def test_a_silent_worker_is_noticed_after_a_minute(client, clock) -> None:
    write(lambda: heartbeats.beat("worker", clock() - 61_000))
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize(("waited_ms", "left_ms_ago", "status"), [
    (30_000, None, 200),  # the worker's next round is near
    (61_000, None, 503),  # due for a minute, and none ever left
    (600_000, 61_000, 503),
    (600_000, 5_000, 200),  # a long queue that moves
    (-600_000, None, 200),  # due in ten minutes
])
def test_texts_that_are_due_and_do_not_leave_are_noticed(client, clock, vault, waited_ms,
                                                         left_ms_ago, status) -> None:
    write(lambda: heartbeats.beat("worker", clock()))
    write(lambda: outbox_records.add("receipt", "receipt:1", vault.seal_phone(HOA.phone), "{}",
                                     clock() - waited_ms, clock() + 600_000))
    if left_ms_ago is not None:
        write(lambda: heartbeats.beat("texts", clock() - left_ms_ago))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["checks"]["texts"]["ok"]) == (status, status == 200)
    assert client.get("/readyz?worker=0").status_code == 200


def test_a_reminder_that_waits_for_the_morning_is_no_trouble(client, clock, vault) -> None:
    clock.ms = at_local(date(2026, 11, 15), 22)
    write(lambda: heartbeats.beat("worker", clock()))
    write(lambda: outbox_records.add("new_bill", "new_bill:1", vault.seal_phone(HOA.phone), "{}",
                                     clock() - 600_000, clock() + 600_000, outbox_records.BULK))
    assert client.get("/readyz").status_code == 200


def test_metrics_are_prometheus_text(client) -> None:
    assert b"python_info" in client.get("/metrics").data


def test_pages_carry_the_content_policy_and_are_not_kept(client) -> None:
    headers = client.get("/healthz").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/kiosk/", "/static/css/tokens.css", "/nowhere"])
def test_over_https_every_answer_insists_on_https(client, path: str) -> None:
    assert client.get(path).headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_where_there_is_no_https_nothing_insists_on_it(database_url, clock) -> None:
    plain = create_app(Settings.load({**ENVIRON, "DATABASE_URL": database_url}), clock)
    assert "Strict-Transport-Security" not in plain.test_client().get("/healthz").headers


@pytest.mark.parametrize(("silent_ms", "status"), [(5_000, 200), (61_000, 503)])
def test_a_line_to_the_operator_must_live(client, clock, change_settings, silent_ms,
                                          status) -> None:
    change_settings(sms_gateway="smpp,log")
    write(lambda: heartbeats.beat("worker", clock()))
    write(lambda: heartbeats.beat("smpp_bound", clock() - silent_ms))
    answer = client.get("/readyz")
    assert answer.status_code == status
    assert answer.json["checks"]["smpp_line"]["age_s"] == silent_ms // 1000


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/readyz?worker=0"])
@pytest.mark.parametrize(("sent", "open_"), [
    ("Bearer giam-sat-2026", True), ("bearer  giam-sat-2026", True), (None, False), ("", False),
    ("Bearer", False), ("Bearer giam-sat", False), ("Basic giam-sat-2026", False),
    ("giam-sat-2026", False), ("Bearer giám-sát", False),
])
def test_with_a_token_set_only_who_has_it_sees_how_we_are(client, change_settings, path, sent,
                                                          open_) -> None:
    change_settings(metrics_token="giam-sat-2026")
    answer = client.get(path, headers={} if sent is None else {"Authorization": sent})
    assert (answer.status_code != 401) == open_
    assert open_ or answer.headers["WWW-Authenticate"] == "Bearer"
    assert client.get("/healthz").status_code == 200
