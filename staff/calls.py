"""Khách đang đợi: the newest call that waits, on every page of the officers' door."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from db import connection
from services.desk import waiting
from services.desk.waiting import Waiting
from staff import guard
from web.office import office

bp = Blueprint("staff_calls", __name__)


@bp.record_once
def _furnish(state) -> None:
    # Every page of this door has the region, whichever view draws it.
    state.app.jinja_env.globals["newest_call"] = _newest_call


@bp.get("/waiting")
def newest():
    """Asked by every page each five seconds, which lengthens nobody's session."""
    return render_template("staff/_waiting.html", waiting=_newest_call())


def _newest_call() -> Waiting | None:
    """Nobody for a page without an officer, or one without communes, and for the one that tells of
    a lost database."""
    if not g.get("officer") or guard.officer().reach == ():
        return None
    try:
        return waiting.newest_call(guard.officer(), office().now())
    except (*connection.UNAVAILABLE, connection.FAULTY):
        return None
