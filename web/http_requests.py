"""The request of every door: a form is read in one step, a number in an address is one that
the database can hold.

Werkzeug's parser prepares for uploads first, which costs a text message a tenth of its time.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

_FORM = "application/x-www-form-urlencoded"
_SMALL = 16 * 1024  # bytes; a longer body, or one of unknown length, takes Werkzeug's way


class RowNumber(IntegerConverter):
    """`<int:…>`: what no row can have is an address that does not exist."""

    def __init__(self, map, fixed_digits: int = 0, min: int | None = None,
                 max: int | None = 2**63 - 1, signed: bool = False):
        super().__init__(map, fixed_digits, min, max, signed)


def init_app(app: Flask) -> None:
    """Read requests this way in `app`, whose request class may have been extended before."""
    app.url_map.converters["int"] = RowNumber

    class Request(app.request_class):  # type: ignore[name-defined,misc]
        def _load_form_data(self) -> None:
            environ, kept = self.environ, self.__dict__
            size = environ.get("CONTENT_LENGTH") or ""
            plain = size.isdecimal() and int(size) <= _SMALL and "_cached_data" not in kept
            if not plain or "form" in kept or not environ.get("CONTENT_TYPE", "").startswith(_FORM):
                super()._load_form_data()
                return
            body = environ["wsgi.input"].read(int(size))
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True,
                              errors="werkzeug.url_quote")
            kept.update(_cached_data=body, form=ImmutableMultiDict(pairs),
                        files=ImmutableMultiDict())

    app.request_class = Request
