"""Sign-in of officers: password, then for supervisors a one-time code."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for

from services.bills import qr_images
from services.errors import AlreadyDecided, Locked, WrongCode, WrongSignIn
from services.officers import sessions, signin
from staff import guard
from web.office import office

bp = Blueprint("staff_signin", __name__)
bp.before_app_request(guard.check)


@bp.get("/signin")
def form():
    """Name and password."""
    return render_template("staff/signin/signin.html", name="", target=request.args.get("next", ""))


@bp.post("/signin")
def enter():
    """Check name and password."""
    name, target = request.form.get("name", ""), request.form.get("next", "")
    try:
        session_id, stage = signin.by_password(name, request.form.get("password", ""),
                                               office().vault, office().now())
    except WrongSignIn:
        return render_template("staff/signin/signin.html", name=name, target=target,
                               wrong=True), 422
    guard.keep(session_id)
    if stage == sessions.PASSWORD:
        return redirect(url_for(".code", next=guard.safe_target(target)), 303)
    return redirect(guard.safe_target(target), 303)


@bp.get("/signin/code")
def code():
    """The second step: at the first sign-in with the secret to enrol."""
    if g.half is None:
        return redirect(url_for(".form"), 303)
    return _code_page(request.args.get("next", ""))


@bp.post("/signin/code")
def enter_code():
    """Check the one-time code."""
    target = request.form.get("next", "")
    if g.half is None:
        return redirect(url_for(".form", next=guard.safe_target(target), ended=1), 303)
    try:
        session_id = signin.by_code(g.half, request.form.get("code", ""), office().vault,
                                    office().now())
    except WrongCode:
        return _code_page(target, "wrong"), 422
    except Locked:
        return _code_page(target, "locked"), 429
    except AlreadyDecided:
        return redirect(url_for(".form", next=guard.safe_target(target)), 303)
    g.half = None  # ended together with the full sign-in
    guard.keep(session_id)
    return redirect(guard.safe_target(target), 303)


@bp.post("/signout")
def leave():
    """End this session."""
    sessions.sign_out(guard.officer(), office().now())
    session.clear()
    return redirect(url_for(".form"), 303)


def _code_page(target: str, problem: str = "") -> str:
    secret, address = signin.enrolment(g.half, office().vault) or ("", "")
    size, path = qr_images.svg_path(address) if address else (0, "")
    return render_template("staff/signin/code.html", target=target, problem=problem, secret=secret,
                           address=address, qr_size=size, qr_path=path)
