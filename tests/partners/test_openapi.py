"""schemathesis reads our OpenAPI document and tries to prove it wrong, on the real server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from db import connection
from services import clock
from services.payments import partner_keys
from tests.conftest import Server
from tests.partners.signing import PAYMENTS
from tests.villagers import HOA

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
HOA_QUERY = f"/partners/v1/customers/{HOA.code}/bills"
TODAY = "/partners/v1/reconciliations/2026-11-15"


@pytest.fixture
def signed_server(database_url, vault):
    """(server, key): the real server, and a partner who may ask it."""
    connection.init(database_url)
    key = partner_keys.key("viettel", vault, clock.now_ms())
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


class Documented:
    """A partner whose every answer is held against the document."""

    def __init__(self, partner):
        self.partner = partner
        self.document = partner.client.get("/partners/openapi.json").json

    def check(self, path: str, answer) -> dict:
        """The answer's content, when status, type and schema are as described."""
        call = self.document["paths"][path][answer.request.method.lower()]
        described = call["responses"][str(answer.status_code)]
        if "$ref" in described:
            described = self.document["components"]["responses"][described["$ref"].split("/")[-1]]
        schema = described["content"][answer.mimetype]["schema"]
        jsonschema.Draft202012Validator(
            {**schema, "components": self.document["components"]},
            format_checker=jsonschema.FormatChecker()).validate(answer.json)
        return answer.json


def test_real_answers_are_as_described(viettel, momo, clock) -> None:
    described = Documented(viettel)
    one, void = PAYMENTS + "/{partner_txn_id}", PAYMENTS + "/{partner_txn_id}/void"
    days = "/partners/v1/reconciliations/{date}"
    told = [
        described.check("/partners/v1/customers/{code}/bills", viettel.get(HOA_QUERY)),
        described.check(PAYMENTS, viettel.pay()),
        described.check(PAYMENTS, viettel.pay()),
        described.check(PAYMENTS, momo.pay("MM-1")),
        described.check(PAYMENTS, viettel.pay(payer="Tú")),
        described.check(PAYMENTS, viettel.pay("VT-2", amount=1)),
        described.check(PAYMENTS, viettel.pay("VT-2", bill_id="x")),
        described.check(PAYMENTS, viettel.pay("VT-2", paid_at="today")),
        described.check(PAYMENTS, viettel.post(PAYMENTS, b"{")),
        described.check(PAYMENTS, viettel.client.post(PAYMENTS)),
        described.check(one, viettel.get(f"{PAYMENTS}/VT-1")),
        described.check(void, viettel.void()),
        described.check(one, viettel.get(f"{PAYMENTS}/VT-1")),
        described.check(void, viettel.void("VT-9")),
        described.check(days, viettel.get(TODAY)),
        described.check(days, viettel.post(TODAY, [
            {"partner_txn_id": "VT-1", "amount": 5, "status": "posted"},
            {"partner_txn_id": "VT-9", "amount": 5, "status": "posted"}])),
    ]
    clock.ms += 86_400_000
    told.append(described.check(void, momo.void("MM-1")))
    assert all(told)
