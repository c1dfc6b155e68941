"""OpenAPI document and its readable page."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from partners import signatures
from services.limits import rules
from web.office import office

bp = Blueprint("partners_api_docs", __name__)


@bp.get("/openapi.json")
def openapi() -> Response:
    """The biller API for machines, OpenAPI 3.1."""
    return Response(render_template("partners/openapi.json"), mimetype="application/json")


@bp.get("/docs")
def docs() -> str:
    """The biller API for partners' engineers."""
    return render_template("partners/docs.html", cutoff=office().settings.void_cutoff,
                           window_s=signatures.WINDOW_S, a_minute=rules.most("requests.partner"))
