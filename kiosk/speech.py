"""Nghe: a page read aloud."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import TemplateNotFound

from kiosk import visits
from services.errors import SpeechUnavailable
from services.speech import Speaker
from web import errors, languages

bp = Blueprint("kiosk_speech", __name__)
bp.record(lambda state: state.app.extensions.setdefault("speaker", Speaker()))

log = logging.getLogger("quaydien")


@bp.get("/speech/<page>")
def listen(page: str) -> ResponseReturnValue:
    """What `templates/kiosk/speech/` says of a page, in the language of the visit."""
    try:
        text = render_template(f"kiosk/speech/{page}.txt", **_context(page))
    except TemplateNotFound:
        abort(404)
    try:
        clip = current_app.extensions["speaker"].clip(text, languages.current())
    except SpeechUnavailable as error:
        log.error("no speech: %s", error)
        return errors.answer(503, "no_speech")
    return Response(clip, mimetype="audio/wav")


def _context(page: str) -> dict:
    # The page that says "the database is away" must be readable without it.
    if page == "error":
        return {"kind": request.args.get("kind", "")}
    visits.arrive()
    return visits.spoken_context()
