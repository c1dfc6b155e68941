"""Khuyến mãi: what the channels take off a bill, until when, and how much of it is used."""

from __future__ import annotations

from flask import Blueprint, render_template

from db import partners
from db import promotions as promotion_records
from services.payments import promotions
from web.office import office

bp = Blueprint("staff_promotions", __name__)


@bp.get("/promotions")
def index() -> str:
    """All promotions with their terms, read only: they come from a file."""
    now = office().now()
    return render_template("staff/payments/promotions.html", title_of=partners.title_of,
                           promotions=[
        (terms, promotions.state(terms, now)) for terms in promotion_records.everything()])
