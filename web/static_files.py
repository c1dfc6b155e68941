"""Scripts, style sheets and drawings go over the line packed: a hall's link is slow.

Pages are not packed: a secret of the page beside text that a visitor chose could be guessed by
its length (BREACH). Fonts and pictures are packed already.
"""

from __future__ import annotations

import functools
import gzip
import mimetypes
from pathlib import Path

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

_PACKED = (".js", ".css", ".svg")


def init_app(app: Flask) -> None:
    """Take the place of Flask's own static view."""
    app.view_functions["static"] = serve


def serve(filename: str) -> Response:
    """A static file, packed where that helps and the browser can unpack it."""
    path = safe_join(current_app.static_folder or "static", filename)
    if path is None or not filename.endswith(_PACKED) or not Path(path).is_file() \
            or "gzip" not in request.accept_encodings:
        return current_app.send_static_file(filename)
    stat = Path(path).stat()
    response = Response(_packed(path, stat.st_mtime_ns), mimetype=mimetypes.guess_type(path)[0])
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "no-cache"  # asked again each time, sent when it changed
    response.set_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}-gz")
    response.make_conditional(request)
    return response


@functools.lru_cache(64)
def _packed(path: str, _changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)
