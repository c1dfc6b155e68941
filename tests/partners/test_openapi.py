"""schemathesis reads our OpenAPI document and tries to prove it wrong, on the real server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from db import connection, payments
from db.payments import Payment
from services import clock, partners
from tests.conftest import Server

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@pytest.fixture
def signed_server(database_url, vault):
    """(server, key): the real server, and a partner who may ask it."""
    connection.init(database_url)
    key = partners.key("viettel", vault, clock.now_ms())
    server = Server(database_url, LIMITS="off", VOID_CUTOFF="24:00")
    yield server, key
    server.stop()
    connection.database.close()


@pytest.mark.server
def test_the_document_tells_the_truth(signed_server, tmp_path) -> None:
    server, key = signed_server
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PARTNER": key.partner,
               "SCHEMATHESIS_HOOKS": "tests.partners.schemathesis_hooks",
               "KEY_ID": key.key_id, "SECRET": key.secret}
    done = subprocess.run(
        [SCHEMATHESIS, "run", f"{server.url}/partners/openapi.json", "--max-examples=15",
         "--seed=20261115", "--no-color"],
        cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "Tested: 6" in done.stdout
    assert {row.state for row in Payment.select()} == {"posted", "refund_due"}
    assert payments.unbalanced() == []
