"""Gọi cán bộ: calling an officer to the kiosk."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from db.calls import DONE, OPEN
from kiosk import machine, payments, visits
from services.desk import calls, hours
from services.errors import TooManyActs
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
    asker = machine.asker(commune=commune)

    def change(data: dict) -> dict:
        raised = calls.raise_or_join(
            "kiosk", now, commune_code=commune, code=data.get("code", ""), place=place,
            kiosk=kiosk, earlier=data.get("call", ""), asker=asker)
        if raised.ticket == data.get("call"):
            return data
        kept = {name: value for name, value in data.items() if name != "joined"}
        return {**kept, "call": raised.ticket, **({"joined": True} if raised.joined else {})}
    try:
        visits.update(change)
    except TooManyActs as error:
        page = render_template("kiosk/help/help.html", place=place, error="too_many_calls",
                               **standing())
        return page, 429, {"Retry-After": str(error.wait_s)}
    return redirect("/kiosk/help", 303)


@bp.post("/help/withdraw")
def withdraw() -> ResponseReturnValue:
    """Pressed by mistake: nobody needs to come. Too late once an officer has the call. One that
    was only joined stays: somebody else made it."""
    data = visits.current().data
    ticket = data.get("call")
    if ticket:
        gone = data.get("joined") or calls.withdraw(ticket, office().now())
        if not gone and calls.is_taken(ticket):
            return redirect("/kiosk/help", 303)
        visits.remember(call=None, joined=None)
    return redirect("/kiosk/bills" if visits.current().code else "/kiosk/", 303)
