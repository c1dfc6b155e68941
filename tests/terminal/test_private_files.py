"""What is kept on disk, only the account of the program may read, whatever umask it was given."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from db import connection, schema
from tests.conftest import ENVIRON, ROOT, Server


def open_to_others(folder: Path) -> list[str]:
    """Files and folders below `folder` that somebody else may look into."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                  if stat.S_IMODE(path.stat().st_mode) & 0o077)


@pytest.fixture
def flask(tmp_path):
    """flask(...) runs a command of a new process, under the umask that makes all readable."""
    environ = {**os.environ, **ENVIRON, "DATABASE_URL": f"sqlite:///{tmp_path}/state/q.db",
               "FILES_DIR": f"{tmp_path}/state/files"}

    def run(*words: str) -> None:
        done = subprocess.run([sys.executable, "-m", "flask", "--app", "app", *words], cwd=ROOT,
                              env=environ, capture_output=True, text=True, umask=0o022)
        assert done.returncode == 0, done.stderr

    return run


def test_what_commands_make_nobody_else_reads(flask, tmp_path) -> None:
    flask("db", "migrate")
    flask("db", "demo", "--customers", "10")
    flask("db", "backup", str(tmp_path / "state" / "q.bak"))
    flask("payments", "export", "--since", "2026-01-01", str(tmp_path / "state" / "paid.csv"))
    assert {"q.db", "q.bak", "paid.csv", "files"} <= {path.name for path in
                                                       (tmp_path / "state").iterdir()}
    assert open_to_others(tmp_path / "state") == []


def test_what_lies_there_already_is_closed_at_the_start(tmp_path) -> None:
    state = tmp_path / "state"
    (state / "files").mkdir(parents=True)
    connection.init(f"sqlite:///{state}/q.db")
    schema.migrate()
    (state / "q.db").chmod(0o644)
    (state / "files").chmod(0o750)
    before = os.umask(0o022)
    try:
        running = Server(f"sqlite:///{state}/q.db", FILES_DIR=str(state / "files"))
    finally:
        os.umask(before)
    found = open_to_others(state), {path.name for path in state.iterdir()}
    running.stop()
    connection.database.close()
    assert found[0] == []
    assert {"q.db", "q.db-wal", "q.db-shm"} <= found[1]
