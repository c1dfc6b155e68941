"""An officer's own account: time left, password, sessions elsewhere."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for

from db import reference
from services import clock
from services.errors import InvalidInput, WrongSignIn
from services.officers import accounts, sessions, signin
from staff import guard
from web.office import office

bp = Blueprint("staff_account", __name__)

_WARN = 2 * clock.MINUTE


@bp.get("/session")
def time_left():
    """Asked by every page: nothing, or a warning before the session ends for want of activity."""
    left = guard.officer().ends_at - office().now()
    return render_template("staff/account/_time_left.html", left=left, warn=left <= _WARN)


@bp.post("/session")
def stay():
    """The officer is there; the guard has noted it."""
    if request.htmx:  # type: ignore[attr-defined]
        return ""
    return redirect(url_for("staff_desk.index"), 303)


@bp.get("/account")
def account():
    """Role, communes and sessions."""
    return _page()


@bp.post("/account/password")
def change_password():
    """A new password; every session ends, this one too."""
    fields = request.form
    if fields.get("new", "") != fields.get("again", ""):
        return _page("again", "different"), 422
    try:
        signin.prove(guard.officer(), fields.get("old", ""), office().context())
        name = guard.officer().name
        accounts.set_password(name, fields.get("new", ""), name, office().now())
    except WrongSignIn:
        return _page("old", "wrong"), 422
    except InvalidInput as error:
        return _page("new", error.reason), 422
    session.clear()
    return redirect(url_for("staff_signin.form", changed=1), 303)


@bp.post("/account/signout")
def leave_everywhere():
    """End all sessions of this officer."""
    sessions.sign_out_everywhere(guard.officer().name, office().now())
    session.clear()
    return redirect(url_for("staff_signin.form", everywhere=1), 303)


def _page(field: str = "", reason: str = "") -> str:
    who = g.officer
    names = [reference.commune_name(code) for code in who.reach or ()]
    return render_template("staff/account/account.html", who=who, communes=names, field=field,
                           reason=reason, sessions=sessions.of_officer(who.name, office().now()))
