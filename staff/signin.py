"""Sign-in of officers: password, then the second factor."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from services import clock
from services.bills import qr_images
from services.errors import AlreadyDecided, Locked, WrongCode, WrongSignIn
from services.officers import sessions, signin
from services.officers.known_devices import KNOWN_FOR
from services.officers.signin import Opened
from services.officers.throttle import Origin
from staff import guard
from web import proxies
from web.office import office

bp = Blueprint("staff_signin", __name__)
bp.before_app_request(guard.check)
bp.record_once(guard.furnish)


@bp.get("/signin")
def form():
    """Name and password."""
    return render_template("staff/signin/signin.html", name="", target=request.args.get("next", ""))


@bp.post("/signin")
def enter():
    """Check name and password."""
    name, target = request.form.get("name", ""), request.form.get("next", "")
    try:
        opened = signin.by_password(name, request.form.get("password", ""), _origin(),
                                    office().context())
    except WrongSignIn:
        return render_template("staff/signin/signin.html", name=name, target=target,
                               wrong=True), 422
    if opened.stage == sessions.PASSWORD:
        guard.keep(opened.session_id)
        return redirect(url_for(".code", next=guard.safe_target(target)), 303)
    return _let_in(opened, target)


@bp.get("/signin/code")
def code():
    """The second step: at the first sign-in with the secret to enrol."""
    if g.half is None:
        return redirect(url_for(".form"), 303)
    return _code_page(request.args.get("next", ""))


@bp.post("/signin/code")
def enter_code():
    """Check the app's code, or one of the printed list."""
    target = request.form.get("next", "")
    if g.half is None:
        return redirect(url_for(".form", next=guard.safe_target(target), ended=1), 303)
    typed = request.form.get("recovery", "") or request.form.get("code", "")
    try:
        opened = signin.by_code(g.half, typed[:40], _origin(), office().context())
    except WrongCode:
        return _code_page(target, "wrong"), 422
    except Locked:
        return _code_page(target, "locked"), 429
    except AlreadyDecided:
        return redirect(url_for(".form", next=guard.safe_target(target)), 303)
    g.half = None  # ended together with the full sign-in
    return _let_in(opened, target)


@bp.post("/signout")
def leave():
    """End this session."""
    sessions.sign_out(guard.officer(), office().now())
    session.clear()
    return redirect(url_for(".form"), 303)


def _let_in(opened: Opened, target: str) -> Response:
    """Signed in fully: this browser is known from now on."""
    guard.keep(opened.session_id)
    answer = redirect(guard.safe_target(target), 303)
    answer.set_cookie(_cookie_name(), _signer().dumps(opened.device), httponly=True,
                      max_age=KNOWN_FOR // clock.SECOND, secure=office().settings.secure,
                      samesite="Lax")
    return answer  # type: ignore[return-value]


def _origin() -> Origin:
    """Where the try comes from: the client's address, and the device if it was here before."""
    try:
        device = _signer().loads(request.cookies.get(_cookie_name(), ""))
    except BadSignature:
        device = ""
    return Origin(proxies.client_address(), device if isinstance(device, str) else "")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(office().settings.secret_key, salt="known device")


def _cookie_name() -> str:
    return "__Host-known" if office().settings.secure else "known"


def _code_page(target: str, problem: str = "") -> str:
    secret, address = signin.enrolment(g.half, office().vault) or ("", "")
    size, path = qr_images.svg_path(address) if address else (0, "")
    return render_template("staff/signin/code.html", target=target, problem=problem, secret=secret,
                           address=address, qr_size=size, qr_path=path)
