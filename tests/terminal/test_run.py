"""scripts/run, which `make run` starts, and commands where nothing is set."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.fixture
def taken():
    """A port that somebody shares willingly, as another copy of the server does."""
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        yield str(other.getsockname()[1])


@pytest.mark.parametrize("port", ["taken", "80000", "eight"])
def test_a_port_that_cannot_be_had_ends_it_in_one_line(tmp_path, taken, port) -> None:
    port = taken if port == "taken" else port
    path = tmp_path / "untouched.db"
    ended = subprocess.run([ROOT / "scripts" / "run"], capture_output=True, text=True, timeout=120,
                           env={"PATH": os.environ["PATH"], "PORT": port,
                                "DATABASE_URL": f"sqlite:///{path}"}, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        1, "", f"error: 127.0.0.1:{port} is in use or no address of this machine;"
               " choose another: PORT=8001\n")
    assert not path.exists()


@pytest.mark.parametrize(("words", "code", "told"), [
    (["--help"], 0, "Usage: "), (["db", "migrate", "--help"], 0, "Usage: "),
    (["qr", "decode", "0002"], 1, "error: 00: "),
    (["db", "migrate"], 2, "error: missing setting: SECRET_KEY"),
    (["sms", "send", "--once"], 2, "error: missing setting: SECRET_KEY"),
], ids=str)
def test_help_and_what_needs_no_records_work_without_settings(tmp_path, words, code, told) -> None:
    ended = subprocess.run([sys.executable, "-m", "flask", "--app", "app", *words], cwd=ROOT,
                           env={"DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}, text=True,
                           capture_output=True, timeout=60, check=False)
    assert ended.returncode == code and (ended.stderr or ended.stdout).startswith(told)
    assert ended.stderr.count("\n") == (code > 0) and not list(tmp_path.iterdir())
