"""Photographing the papers of a contract request: ticket, which paper, pictures."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from db.contracts import OPEN, TAKEN, UNSIGNED, ContractRequest
from kiosk import keys, machine, visits
from services import sealed_files
from services.contracts import checklists, papers, requests
from services.errors import AlreadyDecided, InvalidInput, TooMany, TooManyLookups, UnknownTicket
from services.limits import strangers
from services.notation import tickets
from web.office import office

bp = Blueprint("kiosk_papers", __name__)
bp.before_request(visits.arrive)

_TICKET_MOST = 12
_WORDS = {"none": "photo_none", "bytes": "photo_large", "pixels": "photo_large",
          "pixels_all": "photo_large", "heavy": "photo_large", "ticket": "photo_full"}
_PLACE = "/kiosk/contract/papers"


@bp.url_value_preprocessor
def allow_photographs(endpoint: str | None, _values: dict | None) -> None:
    """Let large uploads in, before anything reads the form; only in a visit that has begun here."""
    if endpoint == "kiosk_papers.photograph" and "visit" in session:
        request.max_content_length = papers.MOST_BODY


@bp.route("/contract/papers", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Which ticket?"""
    if request.method == "GET":
        return _ask("")
    typed = keys.typed("ticket", _TICKET_MOST)
    if keys.only_a_key():
        return _ask(typed)
    try:
        visits.remember(papers=_found(typed).ticket)
    except UnknownTicket:
        return _ask(typed, "ticket"), 422
    except TooManyLookups:
        return _ask(typed, "too_many"), 429
    return redirect(f"{_PLACE}/missing", 303)


@bp.get("/contract/papers/missing")
def missing() -> ResponseReturnValue:
    """The papers that are still asked for; nothing else of the request is told."""
    found = _current()
    if found is None:
        return redirect(_PLACE, 303)
    return render_template("kiosk/papers/missing.html", step="missing",
                           papers=papers.still_missing(found))


@bp.route("/contract/papers/<kind>", methods=["GET", "POST"])
def photograph(kind: str) -> ResponseReturnValue:
    """Pictures of one paper, from the camera or as files."""
    found = _current()
    if found is None:
        return redirect(_PLACE, 303)
    if kind not in papers.still_missing(found):
        return redirect(f"{_PLACE}/missing", 303) if request.method == "GET" else _photo(
            kind, "paper_taken", 409)
    if request.method == "GET":
        return _photo(kind)
    files = [file.stream.read() for file in request.files.getlist("photo") if file.filename]
    store = sealed_files.of(office().settings, office().vault)
    try:
        papers.send(found, kind, files, machine.kiosk_id() if office().settings.limits else "",
                    store, office().now())
    except InvalidInput as error:
        return _photo(kind, _WORDS.get(error.reason, "photo"), 422)
    except TooMany:
        return _photo(kind, "too_many_photos", 429)
    except AlreadyDecided:
        return _photo(kind, "paper_taken", 409)
    return redirect(f"{_PLACE}/missing", 303)


def _found(typed: str) -> ContractRequest:
    """The open request behind a ticket; raises UnknownTicket, or TooManyLookups for a kiosk
    where many tickets were tried."""
    ticket = tickets.parse(typed)
    if office().settings.limits:
        strangers.kiosk_lookup(machine.kiosk_id(), ticket, office().now())
    found = requests.status(ticket)
    if found.state not in (OPEN, TAKEN) or found.stage not in UNSIGNED:
        raise UnknownTicket(ticket)
    return found


def _current() -> ContractRequest | None:
    ticket = visits.current().data.get("papers", "")
    return requests.status(ticket) if ticket else None


def _ask(typed: str, error: str = "") -> str:
    return render_template("kiosk/papers/ticket.html", step="ticket", typed=typed, error=error)


def _photo(kind: str, error: str = "", status: int = 200) -> ResponseReturnValue:
    if kind not in checklists.ALL:
        abort(404)
    return render_template("kiosk/papers/photo.html", step="photo", kind=kind,
                           error=error), status
