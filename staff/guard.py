"""Who stands at the officers' door: nobody passes any of its addresses without a session."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, redirect, request, session, url_for
from htmx_flask import make_response

from services.errors import AlreadyDecided, EndStands, InvalidInput, NotYours, UnknownTicket
from services.notation import tickets
from services.officers import sessions
from services.officers.rights import SignedIn
from staff.officers import access
from web import addresses
from web.errors import answer
from web.office import office


def furnish(state) -> None:
    """Templates ask `may(endpoint)` before they offer something."""
    state.app.jinja_env.globals["may"] = may


def check() -> Response | None:
    """Remember who is signed in for this request, or send them to the sign-in page. Everything
    under /staff but signing in, also what does not exist, is for officers only."""
    if request.path != "/staff" and not request.path.startswith("/staff/"):
        return None
    who = _look_up()
    g.officer = who if who and who.stage == sessions.FULL else None
    g.half = who if who and who.stage == sessions.PASSWORD else None
    if access.is_open(request.endpoint):
        return None
    if g.officer is None:
        return _to_signin()
    why = access.refusal(g.officer, request.endpoint) if request.endpoint else ""
    return answer(403, why) if why else None


def may(endpoint: str) -> bool:
    """Whether the officer of this request may open an address."""
    who = g.get("officer")
    return who is not None and not access.refusal(who, endpoint)


def officer() -> SignedIn:
    """The officer of this request."""
    return g.officer


def is_poll() -> bool:
    """A screen asks by itself, which is no sign that an officer is there."""
    return bool(request.htmx) and request.method == "GET"  # type: ignore[attr-defined]


def keep(session_id: str) -> None:
    """Start a visit with a fresh cookie; whatever the browser held before is forgotten."""
    old = g.officer or g.half
    if old:
        sessions.sign_out(old, office().now())
    session.clear()
    session["sid"] = session_id


def need_ticket(ticket: str) -> None:
    """Raises UnknownTicket unless this is a ticket as it is written: nothing else goes any
    further, in particular to the database."""
    if tickets.parse(ticket) != ticket:
        raise UnknownTicket(ticket)


def missing(_error: Exception) -> Response:
    """What does not exist, or lies outside this officer's communes: told the same way."""
    return answer(404, "not_found")


def after(change: Callable[[], object], show: Callable[[str], str], target: str):
    """Make a change and go to `target`; when it was refused, `show` the page with the reason."""
    try:
        change()
    except (AlreadyDecided, NotYours) as error:
        return show(type(error).__name__), 409
    except EndStands as error:
        return show(f"stands_{error}"), 409
    except InvalidInput as error:
        return show(f"{error.field}_{error.reason}"), 422
    return redirect(target, 303)


def safe_target(text: str) -> str:
    """`text` when it is a page of ours to go to after sign-in, else the desk."""
    ours = text.startswith("/staff/") and not text.startswith("/staff/sign")
    plain = len(text) < 600 and text.isprintable() and "\\" not in text
    return text if ours and plain else url_for("staff_desk.index")


def _look_up() -> SignedIn | None:
    session_id = session.get("sid")
    if not isinstance(session_id, str):
        return None
    return sessions.current(session_id, office().now(), active=not is_poll())


def _to_signin() -> Response:
    # A form cannot be sent again after sign-in, so the page that it stood on is shown.
    lost = request.method != "GET"
    came_from = request.headers.get("HX-Current-URL") or (request.referrer if lost else "")
    target = _path(came_from) if came_from else request.full_path.rstrip("?")
    ended = "sid" in session and not g.half
    address = url_for("staff_signin.form", next=safe_target(target),
                      ended=1 if ended else None, lost=1 if ended and lost else None)
    if request.htmx:  # type: ignore[attr-defined]
        return make_response("", 401, redirect=address)
    return redirect(address, 303)  # type: ignore[return-value]


def _path(address: str) -> str:
    parts = addresses.split(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
