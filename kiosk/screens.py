"""Welcome, language and look of the screen, the end of a visit."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from db import connection
from kiosk import frame, visits
from web import addresses, languages, speech_texts

bp = Blueprint("kiosk_screens", __name__)
bp.before_request(visits.arrive)


@bp.record_once
def _give_pages_their_frame(state) -> None:
    """The visit tells each page's language and frame."""
    languages.set_chooser(state.app, "kiosk", frame.language)
    state.app.jinja_env.globals["frame"] = frame.frame


@bp.get("/")
def welcome() -> str:
    """The start: nothing of the last person is left here."""
    visits.leave()
    return render_template("kiosk/screens/welcome.html", languages_offered=_languages())


def _languages() -> dict[str, str]:
    """What the start page offers; without a database, what the machine itself speaks."""
    try:
        return speech_texts.offered()
    except (*connection.UNAVAILABLE, connection.FAULTY):
        return {code: speech_texts.LANGUAGES[code] for code in speech_texts.SPOKEN}


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Speak another language from now on; one that is not offered means Vietnamese."""
    code = request.form.get("language", "")
    other = code in _languages() and code != languages.DEFAULT
    visits.remember(language=code if other else None)
    return _back()


@bp.post("/look")
def look() -> ResponseReturnValue:
    """Larger text or a dark ground: as `on` says, else the opposite of what it is now."""
    switch, on = request.form.get("switch", ""), request.form.get("on")
    if switch in visits.SWITCHES:
        turn_on = on == "1" if on else switch not in visits.current().data
        visits.remember(**{switch: turn_on or None})
    # The script has changed the page already; without one the page comes anew.
    return ("", 204) if "X-Kiosk-Script" in request.headers else _back()


@bp.post("/stay")
def stay() -> ResponseReturnValue:
    """The person is still here."""
    if visits.current().id:
        visits.remember()
    return "", 204


@bp.post("/end")
def end() -> ResponseReturnValue:
    """Kết thúc: the machine forgets the person."""
    visits.end()
    return redirect("/kiosk/", 303)


def _back() -> ResponseReturnValue:
    """To the page where the switch was pressed, if it is one of ours."""
    path = addresses.referrer_path()
    return redirect(path if path.startswith("/kiosk/") else "/kiosk/", 303)
