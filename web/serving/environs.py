"""A request as WSGI (PEP 3333) has it."""

from __future__ import annotations

import io
import sys

_ALWAYS = {"wsgi.version": (1, 0), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
           "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.input_terminated": True,
           "SCRIPT_NAME": "", "SERVER_SOFTWARE": "granian"}
_MOST_NAMES = 500  # of headers, kept as they are spelled


class _Names(dict):
    """Of headers: content-type → CONTENT_TYPE, x-partner → HTTP_X_PARTNER."""

    def __missing__(self, name: str) -> str:
        word = name.upper().replace("-", "_")
        found = word if word in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{word}"
        if len(self) < _MOST_NAMES:
            self[name] = found
        return found


_names = _Names()


def make(scope) -> dict:
    """The environ of granian's `scope`, with an empty body. A header with an underscore is left
    out: it would pass for the one with a hyphen, which a proxy in front may have taken away."""
    path = scope.path
    host, _colon, port = scope.server.rpartition(":")
    environ = {
        **_ALWAYS, "REQUEST_METHOD": scope.method, "QUERY_STRING": scope.query_string,
        "PATH_INFO": path if path.isascii() else path.encode().decode("latin-1"),
        "SERVER_NAME": host, "SERVER_PORT": port, "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme, "wsgi.input": io.BytesIO()}
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = _names[name]
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ', '}{value}"
        environ[key] = value
    if scope.authority:  # GET http://host/path: what is asked of is what stands in the line
        environ["HTTP_HOST"] = scope.authority
    return environ
