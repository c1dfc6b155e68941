"""A contract read by its customer before it is signed: ticket, second proof, page after page."""

from __future__ import annotations

import base64

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from db.agreements import Agreement
from db.contracts import ContractRequest
from kiosk import keys, machine, visits
from services.bills import qr_images
from services.contracts import copies, requests
from services.errors import (
    CodeExpired,
    InvalidInput,
    TooManyCodes,
    TooManyLookups,
    UnknownTicket,
    WrongCode,
)
from services.kiosks import reading
from services.limits import strangers
from services.notation import tickets
from web.office import office

bp = Blueprint("kiosk_agreement", __name__)
bp.before_request(visits.arrive)

_TICKET_MOST, _CARD_MOST = 12, 400
_PLACE = "/kiosk/agreement"
_RETRY_AFTER_S = 600


@bp.route("/agreement", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Which ticket?"""
    if request.method == "GET":
        return _page("ticket", typed="")
    typed = keys.typed("ticket", _TICKET_MOST)
    if keys.only_a_key():
        return _page("ticket", typed=typed)
    try:
        found = _found(typed)
    except UnknownTicket:
        return _page("ticket", typed=typed, error="ticket"), 422
    except TooManyLookups:
        return _page("ticket", typed=typed, error="too_many"), 429
    if found is None:
        return _page("none")
    visits.remember(agreement={"ticket": found.ticket})
    return redirect(f"{_PLACE}/proof", 303)


@bp.route("/agreement/proof", methods=["GET", "POST"])
def proof() -> ResponseReturnValue:
    """A code shows whose contract it is, or the citizen card where there is no phone."""
    row = _request()
    if row is None:
        return redirect(_PLACE, 303)
    phone = bool(row.phone_sealed)
    if not phone:
        return redirect(f"{_PLACE}/code", 303)
    if request.method == "GET":
        return _page("proof", phone=phone)
    visit = visits.current()
    sent = visit.data.get("codes", 0)
    try:
        reading.send_code(row, visit, sent, office().vault, office().now(), machine.asker())
    except TooManyCodes:
        return (_page("proof", phone=phone, error="too_many_codes"), 429,
                {"Retry-After": str(_RETRY_AFTER_S)})
    visits.remember(codes=sent + 1)
    return redirect(f"{_PLACE}/code", 303)


@bp.route("/agreement/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """The six digits of the text, or the twelve of the card."""
    row = _request()
    if row is None:
        return redirect(_PLACE, 303)
    phone = bool(row.phone_sealed)
    typed = keys.typed("proof", keys.OTP_MOST if phone else _CARD_MOST)
    if request.method == "GET" or keys.only_a_key():
        return _page("code", phone=phone, typed=typed)
    try:
        reading.prove(row, typed, visits.current(), office().vault, office().now())
    except WrongCode:
        return _page("code", phone=phone, typed=typed, error="wrong_code" if phone else "card"), 422
    except CodeExpired:
        return _page("code", phone=phone, typed="", error="code_expired"), 422
    except TooManyLookups:
        return _page("code", phone=phone, typed="", error="too_many_cards"), 429
    visits.remember(agreement={"ticket": row.ticket, "proven": True})
    return redirect(f"{_PLACE}/1", 303)


@bp.get("/agreement/<int(min=1):number>")
def page(number: int) -> ResponseReturnValue:
    """One page of the contract, the summary first; the last says what to do then."""
    text = proven_text()
    if text is None:
        return redirect(f"{_PLACE}/proof" if _ticket() else _PLACE, 303)
    if not text.pages:
        return _page("none")
    last = len(text.pages) + 1
    if number > last:
        return redirect(f"{_PLACE}/{last}", 303)
    part = text.pages[number - 1] if number < last else None
    return _page("page", text=text, number=number, part=part)


@bp.post("/agreement/take")
def take() -> ResponseReturnValue:
    """A signed contract as a QR code for the customer's own phone, or a relative's."""
    text, here = proven_text(), office()
    if text is None or not text.signed:
        return redirect(_PLACE, 303)
    try:
        address = copies.share_at_kiosk(text.ticket, here.settings, here.now())
    except InvalidInput:
        return _page("page", text=text, number=len(text.pages) + 1, part=None,
                     error="too_many_links"), 429
    return _page("take", picture=base64.b64encode(qr_images.png(address)).decode(),
                 phone=here.vault.masked_phone(requests.status(text.ticket).phone_sealed),
                 days=here.settings.contract_link_days)


def proven_text() -> reading.ContractText | None:
    """The contract that this visit has proven to be its own; it may have been drafted anew, or
    taken back, since the page before."""
    kept = visits.current().data.get("agreement", {})
    if not kept.get("proven"):
        return None
    found = reading.current(kept["ticket"])
    return reading.text(found, office().vault) if found else None


def _found(typed: str) -> Agreement | None:
    """The contract behind a ticket, None when it is still to be drafted. Raises UnknownTicket, or
    TooManyLookups for a kiosk where many tickets were tried."""
    ticket = tickets.parse(typed)
    if office().settings.limits:
        strangers.kiosk_lookup(machine.kiosk_id(), ticket, office().now())
    return reading.current(ticket)


def _request() -> ContractRequest | None:
    """The request whose ticket was typed in this visit, read once for the whole page."""
    ticket = _ticket()
    return requests.status(ticket) if ticket else None


def _ticket() -> str:
    return visits.current().data.get("agreement", {}).get("ticket", "")


def _page(name: str, **values) -> str:
    return render_template(f"kiosk/agreement/{name}.html", **{"error": "", **values})
