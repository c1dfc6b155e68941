"""The documents are true: the page, the OpenAPI file, the client that partners copy."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from db import connection
from db.payments import Payment
from partners import bodies, problems, signatures
from services import clock
from services.limits import rules
from services.notation import bounds
from services.payments import partner_keys
from services.reconciliation.comparing import Kind
from tests.conftest import Server
from tests.villagers import HOA, MAY, SON

ROOT = Path(__file__).parents[2]
OPENAPI = "/partners/openapi.json"
GENERAL = {"unauthorized", "too_many_requests", "unavailable", "not_found", "method_not_allowed",
           "request_entity_too_large", "internal_error", "bad_request"}


@pytest.fixture
def document(client) -> dict:
    answer = client.get(OPENAPI)
    assert answer.content_type == "application/json"
    return answer.json


@pytest.fixture
def page(client) -> str:
    answer = client.get("/partners/docs")
    assert answer.status_code == 200
    return answer.text


def test_the_document_is_openapi_3_1(document) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_call_of_the_program_is_described_and_no_other(app, document) -> None:
    there = {(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
             for rule in app.url_map.iter_rules() if rule.endpoint.startswith("partners_api.")
             for method in rule.methods - {"HEAD", "OPTIONS"}}
    described = {(path, method) for path, calls in document["paths"].items() for method in calls}
    assert there == described


def test_the_rules_of_reading_are_those_described(document) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["TxnId"]["pattern"] == f"^{bodies.TXN_ID.pattern}$"
    assert (schemas["Dong"]["minimum"], schemas["Dong"]["maximum"]) == (1, bounds.MOST_DONG)
    assert schemas["Break"]["properties"]["type"]["enum"] == list(get_args(Kind))


def test_every_example_fits_its_own_schema(document) -> None:
    found = list(_examples(document))
    assert len(found) > 15
    for schema, example in found:
        jsonschema.Draft202012Validator({**schema, "components": document["components"]},
                                        format_checker=jsonschema.FormatChecker()
                                        ).validate(example)


def _examples(node):
    if isinstance(node, dict):
        schema = node.get("schema")
        if isinstance(schema, dict):
            yield from ((schema, node[key]) for key in ["example"] if key in node)
            yield from ((schema, case["value"]) for case in node.get("examples", {}).values())
        for child in node.values():
            yield from _examples(child)
    elif isinstance(node, list):
        for child in node:
            yield from _examples(child)


def test_the_page_explains_every_error(page) -> None:
    kinds = {kind for _status, kind in problems.KINDS.values()} | GENERAL
    assert kinds == set(re.findall(r'<tr id="(\w+)"', page))


def test_the_page_explains_every_break(page) -> None:
    assert re.findall(r"<dt><code>(\w+)</code>", page) == list(get_args(Kind))


def test_the_page_names_every_call(document, page) -> None:
    for path, calls in document["paths"].items():
        for method in calls:
            assert f"{method.upper()} {path}" in page


def test_the_page_tells_todays_settings(client, change_settings) -> None:
    change_settings(void_cutoff="17:30")
    page = client.get("/partners/docs").text
    assert "trước 17:30" in page
    assert f"{signatures.WINDOW_S} giây" in page
    assert f"{rules.most('requests.partner'):,}".replace(",", ".") in page


def test_the_guide_tells_the_same_limit_and_the_same_breaks() -> None:
    guide = (ROOT / "docs/partners.md").read_text()
    assert f"{rules.most('requests.partner'):,} requests a minute".replace(",", " ") in guide
    assert all(f"`{kind}`" in guide for kind in get_args(Kind))


def test_the_page_fetches_nothing_from_elsewhere(page) -> None:
    assert re.findall(r'(?:src|href)="(?!/|#)', page) == []
    assert "<script" not in page and "style=" not in page


def test_the_sentences_of_problems_are_worded(app) -> None:
    with app.test_request_context():
        for error in problems.KINDS:
            needs_field = error.__name__ == "InvalidInput"
            raised = error("amount", "range") if needs_field else error("budget")
            assert len(problems.describe(raised).json["detail"]) > 20


def client_of_the_documentation() -> str:
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs/partners.md").read_text(),
                      re.DOTALL)[0]


@pytest.fixture
def run_client(database_url, vault, tmp_path):
    """run_client(code): the documented client, as a partner would run it."""
    connection.init(database_url)
    key = partner_keys.key("viettel", vault, clock.now_ms())
    server = Server(database_url)
    (tmp_path / "client.py").write_text(client_of_the_documentation())

    def run(code: str) -> subprocess.CompletedProcess:
        environ = {**os.environ, "QUAYDIEN_URL": server.url, "PARTNER": key.partner,
                   "KEY_ID": key.key_id, "SECRET": key.secret}
        return subprocess.run([sys.executable, "client.py", code], cwd=tmp_path, env=environ,
                              capture_output=True, text=True, timeout=120)

    yield run
    server.stop()
    connection.database.close()


@pytest.mark.server
def test_the_documented_client_pays_what_is_owed(run_client) -> None:
    year = clock.local(clock.now_ms()).year
    done = run_client(MAY.code)
    assert (done.stdout, done.stderr) == (
        f"201 2026-09 PA04VN-{year}-000001 posted\n201 2026-10 PA04VN-{year}-000002 posted\n", "")
    assert run_client(MAY.code).stdout == ""
    assert run_client(HOA.code).stdout.startswith("201 2026-10 PA04DH")
    assert run_client(SON.code).stdout == ""
    assert "404 unknown_customer" in run_client("PA04DH9999999").stderr
    assert Payment.select().count() == 3


def test_the_client_is_all_standard_library() -> None:
    modules = re.findall(r"^(?:import|from) ([\w., ]+?)(?: import .*)?$",
                         client_of_the_documentation(), re.MULTILINE)
    names = {name.strip().split(".")[0] for line in modules for name in line.split(",")}
    assert names <= sys.stdlib_module_names


def test_the_json_file_is_written_by_hand_once(document) -> None:
    assert document == json.loads((ROOT / "templates/partners/openapi.json").read_text())
