"""A machine becomes one of the company's kiosks: once, with a word from `flask kiosk add`."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import machine
from services import clock
from services.kiosks import devices
from web.office import office

bp = Blueprint("kiosk_enrol", __name__)

_YEARS_S = 10 * 366 * clock.DAY // clock.SECOND


@bp.get("/enrol")
def form() -> str:
    """Whoever sets the machine up presses once; looking changes nothing."""
    return _page(request.args.get("word", "")[:80])


@bp.post("/enrol")
def enrol() -> ResponseReturnValue:
    """Use the word up; from now on the machine keeps its key in a cookie."""
    word = request.form.get("word", "")[:80]
    machine.count("enrol.device")
    key = devices.enrol(word, office().now())
    if key is None:
        return _page(word, "word"), 422
    response = make_response(redirect("/kiosk/", 303))
    response.set_cookie(machine.cookie_name(), key, max_age=_YEARS_S, httponly=True,
                        secure=office().settings.secure, samesite="Lax")
    return response


def _page(word: str, error: str = "") -> str:
    device = machine.device()
    return render_template("kiosk/enrol/enrol.html", word=word, error=error, back="/kiosk/",
                           name=device.name if device else "")
