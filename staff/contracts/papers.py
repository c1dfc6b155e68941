"""The papers of a request: photographs in, accepted or refused, looked at one by one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, session, url_for

from services import sealed_files
from services.contracts import papers
from services.desk import desk
from services.errors import (
    InvalidInput,
    NotProved,
    NotYours,
    Unknown,
    UnknownPage,
    WrongSignIn,
)
from services.officers import signin
from services.sealed_files import SealedFiles
from staff import guard
from staff.desk import after
from staff.desk import page as request_page
from web.office import office

bp = Blueprint("staff_papers", __name__)
bp.register_error_handler(Unknown, guard.missing)
bp.register_error_handler(NotYours, guard.missing)


@bp.url_value_preprocessor
def allow_photographs(endpoint: str | None, _values: dict | None) -> None:
    """Before anything reads the form; only for a browser that signed in here."""
    if endpoint == "staff_papers.upload" and "sid" in session:
        request.max_content_length = papers.MOST_BODY


@bp.post("/work/<ticket>/papers/<kind>")
def upload(ticket: str, kind: str):
    """Tải lên."""
    files = [file.stream.read() for file in request.files.getlist("photo") if file.filename]
    return after(ticket, lambda: papers.upload(ticket, kind, files, guard.officer(), store(),
                                               office().now()))


@bp.post("/work/<ticket>/papers/<kind>/accept")
def accept(ticket: str, kind: str):
    """Chấp nhận."""
    original = bool(request.form.get("original"))
    return after(ticket, lambda: papers.accept(ticket, kind, _seen(), original,
                                               guard.officer(), office().now()))


@bp.post("/work/<ticket>/papers/<kind>/refuse")
def refuse(ticket: str, kind: str):
    """Từ chối."""
    reason = request.form.get("reason", "")
    return after(ticket, lambda: papers.refuse(ticket, kind, _seen(), reason,
                                               guard.officer(), office().now()))


@bp.post("/work/<ticket>/papers/<kind>/original")
def original(ticket: str, kind: str):
    """Đã đối chiếu bản gốc."""
    return after(ticket, lambda: papers.note_original(ticket, kind, guard.officer(),
                                                      office().now()))


@bp.post("/work/<ticket>/tell")
def tell(ticket: str):
    """Nhắn khách giấy còn thiếu."""
    return after(ticket, lambda: papers.tell_missing(ticket, guard.officer(), office().now()))


@bp.post("/work/<ticket>/papers/see")
def see(ticket: str):
    """Xem ảnh căn cước: the password again, then the pictures."""
    who, now = guard.officer(), office().now()
    desk.find(ticket, who)
    try:
        signin.prove(who, request.form.get("password", ""), now)
    except WrongSignIn:
        return request_page(ticket, "password_wrong"), 422
    return redirect(url_for("staff_desk.work", ticket=ticket, see=1, _anchor="papers"), 303)


@bp.get("/papers/<page_id>")
def page(page_id: str):
    """One photograph, as a file: an image on the request's page, else a download."""
    try:
        picture = papers.look_at(page_id, guard.officer(), store(), office().now())
    except InvalidInput:
        return guard.missing(UnknownPage(page_id))
    except NotProved as error:
        return redirect(url_for("staff_desk.work", ticket=str(error), _anchor="papers"), 303)
    return Response(picture, mimetype="image/jpeg", headers={
        "Content-Disposition": f'attachment; filename="{page_id[:8]}.jpg"'})


def store() -> SealedFiles:
    """Where photographs lie."""
    return sealed_files.of(office().settings, office().vault)


def _seen() -> int:
    return request.form.get("seen", -1, type=int)
