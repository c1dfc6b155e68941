"""Where a provider sends the payer's browser afterwards. It shows what we know, and decides
nothing: the parameters of such a redirect prove nothing."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from services.providers import orders
from web.office import office

bp = Blueprint("partners_returning", __name__)


@bp.get("/<provider>/return/<order_ref>")
def show(provider: str, order_ref: str) -> str:
    """The order's state; the reference cannot be guessed."""
    found = orders.find(provider[:20], order_ref[:40])
    if found is None:
        abort(404)
    order, bill = found
    return render_template("partners/return.html", order=order, bill=bill,
                           may_pay=order.state == "open" and order.expires_at > office().now())
