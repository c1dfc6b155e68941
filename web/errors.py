"""Error pages: a sentence on a screen, a problem document (RFC 9457) in an API."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from db import connection
from services.data_key import RecordsRefused
from services.decoding.errors import ReaderUnavailable
from services.errors import TooMany
from web.office import office
from web.serving.answers import REFUSED, RETRY_AFTER_S

log = logging.getLogger("quaydien")

_MOST_READ_IN_VAIN, _PIECE = 4 * 1024 * 1024, 64 * 1024  # bytes


def init_app(app: Flask) -> None:
    """Hang the handlers on the app."""
    app.before_request(refused_before)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(CSRFError, form_too_old)
    for error in connection.UNAVAILABLE:
        app.register_error_handler(error, unavailable)
    app.register_error_handler(ReaderUnavailable, reader_unavailable)
    for value_error in connection.UNSTORABLE:
        app.register_error_handler(value_error, unstorable)
    app.register_error_handler(TooMany, too_many)
    app.register_error_handler(RecordsRefused, unfit)
    app.register_error_handler(Exception, broken)


def refused_before() -> Response | None:
    """What was refused before it came to us, by the server or by `web/addresses.py`, is told in
    the door's own way."""
    status = request.environ.get(REFUSED)
    if status is None:
        return None
    response = answer(status, HTTPStatus(status).phrase.lower().replace(" ", "_"))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def problem(status: int, kind: str, detail: str = "", **more) -> Response:
    """A problem document: `kind` is stable and machine-readable, `detail` is for people."""
    document = {"type": f"/partners/docs#{kind}", "title": kind, "status": status,
                "detail": detail, **more}
    response = jsonify(document)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def answer(status: int, kind: str) -> Response:
    """The same failure in the language of the door it came through."""
    if request.path.startswith("/partners/"):
        return problem(status, kind)
    if request.path.startswith("/sms/") and request.path != "/sms/simulator":
        return Response(kind, status, mimetype="text/plain")
    settings = office().settings
    page = _template(settings.open_rooms)
    return Response(render_template(page, status=status, kind=kind, settings=settings), status)


def _template(rooms: list[str]) -> str:
    """Each room's page speaks of its own addresses, so it serves only where the room is open."""
    if request.path.startswith("/staff") and "staff" in rooms:
        return "staff/error.html"
    return "kiosk/error.html" if "kiosk" in rooms else "error.html"


def refused(error: HTTPException) -> Response:
    """404, 405, 413 and the like."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    if error.code == 413:
        _let_it_finish()
    response = answer(error.code or 500, (error.name or "error").lower().replace(" ", "_"))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _let_it_finish() -> None:
    """Read on for a while: who still sends when we hang up may never see the answer."""
    body, left = request.environ["wsgi.input"], _MOST_READ_IN_VAIN
    while left > 0 and (piece := body.read(_PIECE)):
        left -= len(piece)


def form_too_old(_error: CSRFError) -> Response:
    """The form's token is missing or of another visit."""
    return answer(400, "form_expired")


def unavailable(error: Exception) -> Response:
    """The database cannot be reached or written: say so, keep nothing, ask to come back."""
    log.error("database unavailable: %s", connection.trouble(error))
    connection.forget_broken()
    with connection.resting(error):
        response = answer(503, "unavailable")
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def too_many(error: TooMany) -> Response:
    """A limit that the view has no words of its own for."""
    response = answer(429, "too_many_requests")
    response.headers["Retry-After"] = str(error.wait_s or RETRY_AFTER_S)
    return response


def unfit(error: Exception) -> Response:
    """A database that came up after us turns out to be another one's (`web/admission.py`)."""
    log.error("nothing is served: %s", error)
    return answer(503, "unavailable")


def reader_unavailable(error: ReaderUnavailable) -> Response:
    """The child that reads files has enough to do, or was ended: nothing was stored."""
    log.warning("%s", error)
    response = answer(503, "unavailable")
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def unstorable(_error: Exception) -> Response:
    """A value that passed a view's own checks and that the database cannot hold: bad input,
    of which nothing was stored. The log names the view, never the value."""
    log.warning("a value that cannot be stored came to %s", request.endpoint)
    return answer(400, "bad_request")


def broken(error: Exception) -> Response:
    """A defect of ours; the log has the traceback."""
    log.exception("unexpected error: %s", error)
    return answer(500, "internal_error")
