"""Who you are by your phone, and the second proof: a code texted to the number on file."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from db import customers as customer_records
from kiosk import keys, machine, visits
from services.errors import (
    CodeExpired,
    InvalidInput,
    TooMany,
    TooManyCodes,
    TooManyLookups,
    UnknownCustomer,
    WrongCode,
)
from services.kiosks import proofs
from services.kiosks.proofs import Proving
from services.notation import phones
from web.office import office

bp = Blueprint("kiosk_proofs", __name__)
bp.before_request(visits.arrive)

_AFTERWARDS = re.compile(r"bills|history|meter|why/\d{6}-\d", re.ASCII)
_RETRY_AFTER_S = 600
_CARD_MOST = 600


@bp.get("/phone")
def ask_phone() -> str:
    """The phone that the company has on file."""
    return _phone_page("")


@bp.post("/phone")
def phone() -> ResponseReturnValue:
    """Text a code to it; whether it is on file is not told."""
    typed = keys.typed("phone", keys.PHONE_MOST)
    if keys.only_a_key():
        return _phone_page(typed)
    try:
        msisdn = phones.normalise(typed)
        visits.remember()
        _keep(proofs.send_to_phone(office().vault, visits.current(), msisdn, _sent(),
                                   office().now(), machine.asker()))
    except InvalidInput:
        return _phone_page(typed, "phone"), 422
    except TooMany:
        return _phone_page(typed, "too_many_codes"), 429, {"Retry-After": str(_RETRY_AFTER_S)}
    return redirect("/kiosk/proof/code", 303)


@bp.get("/proof")
@visits.needs_customer
def ask() -> ResponseReturnValue:
    """Why a proof is needed, and where the code would go."""
    afterwards = _afterwards(request.args.get("then", ""))
    if visits.current().proven:
        return redirect(f"/kiosk/{afterwards}", 303)
    return _proof_page(afterwards)


@bp.post("/proof")
@visits.needs_customer
def send() -> ResponseReturnValue:
    """Text the code."""
    afterwards = _afterwards(request.form.get("then", ""))
    try:
        proving = proofs.send_to_customer(office().vault, visits.current(), _sent(),
                                          office().now(), machine.asker())
    except TooManyCodes:
        return _too_many(afterwards)
    if proving is None:
        return _proof_page(afterwards)
    _keep(proving, afterwards)
    return redirect("/kiosk/proof/code", 303)


@bp.post("/proof/again")
def again() -> ResponseReturnValue:
    """The text did not come: another code."""
    proving = _proving()
    if proving is None:
        return redirect("/kiosk/", 303)
    try:
        _keep(proofs.send_again(office().vault, visits.current(), proving, office().now(),
                                machine.asker()))
    except TooManyCodes:
        return _code_page("", "too_many_codes"), 429, {"Retry-After": str(_RETRY_AFTER_S)}
    return redirect("/kiosk/proof/code", 303)


@bp.route("/proof/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """The six digits of the text."""
    proving = _proving()
    if proving is None:
        return redirect("/kiosk/bills", 303)
    typed = keys.typed("otp", keys.OTP_MOST)
    if request.method == "GET" or keys.only_a_key():
        return _code_page(typed)
    try:
        found = proofs.confirm(office().vault, proving, typed, office().now())
    except WrongCode:
        return _code_page(typed, "wrong_code"), 422
    except CodeExpired:
        return _code_page("", "code_expired"), 422
    return _proven(found) if proving.phone_hash else _more_is_open()


@bp.route("/proof/card", methods=["GET", "POST"])
@visits.needs_customer
def card() -> ResponseReturnValue:
    """The citizen card before the reader or the camera."""
    afterwards = _afterwards(request.values.get("then", ""))
    customer_code = visits.current().code
    if visits.current().proven or not proofs.knows_card(customer_code):
        return redirect(f"/kiosk/proof?then={afterwards}", 303)
    if request.method == "GET":
        return _card_page(afterwards)
    try:
        read = request.form.get("card", "")[:_CARD_MOST]
        proofs.prove_by_card(office().vault, customer_code, read, office().now(),
                             limited=office().settings.limits)
    except WrongCode:
        return _card_page(afterwards, "card"), 422
    except TooManyLookups:
        page = _card_page(afterwards, "too_many_cards")
        return page, 429, {"Retry-After": str(_RETRY_AFTER_S)}
    visits.remember(proof=True)
    return redirect(f"/kiosk/{afterwards}", 303)


@bp.route("/proof/which", methods=["GET", "POST"])
def which() -> ResponseReturnValue:
    """One phone, several houses: which one?"""
    mine = visits.current().data.get("mine", [])
    if request.form.get("code") in mine:
        return _enter(request.form["code"])
    rows = [row for row in map(customer_records.get, mine) if row]
    if not rows:
        return redirect("/kiosk/", 303)
    return render_template("kiosk/proofs/which.html", rows=rows)


def _proven(found: list[str]) -> ResponseReturnValue:
    if len(found) == 1:
        return _enter(found[0])
    visits.remember(mine=found, proving=None, then=None)
    return redirect("/kiosk/proof/which", 303)


def _enter(customer_code: str) -> ResponseReturnValue:
    try:
        visits.enter_proven(customer_code)
    except UnknownCustomer:
        return redirect("/kiosk/customer", 303)
    return redirect("/kiosk/bills", 303)


def _more_is_open() -> ResponseReturnValue:
    afterwards = visits.current().data.get("then", "bills")
    visits.remember(proof=True, proving=None, then=None)
    return redirect(f"/kiosk/{afterwards}", 303)


def _afterwards(text: str) -> str:
    return text if _AFTERWARDS.fullmatch(text) else "bills"


def _proving() -> Proving | None:
    kept = visits.current().data.get("proving")
    return Proving(*kept) if kept else None


def _sent() -> int:
    """Codes sent in this visit so far; asking in another way does not start the count anew."""
    return visits.current().data.get("codes", 0)


def _keep(proving: Proving, afterwards: str | None = None) -> None:
    more = {"then": afterwards} if afterwards else {}
    visits.remember(proving=list(proving), codes=proving.sent, **more)


def _phone_page(typed: str, error: str = "") -> str:
    return render_template("kiosk/proofs/phone.html", typed=typed, error=error)


def _code_page(typed: str, error: str = "") -> str:
    proving = _proving()
    return render_template("kiosk/proofs/otp.html", typed=typed, error=error, proving=proving,
                           back="phone" if proving and proving.phone_hash else "bills")


def _proof_page(afterwards: str, error: str = "") -> str:
    return render_template("kiosk/proofs/proof.html", then=afterwards, error=error,
                           card=proofs.knows_card(visits.current().code),
                           phone=proofs.has_phone(visits.current().code))


def _card_page(afterwards: str, error: str = "") -> str:
    return render_template("kiosk/proofs/citizen.html", then=afterwards, error=error)


def _too_many(afterwards: str) -> ResponseReturnValue:
    page = _proof_page(afterwards, "too_many_codes")
    return page, 429, {"Retry-After": str(_RETRY_AFTER_S)}
