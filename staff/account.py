"""An officer's own account: time left, password, second factor, sessions elsewhere."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for

from db import reference
from services import clock
from services.errors import InvalidInput, UnknownSession, WrongSignIn
from services.officers import accounts, second_factor, sessions, signin
from staff import guard
from web.office import office

bp = Blueprint("staff_account", __name__)
bp.register_error_handler(UnknownSession, guard.missing)

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


@bp.post("/account/sessions/<short>")
def end_session(short: str):
    """Kết thúc one session, such as of a machine that was left."""
    name = guard.officer().name
    sessions.end_one(name, short, name, office().now())
    return redirect(url_for(".account", saved=1), 303)


@bp.post("/account/codes")
def print_codes():
    """In mã khôi phục: shown this once. Who signed in a moment ago need not prove it again."""
    who, here = guard.officer(), office().context()
    if not who.lacks_codes or not who.has_proved(here.now):
        try:
            signin.prove(who, request.form.get("password", ""), here)
        except WrongSignIn:
            return _page("codes", "wrong"), 422
    if not second_factor.is_enrolled(who.name):
        return _page("codes", "none"), 409
    g.officer = who._replace(lacks_codes=False)
    return render_template("staff/account/codes.html", who=who, at=here.now,
                           codes=second_factor.print_list(who.name, here.vault, here.now))


@bp.post("/account/factor")
def forget_factor():
    """Đổi điện thoại xác thực: with the password and a code; the next sign-in enrols anew."""
    who, here, form = guard.officer(), office().context(), request.form
    try:
        signin.prove_both(who, form.get("password", ""), form.get("code", "")[:40], here)
    except WrongSignIn:
        return _page("factor", "wrong"), 422
    accounts.forget_totp(who.name, who.name, here.now)
    session.clear()
    return redirect(url_for("staff_signin.form", factor=1), 303)


def _page(field: str = "", reason: str = "") -> str:
    who = g.officer
    names = [reference.commune_name(code) for code in who.reach or ()]
    return render_template("staff/account/account.html", who=who, communes=names, field=field,
                           reason=reason, enrolled=second_factor.is_enrolled(who.name),
                           codes_left=second_factor.codes_left(who.name), short=sessions.short,
                           proved=who.has_proved(office().now()),
                           sessions=sessions.of_officer(who.name, office().now()))
