"""Lịch cắt điện: the outages planned in a commune."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from db import outages as outage_records
from db import reference
from kiosk import communes, visits
from services import clock
from web.office import office

bp = Blueprint("kiosk_outages", __name__)
bp.before_request(visits.arrive)

_ROWS = 3  # a page
_AHEAD = 14 * clock.DAY


@bp.route("/outages", methods=["GET", "POST"])
def commune() -> ResponseReturnValue:
    """Which commune?"""
    if request.method == "GET":
        return render_template("kiosk/outages/commune.html", error="", **communes.chooser())
    choice = communes.choice()
    if choice.code:
        return redirect(f"/kiosk/outages/{choice.code}", 303)
    page = render_template(
        "kiosk/outages/commune.html", typed=request.form.get("q", "")[:80], error=choice.error,
        **communes.chooser(choice.found or None))
    return page, 422 if choice.error else 200


@bp.get("/outages/<commune_code>")
def list_upcoming(commune_code: str) -> str:
    """Its outages of the next 14 days."""
    if commune_code not in reference.communes():
        abort(404)
    found = upcoming(commune_code)
    pages = max(1, -(-len(found) // _ROWS))
    page = min(communes.page_number(), pages)
    return render_template("kiosk/outages/upcoming.html", page=page, pages=pages,
                           rows=found[(page - 1) * _ROWS:page * _ROWS],
                           commune_code=commune_code,
                           commune=reference.commune_name(commune_code))


def upcoming(commune_code: str) -> list[tuple]:
    """(outage, local start, local end) of a commune in the next 14 days."""
    now = office().now()
    return [(outage, clock.local(outage.starts_at), clock.local(outage.ends_at))
            for outage in outage_records.upcoming(commune_code, now, now + _AHEAD)]
