"""Raw connections to a server, for clients that behave as no library does."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.conftest import ROOT, _free_port

HALF_SENT = (b"POST /kiosk/customer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n"
             b"Content-Type: application/x-www-form-urlencoded\r\n\r\ncode=PA04")


class Small:
    """The server with `small.py` in it."""

    def __init__(self, workers: int = 1, threads: int = 2, **environ: str):
        self.port = _free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web.serving", "--port", str(self.port), "--workers",
             str(workers), "--threads", str(threads), "tests.web.serving.small:create_app"],
            cwd=ROOT, env=environ or None)
        self.until_it_answers()

    def until_it_answers(self, seconds: float = 60) -> dict:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                return told(ask(self.port, "/"))
            time.sleep(0.05)
        raise TimeoutError("the server does not answer")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


@contextlib.contextmanager
def line(port: int, *sent: bytes, seconds: float = 30) -> Iterator[socket.socket]:
    """A connection on which so much was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as made:
        for piece in sent:
            made.sendall(piece)
        yield made


def read_all(made: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    pieces = []
    while piece := made.recv(262_144):
        pieces.append(piece)
    return b"".join(pieces)


def ask(port: int, path: str, seconds: float = 30, host: str = "localhost") -> bytes:
    """The whole answer to a GET."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    with line(port, request, seconds=seconds) as made:
        return read_all(made)


def status(answer: bytes) -> int:
    """Of an answer's first line."""
    if not answer:
        raise ConnectionError("the server hung up without an answer")
    return int(answer.split(b" ", 2)[1])


def told(answer: bytes) -> dict:
    """What `small.py` says."""
    status(answer)
    return json.loads(answer.partition(b"\r\n\r\n")[2])
