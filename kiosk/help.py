"""Gọi cán bộ: calling an officer to the kiosk."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from db.calls import DONE, OPEN
from kiosk import machine, payments, visits
from services.desk import calls, hours
from web.htmx import STOP_POLLING
from web.office import office

bp = Blueprint("kiosk_help", __name__)
bp.before_request(visits.arrive)

# Screens from which an officer may be called, as they are named to the desk.
PLACES = ("welcome", "customer", "bills", "history", "pay", "paid", "slip", "text", "sent",
          "contract", "outages", "error", "otherways", "wallet", "phone", "otp", "proof", "citizen",
          "which", "scan", "why", "meter", "topics", "saving", "cash", "agreement")


@bp.get("/help")
def help_page() -> str:
    """The call on its way, or the button that makes it."""
    return render_template("kiosk/help/help.html", place=request.args.get("from", ""),
                           **standing())


@bp.get("/help/turn")
def turn() -> ResponseReturnValue:
    """Asked every five seconds with what the screen says (?seen=): nothing new (204), or how the
    call stands now."""
    now = standing()
    found = now["turn"]
    if found is None:  # the visit ran out, and with it the call
        return payments.go_to("/kiosk/")
    if request.args.get("seen") == now["key"]:
        return "", 204
    page = render_template("kiosk/help/_turn.html", place="help", **now)
    return page, STOP_POLLING if found.state == DONE else 200


def standing() -> dict:
    """What the templates tell of this visit's call; `key` changes with what they say."""
    call, settings = visits.current().data.get("call"), office().settings
    found = calls.turn(call) if call else None
    desk = hours.at(settings.desk_hours, office().now())
    key = f"{found.state}.{found.before}.{found.officer}" if found else ""
    if found and found.state == OPEN:
        key += f".{desk.is_open}"
    return {"call": call if found else None, "turn": found, "desk": desk, "key": key,
            "hotline": settings.hotline}


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
    """Pressed by mistake: nobody needs to come. Too late once an officer has the call."""
    ticket = visits.current().data.get("call")
    if ticket:
        if not calls.withdraw(ticket, office().now()) and calls.is_taken(ticket):
            return redirect("/kiosk/help", 303)
        visits.remember(call=None)
    return redirect("/kiosk/bills" if visits.current().code else "/kiosk/", 303)
