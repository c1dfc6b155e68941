"""Việc khác: saving electricity, where to pay in cash, and the way to other pages."""

from __future__ import annotations

from flask import Blueprint, render_template

from db import reference
from kiosk import visits

bp = Blueprint("kiosk_info", __name__)
bp.before_request(visits.arrive)

_BANKS = "bank"


@bp.get("/info")
def info() -> str:
    """More that people come for."""
    return render_template("kiosk/info/topics.html")


@bp.get("/info/saving")
def saving() -> str:
    """How to use less electricity."""
    return render_template("kiosk/info/saving.html")


@bp.get("/info/cash")
def cash() -> str:
    """Where a bill can be paid in cash."""
    partners = reference.partners()
    return render_template(
        "kiosk/info/cash.html",
        shops=[title for _name, title, kind in partners if kind == "intermediary"],
        banks=[title for _name, title, kind in partners if kind == _BANKS])
