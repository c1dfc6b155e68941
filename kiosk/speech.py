"""Nghe: a page read aloud, and what is said of it."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import TemplateNotFound

from db import bills as bill_records
from db import reference
from db.bills import BillRow
from kiosk import agreement, help, info, outages, visits
from services.bills import billing
from services.errors import SpeechUnavailable, UnknownBill
from services.kiosks import clips
from services.kiosks.speech import Speaker
from web import errors, languages, speech_texts

bp = Blueprint("kiosk_speech", __name__)
log = logging.getLogger("quaydien")

_IN_VIETNAMESE = ("agreement",)  # the contract binds as it is written; nobody translates it
# Pages that say nothing of the visit: where the database is away, and where the machine speaks by
# itself, which is no sign of anybody.
_OF_NOBODY = ("error", "leaving")


@bp.record_once
def _give_the_app_a_speaker(state) -> None:
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
    return _say(text, languages.current(), _recordings(page, chosen, text))


@bp.get("/speech/name/<language>")
def name(language: str) -> ResponseReturnValue:
    """A language button says its own name."""
    if language not in speech_texts.LANGUAGES:
        abort(404)
    words = speech_texts.LANGUAGES[language]
    return _say(words, language, clips.recordings(language, words))


def _say(text: str, language: str, recordings: dict[str, bytes]) -> ResponseReturnValue:
    try:
        clip = current_app.extensions["speaker"].page(text, language, recordings)
    except SpeechUnavailable as error:
        log.error("no speech: %s", error)
        return errors.answer(503, "no_speech")
    return Response(clip, mimetype="audio/wav")


def _recordings(page: str, language: str, text: str) -> dict[str, bytes]:
    """Recordings are found by the Vietnamese sentence, so English keeps the machine's voice."""
    if page == "error" or language == "en":
        return {}
    return clips.recordings(language, text)


def _context(page: str) -> dict:
    if page in _OF_NOBODY:
        return {"kind": request.args.get("kind", "")}
    visits.arrive()
    return _visit_context() | (_cash_context() if page == "cash" else {})


def _visit_context() -> dict:
    """What the texts of `templates/kiosk/speech/` may say: of this visit, and of the page,
    whose address says more (?bills=, ?commune=, ?page=, ?step=, ?error=, ?kind=)."""
    visit, asked = visits.current(), request.args
    commune = asked.get("commune", "")
    return {
        "proven": visit.proven,
        "account": billing.due(visit.code) if visit.code else None,
        "months": bill_records.latest(visit.code) if visit.proven else None,
        "total": _total(visit.code, asked.get("bills", "")),
        "closed_of": lambda names: billing.closed_without_us(_named(visit.code, names)),
        "slip": visit.data.get("slip", {}).get("number", ""),
        **help.standing(),
        "ticket": visit.data.get("ticket"),
        "agreement": agreement.proven_text(),
        "number": asked.get("page", 1, type=int),
        "commune": reference.commune_name(commune),
        "outages": outages.upcoming(commune),
        **{name: asked.get(name, "") for name in ("step", "error", "kind")},
    }


def _cash_context() -> dict:
    return {"places": info.cash_page()[0], "near": info.commune()}


def _total(code: str, names: str) -> int:
    return sum(bill.total for bill in _named(code, names) if visits.shows(bill))


def _named(code: str, names: str) -> list[BillRow]:
    try:
        return [billing.find(f"{code}-{name}") for name in names.split(",") if name]
    except UnknownBill:
        return []
