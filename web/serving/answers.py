"""Answers that need nobody: /healthz, and what is said to a request that is not worked on. The
application itself makes them once, when the process starts."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

# Set in a WSGI environ: the status with which the application is to refuse the request.
REFUSED = "quaydien.refused"
RETRY_AFTER_S = 5
_SLOW, _LARGE, _BUSY = 408, 413, 503


class Answer(NamedTuple):
    """What goes over the line."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def collect(wsgi: Callable, environ: dict) -> Answer:
    """What `wsgi` says to `environ`, in memory."""
    head: list = []
    pieces = wsgi(environ, lambda status, headers, _error=None: head.extend((status, headers)))
    try:
        body = b"".join(pieces)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    return Answer(int(head[0][:3]), head[1], body)


class Answers:
    """`live`: the answer of /healthz, or None where the application has none."""

    def __init__(self, wsgi: Callable):
        self._wsgi = wsgi
        health = collect(wsgi, _environ("/healthz"))
        self.live = health if health.status == HTTPStatus.OK else None
        self._refusals = {(door, status): self._refusal(door, status)
                          for door in ("partners", "sms", "staff", "")
                          for status in (_SLOW, _LARGE, _BUSY)}

    def refusal(self, path: str, status: int) -> Answer:
        """The refusal in the language of the door at which `path` hangs."""
        door = path.split("/", 2)[1] if path.startswith("/") else ""
        return self._refusals.get((door, status)) or self._refusals["", status]

    def _refusal(self, door: str, status: int) -> Answer:
        made = collect(self._wsgi, {**_environ(f"/{door}/"), REFUSED: status})
        if made.status != status:  # an application that knows nothing of REFUSED
            words = HTTPStatus(status).phrase.encode()
            made = Answer(status, [("Content-Type", "text/plain")], words)
        # A cookie made here would be one for all.
        headers = [(name, value) for name, value in made.headers if name.lower() != "set-cookie"]
        # Who was refused in the middle of sending is not listened to any longer.
        return made._replace(headers=headers if status == _BUSY
                             else [*headers, ("Connection", "close")])


def _environ(path: str) -> dict:
    return {"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "",
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False}
