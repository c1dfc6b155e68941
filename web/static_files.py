"""Scripts, style sheets and drawings are sent compressed: a hall's line is slow.

Pages are not: where a secret stands beside text that a visitor chose, the compressed length gives
the secret away (BREACH). Fonts and photographs are compressed already.
"""

from __future__ import annotations

import functools
import gzip
import mimetypes
from pathlib import Path

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

_COMPRESSED = (".js", ".css", ".svg")


def init_app(app: Flask) -> None:
    """Take the place of Flask's own static view."""
    app.view_functions["static"] = serve


def serve(filename: str) -> Response:
    """A static file, compressed where that helps and the browser understands it."""
    path = safe_join(current_app.static_folder or "static", filename)
    if path is None or not filename.endswith(_COMPRESSED) or not Path(path).is_file() \
            or "gzip" not in request.accept_encodings:
        return current_app.send_static_file(filename)
    stat = Path(path).stat()
    response = Response(_compress(path, stat.st_mtime_ns),
                        mimetype=mimetypes.guess_type(path)[0])
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "no-cache"  # asked for each time, sent when changed
    response.set_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}-gz")
    response.make_conditional(request)
    return response


@functools.lru_cache(64)
def _compress(path: str, _changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)
