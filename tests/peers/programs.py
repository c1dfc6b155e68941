"""Real programs beside the tests: free loopback ports, words in a file, ended by pid."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

STARTS_WITHIN_S = 60


class Program:
    """One running program; `folder/NAME.log` has what it prints."""

    def __init__(self, folder: Path, name: str, command: Sequence[str], **popen):
        self.name = name
        self.log = folder / f"{name}.log"
        with open(self.log, "ab") as output:
            # A group of its own, so that `kill` takes its children with it.
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT,
                                            start_new_session=True, **popen)

    def printed(self) -> str:
        """All that the program printed so far."""
        return self.log.read_text(errors="replace")

    def stop(self, seconds: float = 10) -> int:
        """End it politely, then by force; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        if self.process.poll() is None:
            self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """End it and its children as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Whether somebody answers on this port of the loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(true: Callable[[], object], what: str, seconds: float = STARTS_WITHIN_S):
    """Wait for `true()`; returns its value, or fails naming `what`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := true():
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds:g} s for {what}")


def environ(**more: str) -> dict[str, str]:
    """The environment of a program that needs no more than PATH and `more`."""
    return {"PATH": os.environ["PATH"] + ":/usr/sbin", "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8", **more}
