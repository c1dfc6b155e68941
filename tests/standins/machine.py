"""A payment provider's machine on the loopback, played by its public specification.

It shares no code with the product. `fault` says what goes wrong with the next answers.
"""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from tests.standins.loopback import Loopback

# Faults of the wire, whatever the answer would have been.
_WIRE = {"error": (500, b"Internal Server Error"), "moved": (302, b""), "empty": (200, b""),
         "garbage": (200, b"<html>502"), "list": (200, b"[]"), "endless": (200, b"[" * 100_000)}


class Machine(Loopback):
    """Answers POSTs: `paths` names the method for each path; a method gets the fields sent."""

    paths: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        self.fault = ""
        self.asked: list[tuple[str, dict]] = []
        self.orders: dict[str, dict[str, Any]] = {}
        self._let_go = threading.Event()
        super().__init__(_handler(self))

    def close(self) -> None:
        """End, and let go of whoever still waits for a slow answer."""
        self._let_go.set()
        super().close()

    def answer(self, path: str, fields: dict) -> bytes:
        """The body of an answer; faults of the wire are handled by the caller."""
        self.asked.append((path, fields))
        made = getattr(self, self.paths[path])(fields)
        return json.dumps(made, ensure_ascii=False).encode()

    def wait(self) -> None:
        """A slow answer: it never comes while the test runs."""
        self._let_go.wait(30)


def _handler(machine: Machine) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            as_json = "json" in self.headers.get("Content-Type", "")
            fields = json.loads(raw) if as_json else dict(parse_qsl(raw.decode()))
            body = machine.answer(self.path, fields)
            if machine.fault == "slow":
                machine.wait()
            elif machine.fault == "exception":
                # It did the work, and broke before it could say so.
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self._send(*_WIRE.get(machine.fault, (200, body)))

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    return Handler
