"""A machine becomes one of the company's kiosks: with the word that `flask kiosks add` printed,
typed here, never in an address."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk import keys, machine
from services import clock
from services.kiosks import devices
from web.office import office

bp = Blueprint("kiosk_enrol", __name__)

_YEARS_S = 10 * 366 * clock.DAY // clock.SECOND
_WORD_MOST = 24


@bp.get("/enrol")
def form() -> str:
    """Mã ghi danh."""
    return _page("")


@bp.post("/enrol")
def enrol() -> ResponseReturnValue:
    """Use the word up; from now on the machine keeps its key in a cookie."""
    typed = keys.typed("word", _WORD_MOST)
    if keys.only_a_key():
        return _page(typed)
    machine.count("enrol.device")
    key = devices.enrol(typed, office().now())
    if key is None:
        return _page(typed, "word"), 422
    response = make_response(redirect("/kiosk/", 303))
    response.set_cookie(machine.cookie_name(), key, max_age=_YEARS_S, httponly=True,
                        secure=office().settings.secure, samesite="Lax")
    return response


def _page(typed: str, error: str = "") -> str:
    device = machine.device()
    return render_template("kiosk/enrol/enrol.html", typed=typed, error=error, back="/kiosk/",
                           name=device.name if device else "", most=_WORD_MOST)
