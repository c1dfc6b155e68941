"""The server's processes: one that dies comes back, the request in flight is answered, nothing is
left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bench.servers import process_tree
from tests.conftest import ENVIRON, ROOT, _free_port
from tests.web.serving.lines import HALF_SENT, Small, ask, line, status


def test_a_process_that_is_killed_is_started_again() -> None:
    small = Small(workers=1)
    try:
        old = small.until_it_answers()["pid"]
        os.kill(old, signal.SIGKILL)
        assert small.until_it_answers(20)["pid"] != old
        assert small.process.poll() is None
    finally:
        small.stop()


def test_however_often_it_dies() -> None:
    small = Small(workers=1)
    try:
        for _ in range(3):
            os.kill(small.until_it_answers(20)["pid"], signal.SIGKILL)
        small.until_it_answers(20)
        assert small.process.poll() is None
    finally:
        small.stop()


def test_while_one_process_is_down_another_answers() -> None:
    small = Small(workers=2)
    try:
        before = two_pids(small)
        os.kill(min(before), signal.SIGKILL)
        assert min(before) not in two_pids(small)
    finally:
        small.stop()


def two_pids(small: Small) -> set[int]:
    """The processes that answer; the kernel shares connections out among them."""
    found: set[int] = set()
    end = time.monotonic() + 60
    while len(found) < 2 and time.monotonic() < end:
        found.add(small.until_it_answers()["pid"])
    return found


def test_told_to_stop_it_answers_what_is_under_way() -> None:
    small = Small()
    answers: list[bytes] = []
    with line(small.port, HALF_SENT):  # a slow sender does not hold it up for long
        asking = threading.Thread(target=lambda: answers.append(ask(small.port, "/sleep/2")))
        asking.start()
        ask(small.port, "/sleep/0.2")  # by now the other one is under way
        begun = time.monotonic()
        small.process.terminate()
        asking.join(20)
        small.process.wait(20)
    assert status(answers[0]) == 200
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_start_leaves_nothing_behind(tmp_path, end: signal.Signals) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    environ = {**os.environ, **ENVIRON, "TMPDIR": str(folder),
               "DATABASE_URL": f"sqlite:///{tmp_path / 'quaydien.db'}"}
    subprocess.run([sys.executable, "-m", "flask", "--app", "app", "db", "migrate"], cwd=ROOT,
                   env=environ, check=True, capture_output=True)
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", "web.serving", "--port", str(port),
                                "--workers", "1", "app:create_app"], cwd=ROOT, env=environ)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if status(ask(port, "/kiosk/")) == 200:
                break
        except OSError:
            time.sleep(0.05)
    with line(port, b"POST /kiosk/customer HTTP/1.1\r\nHost: localhost\r\n"
                    b"Content-Length: 900000\r\n\r\n" + b"x" * 800_000):
        assert status(ask(port, "/metrics")) == 200
        until_empty(folder)
        for pid in process_tree(process.pid) if end == signal.SIGKILL else [process.pid]:
            os.kill(pid, end)
        process.wait(20)
    assert list(folder.iterdir()) == []


def until_empty(folder: Path) -> None:
    """A process that begins tries out whether it may write there, for a moment."""
    deadline = time.monotonic() + 20
    while list(folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(folder.iterdir()) == []
