"""Power cuts while a contract is signed: never `signed` without its file, never two files."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest

from db import agreements as agreement_records
from services import clock
from services.context import Context
from services.contracts.seal import ours, seal_checks, sealing
from tests import officers
from tests.conftest import ENVIRON, ROOT
from tests.contracts import stage_of

POINTS = 20


@pytest.fixture
def killed(app, settings):
    """Signs one contract a step and is killed there; returns the tickets and the steps."""
    officers.hire()

    def run(*steps: int, naive: bool = False) -> list[dict]:
        environ = {**os.environ, **ENVIRON, "DATABASE_URL": settings.database_url,
                   "FILES_DIR": settings.files_dir}
        said = subprocess.run(
            [sys.executable, "-m", "tests.faults.signing_killed", *map(str, steps),
             *(["--naive"] if naive else [])],
            cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout
        return [json.loads(line) for line in said.splitlines()]
    return run


def faults(ticket, settings, vault) -> list[str]:
    """What must never be found of a contract."""
    found, path = agreement_records.current(ticket), sealing.sealed_path(settings, vault, ticket)
    files = [one for one in path.parent.glob(f"{ticket}*") if one.suffix != ".part"]
    wrong = ["two files"] if len(files) > 1 else []
    if "signed" in (found.state, stage_of(ticket)):
        if (found.state, stage_of(ticket)) != ("signed", "signed"):
            wrong.append("two states")
        if not path.exists():
            wrong.append("no file")
        elif hashlib.sha256(sealing.read(found, settings, vault)).hexdigest() != (
                found.sealed_digest):
            wrong.append("another file")
    return wrong


def test_killed_at_twenty_points_nothing_is_signed_without_its_file(killed, settings, vault):
    total = killed(0)[-1]["steps"]
    assert total > 100
    steps = [1 + number * (total - 2) // (POINTS - 1) for number in range(POINTS)]
    tickets = [line["ticket"] for line in killed(*steps)]
    assert len(tickets) == POINTS  # each told its ticket, and none lived to the end
    stages = [stage_of(ticket) for ticket in tickets]
    assert {"drafted", "sealing", "signed"} >= set(stages) and len(set(stages)) > 1
    assert [faults(ticket, settings, vault) for ticket in tickets] == [[]] * POINTS

    sealing.finish_all(Context(settings, vault, clock.now_ms() + 5 * clock.MINUTE))
    trusted = ours.certificates(settings, vault)
    for ticket, before in zip(tickets, stages, strict=True):
        assert faults(ticket, settings, vault) == []
        assert stage_of(ticket) == ("drafted" if before == "drafted" else "signed")
        if before != "drafted":
            pdf = sealing.read(agreement_records.current(ticket), settings, vault)
            assert seal_checks.check(pdf, trusted).faults == []


def test_the_control_that_writes_the_state_first_is_caught(killed, settings, vault):
    total = killed(0, naive=True)[-1]["steps"]
    lines = killed(*range(1, total + 1, 2), naive=True)
    assert any(faults(line["ticket"], settings, vault) for line in lines)
