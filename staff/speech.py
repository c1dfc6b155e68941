"""The kiosk's voice: sentences that staff record in their own languages, and how many are done."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from db import clips as clip_records
from services.errors import InvalidInput
from services.kiosks import clips
from staff import guard
from web import speech_texts
from web.office import office

bp = Blueprint("staff_speech", __name__)


@bp.url_value_preprocessor
def allow_a_recording(endpoint: str | None, _values: dict | None) -> None:
    """Accept a large body before anything reads the form, but only from a signed-in browser."""
    if endpoint == "staff_speech.record" and "sid" in session:
        request.max_content_length = clips.MOST_UPLOAD + 64 * 1024


@bp.get("/speech")
def coverage() -> str:
    """How many sentences each language has, and the list of one."""
    return _page(_language(request.args.get("language", "tyz")))


@bp.post("/speech")
def record() -> ResponseReturnValue:
    """Keep the recording of one sentence."""
    language, file = _language(request.form.get("language", "")), request.files.get("clip")
    number = request.form.get("number", type=int)
    try:
        clips.record(language, _sentence(number), file.read() if file else b"",
                     guard.officer().name, office().now())
    except InvalidInput as error:
        return _page(language, error.reason, number), 422
    return redirect(url_for(".coverage", language=language) + f"#s{number}", 303)


@bp.post("/speech/drop")
def drop() -> ResponseReturnValue:
    """Delete a recording that went wrong."""
    language = _language(request.form.get("language", ""))
    number = request.form.get("number", type=int)
    clips.drop(language, _sentence(number), guard.officer().name, office().now())
    return redirect(url_for(".coverage", language=language) + f"#s{number}", 303)


@bp.get("/speech/<language>/<int:number>")
def listen(language: str, number: int) -> Response:
    """One recording."""
    clip = clip_records.get(_language(language), clips.digest(_sentence(number)))
    return Response(clip, mimetype="audio/wav") if clip else abort(404)


def _page(language: str, error: str = "", wrong: int | None = None) -> str:
    sentences = speech_texts.sentences()
    known = {code: clip_records.recorded(code) for code in speech_texts.LANGUAGES}
    digests = [clips.digest(sentence) for sentence in sentences]
    core = set(map(clips.digest, speech_texts.core()))
    rows = [(number, sentence, digests[number] in known[language], digests[number] in core)
            for number, sentence in enumerate(sentences)]
    return render_template(
        "staff/speech/speech.html", language=language, languages=speech_texts.LANGUAGES,
        error=error, wrong=wrong, total=len(sentences), spoken=speech_texts.SPOKEN,
        counts={code: len(known[code].intersection(digests)) for code in known},
        core_total=len(core), core_counts={code: len(known[code] & core) for code in known},
        rows=sorted(rows, key=lambda row: not row[3]))  # the core first


def _language(code: str) -> str:
    return code if code in speech_texts.LANGUAGES and code != "en" else abort(404)


def _sentence(number: int | None) -> str:
    sentences = speech_texts.sentences()
    return sentences[number] if number is not None and 0 <= number < len(sentences) else abort(404)
