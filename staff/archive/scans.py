"""Scans handed in on screen, and the pages that nobody knows the contract of."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for

from db.archive.archive_files import WAITING
from services.archive import pages, scanning, stacks
from services.decoding.errors import ReaderUnavailable
from services.errors import AlreadyDecided, InvalidInput
from staff import guard
from staff.contracts.papers import store
from web.office import office

bp = Blueprint("staff_archive_scans", __name__)


@bp.url_value_preprocessor
def allow_scans(endpoint: str | None, _values: dict | None) -> None:
    """Before anything reads the form; only for a browser that signed in here."""
    if endpoint == "staff_archive_scans.hand_in" and "sid" in session:
        request.max_content_length = scanning.MOST_BODY
        request.max_form_parts = scanning.MOST_FILES


@bp.get("/scan")
def scan() -> str:
    """The form, and the newest files; only these when the page asks for news by itself."""
    return _scan([])


@bp.post("/scan")
def hand_in():
    """Nộp bản quét: each file is kept or refused for itself."""
    who, now, wrong = guard.officer(), office().now(), []
    files = [file for file in request.files.getlist("scan") if file.filename]
    for file in (files[at] for at in stacks.in_order([file.filename or "" for file in files])):
        try:
            scanning.hand_in(file.filename or "", file.stream.read(), who.name, store(), now)
        except InvalidInput as error:
            wrong.append((file.filename, error.reason))
        except ReaderUnavailable:
            wrong.append((file.filename, "busy"))
    if wrong or not files:
        return _scan(wrong or [("", "none")]), 422
    return redirect(url_for(".scan"), 303)


def _scan(wrong: list) -> str:
    files = pages.files(guard.officer())
    template = "staff/archive/_files.html" if guard.is_poll() else "staff/archive/scan.html"
    return render_template(template, files=files, wrong=wrong, most=pages.MOST_FILES,
                           waiting=any(file.state == WAITING for file in files))


@bp.get("/unplaced")
def unplaced() -> str:
    """Trang chưa rõ: an officer says whose they are."""
    return _unplaced()


@bp.post("/unplaced")
def decide():
    """Gắn vào hợp đồng, or Bỏ."""
    form, who, now = request.form, guard.officer(), office().now()
    chosen = form.getlist("page")[:pages.MOST_PAGES]
    try:
        if "discard" in form:
            pages.discard(chosen, who, store(), now)
        else:
            pages.assign(chosen, form.get("number", "")[:80], who, now)
    except AlreadyDecided:
        return _unplaced("decided"), 409
    except InvalidInput as error:
        return _unplaced(f"{error.field}_{error.reason}"), 422
    return redirect(url_for(".unplaced"), 303)


def _unplaced(problem: str = "") -> str:
    return render_template("staff/archive/unplaced.html", problem=problem, typed=request.form,
                           chosen=request.form.getlist("page"),
                           groups=pages.unplaced(guard.officer()))
