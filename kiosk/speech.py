"""Nghe: a page read aloud."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import TemplateNotFound

from kiosk import visits
from services.errors import SpeechUnavailable
from services.kiosks import clips
from services.kiosks.speech import Speaker
from web import errors, languages, speech_texts

bp = Blueprint("kiosk_speech", __name__)
log = logging.getLogger("quaydien")

_IN_VIETNAMESE = ("agreement",)  # the contract binds as it is written; nobody translates it


@bp.record_once
def _take_part(state) -> None:
    folder = state.app.extensions["office"].settings.speech_dir
    state.app.extensions.setdefault("speaker", Speaker(folder=folder))


@bp.get("/speech/<page>")
def listen(page: str) -> ResponseReturnValue:
    """What `templates/kiosk/speech/` says of a page, in the language of the visit: in staff's
    own voice where they recorded it, else in Vietnamese where the machine has no voice."""
    chosen = languages.current()
    if chosen not in speech_texts.SPOKEN or page in _IN_VIETNAMESE:
        languages.use(languages.DEFAULT, current_app)
    try:
        text = render_template(f"kiosk/speech/{page}.txt", **_context(page))
    except TemplateNotFound:
        abort(404)
    try:
        clip = current_app.extensions["speaker"].page(text, languages.current(),
                                                      _recorded(page, chosen, text))
    except SpeechUnavailable as error:
        log.error("no speech: %s", error)
        return errors.answer(503, "no_speech")
    return Response(clip, mimetype="audio/wav")


@bp.get("/speech/name/<language>")
def name(language: str) -> ResponseReturnValue:
    """A language button says its own name."""
    if language not in speech_texts.LANGUAGES:
        abort(404)
    words = speech_texts.LANGUAGES[language]
    recorded = clips.recordings(language, words)
    try:
        clip = current_app.extensions["speaker"].page(words, language, recorded)
    except SpeechUnavailable as error:
        log.error("no speech: %s", error)
        return errors.answer(503, "no_speech")
    return Response(clip, mimetype="audio/wav")


def _recorded(page: str, language: str, text: str) -> dict[str, bytes]:
    """Recordings are found by the Vietnamese sentence, so English keeps the machine's voice."""
    if page == "error" or language == "en":
        return {}
    return clips.recordings(language, text)


def _context(page: str) -> dict:
    # The page that says "the database is away" must be readable without it.
    if page == "error":
        return {"kind": request.args.get("kind", "")}
    visits.arrive()
    return visits.spoken_context()
