"""The papers of a request: photographs in, accepted or refused, looked at one by one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, session, url_for

from services import sealed_files
from services.contracts import looks, papers
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
from staff.desk import after_file, open_file, show
from web.office import office

bp = Blueprint("staff_papers", __name__)
bp.register_error_handler(Unknown, guard.missing)
bp.register_error_handler(NotYours, guard.missing)


@bp.url_value_preprocessor
def allow_photographs(endpoint: str | None, _values: dict | None) -> None:
    """Let large uploads in, before anything reads the form; only from a browser that signed in."""
    if endpoint == "staff_papers.upload" and "sid" in session:
        request.max_content_length = papers.MOST_BODY


@bp.post("/work/<ticket>/papers/<kind>")
def upload(ticket: str, kind: str):
    """Tải lên."""
    photographs = [sent.stream.read() for sent in request.files.getlist("photo") if sent.filename]
    return after_file(ticket, lambda file: papers.upload(file, kind, photographs, store(),
                                                         office().now()), f"paper-{kind}")


@bp.post("/work/<ticket>/papers/<kind>/accept")
def accept(ticket: str, kind: str):
    """Chấp nhận."""
    original = {"1": True, "0": False}.get(request.form.get("original", ""))
    return after_file(ticket, lambda file: papers.accept(file, kind, _seen(), original,
                                                         office().now()), "papers")


@bp.post("/work/<ticket>/papers/<kind>/refuse")
def refuse(ticket: str, kind: str):
    """Từ chối."""
    reason = request.form.get("reason", "")
    return after_file(ticket, lambda file: papers.refuse(file, kind, _seen(), reason,
                                                         office().now()), "papers")


@bp.post("/work/<ticket>/papers/<kind>/original")
def original(ticket: str, kind: str):
    """Đã đối chiếu bản gốc."""
    return after_file(ticket, lambda file: papers.note_original(file, kind, office().now()))


@bp.post("/work/<ticket>/tell")
def tell(ticket: str):
    """Nhắn khách giấy còn thiếu."""
    return after_file(ticket, lambda file: papers.tell_missing(file, office().now()))


@bp.post("/work/<ticket>/papers/see")
def see(ticket: str):
    """Xem ảnh căn cước: the password again, then the pictures."""
    file = open_file(ticket)
    try:
        signin.prove(file.who, request.form.get("password", ""), office().context())
    except WrongSignIn:
        return show(file, "password_wrong"), 422
    return redirect(url_for("staff_desk.work", ticket=ticket, see=1, _anchor="papers"), 303)


@bp.get("/papers/<page_id>")
def page(page_id: str):
    """One photograph, as a file: an image on the request's page, else a download."""
    try:
        picture = looks.look_at(page_id, guard.officer(), store(), office().now())
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
