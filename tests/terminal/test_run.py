"""scripts/run, which `make run` starts."""

from __future__ import annotations

import os
import socket
import subprocess

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
