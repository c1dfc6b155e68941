"""Gọi cán bộ."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import visits
from services import calls
from web.office import office

bp = Blueprint("kiosk_help", __name__)
bp.before_request(visits.arrive)

# Screens from which an officer may be called, as they are named to the desk.
PLACES = ("welcome", "customer", "bills", "history", "pay", "paid", "slip", "text", "sent",
          "contract", "outages", "error")


@bp.get("/help")
def help_page() -> ResponseReturnValue:
    """The call on its way, or the button that makes it."""
    call = visits.current().data.get("call")
    return render_template("kiosk/help.html", call=call, place=request.args.get("from", ""))


@bp.post("/help")
def call() -> ResponseReturnValue:
    """Put a call on the desk; pressing again soon is the same call."""
    asked = request.form.get("from", "")
    place, now = asked if asked in PLACES else "welcome", office().now()
    visits.update(lambda data: {**data, "call": calls.raise_call(
        "kiosk", now, code=data.get("code", ""), place=place, earlier=data.get("call", ""))})
    return redirect("/kiosk/help", 303)


@bp.post("/help/withdraw")
def withdraw() -> ResponseReturnValue:
    """Pressed by mistake: nobody needs to come."""
    ticket = visits.current().data.get("call")
    if ticket:
        calls.withdraw(ticket, office().now())
        visits.remember(call=None)
    return redirect("/kiosk/bills" if visits.current().code else "/kiosk/", 303)
