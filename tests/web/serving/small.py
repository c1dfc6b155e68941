"""A small WSGI application that tells what reached it, for tests of the server."""

from __future__ import annotations

import hashlib
import json
import os
import time


def create_app():
    """`/sleep/SECONDS`, `/large/BYTES`, `/gone` (ends the process), else what was sent."""
    def application(environ, start_response):
        word, _slash, value = environ["PATH_INFO"][1:].partition("/")
        if word == "sleep":
            time.sleep(float(value))
        if word == "gone":
            os._exit(3)
        if word == "large":
            start_response("200 OK", [("Content-Length", value)])
            return (b"x" * 65_536 for _ in range(int(value) // 65_536))
        body = environ["wsgi.input"].read()
        told = {"pid": os.getpid(), "size": len(body), "sha": hashlib.sha256(body).hexdigest(),
                "environ": {name: text for name, text in environ.items() if isinstance(text, str)}}
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else json.dumps(told).encode()]

    return application
