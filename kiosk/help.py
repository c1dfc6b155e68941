"""Gọi cán bộ: calling an officer to the kiosk."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from db.calls import DONE
from kiosk import machine, visits
from services.desk import calls
from web.htmx import STOP_POLLING
from web.office import office

bp = Blueprint("kiosk_help", __name__)
bp.before_request(visits.arrive)

# Screens from which an officer may be called, as they are named to the desk.
PLACES = ("welcome", "customer", "bills", "history", "pay", "paid", "slip", "text", "sent",
          "contract", "outages", "error", "otherways", "wallet", "phone", "otp", "proof", "citizen",
          "which", "scan", "why", "meter", "topics", "saving", "cash", "agreement")


@bp.get("/help")
def help_page() -> ResponseReturnValue:
    """The call on its way, or the button that makes it."""
    call = visits.current().data.get("call")
    return render_template("kiosk/help/help.html", call=call, place=request.args.get("from", ""),
                           turn=calls.turn(call) if call else None)


@bp.get("/help/turn")
def turn() -> ResponseReturnValue:
    """Asked every five seconds: how many calls are before this one, or that somebody is coming."""
    call = visits.current().data.get("call")
    found = calls.turn(call) if call else None
    page = render_template("kiosk/help/_turn.html", turn=found)
    return page, 200 if found and found.state != DONE else STOP_POLLING


@bp.post("/help")
def call() -> ResponseReturnValue:
    """Put a call on the desk; pressing again soon is the same call."""
    asked = request.form.get("from", "")
    place, now = asked if asked in PLACES else "welcome", office().now()
    device = machine.device()
    commune, kiosk = (device.commune_code, device.name) if device else ("", "")
    visits.update(lambda data: {**data, "call": calls.raise_call(
        "kiosk", now, commune_code=commune, code=data.get("code", ""), place=place,
        kiosk=kiosk, earlier=data.get("call", ""))})
    return redirect("/kiosk/help", 303)


@bp.post("/help/withdraw")
def withdraw() -> ResponseReturnValue:
    """Pressed by mistake: nobody needs to come."""
    ticket = visits.current().data.get("call")
    if ticket:
        calls.withdraw(ticket, office().now())
        visits.remember(call=None)
    return redirect("/kiosk/bills" if visits.current().code else "/kiosk/", 303)
