"""Fixtures of the committer's tests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from db.committer import Committer
from tests.db.notes import Counting, Crowd


@pytest.fixture
def notes(tmp_path: Path):
    made = Counting(str(tmp_path / "notes.db"))
    made.execute_sql("CREATE TABLE note (text TEXT UNIQUE)")
    made.commits = 0
    yield made
    made.close()


@pytest.fixture
def committer(notes, tmp_path: Path) -> Committer:
    return Committer(notes, str(tmp_path / "notes.db.lock"))


@pytest.fixture
def together(committer):
    """together(works): all of them queue behind a commit under way, so they share the next."""
    def run(works: dict[str, Callable]) -> dict[str, object]:
        crowd, gate, busy = Crowd(committer), threading.Event(), threading.Event()
        crowd.send("first", lambda: (busy.set(), gate.wait(30)) and "first")
        busy.wait(30)
        for number, (name, work) in enumerate(works.items(), 1):
            crowd.send(name, work)
            crowd.wait_until_queued(number)
        gate.set()
        outcomes = crowd.join()
        assert outcomes.pop("first") == "first"
        return outcomes
    return run
