"""DK on the desk: an officer checks the person, then ties the phone to the code or refuses."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for

from services.desk import desk, registering
from services.errors import AlreadyDecided, NotYours, UnknownTicket
from staff import guard
from staff.desk import phone_of
from web.office import office

bp = Blueprint("staff_register", __name__)
bp.register_error_handler(UnknownTicket, guard.missing)


@bp.get("/work/<ticket>/register")
def page(ticket: str):
    """Which phone wants to be tied to which code, and what to check."""
    return _page(ticket)


@bp.post("/work/<ticket>/register")
def approve(ticket: str):
    """Xác nhận gắn số."""
    return _decide(ticket, registering.approve)


@bp.post("/work/<ticket>/register/refuse")
def refuse(ticket: str):
    """Từ chối."""
    return _decide(ticket, registering.refuse)


def _decide(ticket: str, decision):
    guard.need_ticket(ticket)
    try:
        decision(ticket, guard.officer(), office().vault, office().now())
    except (AlreadyDecided, NotYours) as error:
        return _page(ticket, type(error).__name__), 409
    return redirect(url_for(".page", ticket=ticket), 303)


def _page(ticket: str, problem: str = "") -> str:
    guard.need_ticket(ticket)
    who, here = guard.officer(), office()
    wish = registering.find(ticket, who, here.vault)
    work = wish.work
    _notes, whole = desk.look_at(work, who, here.now())
    return render_template("staff/desk/register.html", wish=wish, work=work,
                           phone=phone_of(work, whole), mine=desk.holds(work, who),
                           problem=problem)
