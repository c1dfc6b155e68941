"""Asking for assisted contract signing: one question a page, checked before it is sent."""

from __future__ import annotations

import base64
import functools

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from db import reference
from kiosk import communes, keys, machine, visits
from services.contracts import requests
from services.errors import InvalidInput, TooManyActs
from services.limits.limits import Asker
from services.notation import phones
from web.office import office

bp = Blueprint("kiosk_contracts", __name__)
bp.before_request(visits.arrive)

STEPS = ("name", "phone", "commune", "purpose", "when")
_NEW_SUPPLY = requests.KINDS[0]  # what most people ask for; another kind is chosen at the end
_NO_PHONE = "none"


def answers() -> dict:
    """What was answered so far, by step. phone: [hash, sealed in base64], or "none"."""
    return visits.current().data.get("contract", {})


@bp.get("/contract")
def start() -> ResponseReturnValue:
    """The first question that has no answer."""
    return redirect(f"/kiosk/contract/{_next(answers())}", 303)


@bp.route("/contract/name", methods=["GET", "POST"])
def name() -> ResponseReturnValue:
    """What is your name?"""
    if request.method == "GET":
        return _page("name", typed=answers().get("name", ""))
    typed = keys.typed("name", keys.NAME_MOST, keys.press_in_name)
    if keys.only_a_key():
        return _page("name", typed=typed)
    try:
        return _keep(name=requests.clean_name(typed))
    except InvalidInput:
        return _page("name", typed=typed, error="name"), 422


@bp.route("/contract/phone", methods=["GET", "POST"])
def phone() -> ResponseReturnValue:
    """Which phone may we call? Having none is an answer."""
    if request.method == "GET":
        return _page("phone", typed=_phone_number())
    typed = keys.typed("phone", keys.PHONE_MOST)
    if keys.only_a_key():
        return _page("phone", typed=typed)
    if "none" in request.form:
        return _keep(phone=_NO_PHONE)
    try:
        found, sealed = office().vault.seal_phone(phones.normalise(typed))
    except InvalidInput:
        return _page("phone", typed=typed, error="phone"), 422
    return _keep(phone=[found, base64.b64encode(sealed).decode()])


@bp.route("/contract/commune", methods=["GET", "POST"])
def commune() -> ResponseReturnValue:
    """Where is the electricity wanted?"""
    if request.method == "GET":
        return _page("commune", **communes.chooser())
    choice = communes.choice()
    if choice.code:
        return _keep(commune=choice.code)
    page = _page("commune", typed=request.form.get("q", "")[:80], error=choice.error,
                 **communes.chooser(choice.found or None))
    return page, 422 if choice.error else 200


@bp.route("/contract/purpose", methods=["GET", "POST"])
def purpose() -> ResponseReturnValue:
    """What is the electricity for?"""
    return _one_of("purpose", requests.PURPOSES)


@bp.route("/contract/when", methods=["GET", "POST"])
def when() -> ResponseReturnValue:
    """When may an officer come?"""
    return _one_of("when", requests.WHEN)


@bp.route("/contract/kind", methods=["GET", "POST"])
def kind() -> ResponseReturnValue:
    """Is it about a contract that exists, not new supply? Asked only on the last page."""
    return _one_of("kind", requests.KINDS)


@bp.route("/contract/check", methods=["GET", "POST"])
def check() -> ResponseReturnValue:
    """All answers together; sending them gives the ticket."""
    if "ticket" in visits.current().data:
        return redirect("/kiosk/contract/done", 303)
    if _next(answers()) != "check":
        return redirect(f"/kiosk/contract/{_next(answers())}", 303)
    if request.method == "GET":
        return _check_page()
    try:
        visits.update(functools.partial(_send, now=office().now(), asker=machine.asker()))
    except TooManyActs as error:
        return _check_page("too_many_requests"), 429, {"Retry-After": str(error.wait_s)}
    return redirect("/kiosk/contract/done", 303)


def _check_page(error: str = "") -> str:
    return _page("check", answers={"kind": _NEW_SUPPLY, **answers()}, error=error,
                 phone_number=_phone_number(),
                 commune_name=reference.commune_name(answers()["commune"]))


@bp.get("/contract/done")
def done() -> ResponseReturnValue:
    """The ticket number."""
    data = visits.current().data
    if "ticket" not in data:
        return redirect("/kiosk/contract", 303)
    return render_template("kiosk/contracts/done.html", **data["ticket"])


def _one_of(step: str, keys_known: tuple[str, ...]) -> ResponseReturnValue:
    if request.method == "GET":
        return _page(step, chosen=answers().get(step, ""), choices=keys_known)
    answer = request.form.get(step, "")
    if answer not in keys_known:
        return _page(step, chosen="", choices=keys_known, error="choose"), 422
    return _keep(**{step: answer})


def _page(step: str, **values) -> str:
    complete = step != "check" and _next(answers()) == "check"
    place = STEPS.index(step) if step in STEPS else len(STEPS)
    back = "check" if complete else STEPS[place - 1] if place else ""
    return render_template(f"kiosk/contracts/{step}.html", back=back, step=step,
                           place=place + 1, steps=len(STEPS), **{"error": "", **values})


def _keep(**answer) -> ResponseReturnValue:
    # A new answer begins a new request; the last one's ticket has done its work.
    visits.update(lambda data: {**{k: v for k, v in data.items() if k != "ticket"},
                                "contract": {**data.get("contract", {}), **answer}})
    return redirect(f"/kiosk/contract/{_next(answers())}", 303)


def _next(given: dict) -> str:
    return next((step for step in STEPS if step not in given), "check")


def _phone_number() -> str:
    kept = answers().get("phone", _NO_PHONE)
    if kept == _NO_PHONE:
        return ""
    return phones.local_form(office().vault.open_phone(base64.b64decode(kept[1])))


def _send(data: dict, now: int, asker: Asker | None) -> dict:
    """Inside the visit's change: of two presses only the first finds answers to send."""
    given = data.get("contract", {})
    if _next(given) != "check":
        return data
    kept = given["phone"]
    to = None if kept == _NO_PHONE else (kept[0], base64.b64decode(kept[1]))
    wish = requests.Wish(given["name"], to, given["commune"], given["when"], "kiosk",
                         given["purpose"], given.get("kind", _NEW_SUPPLY))
    if asker is not None:
        asker = asker._replace(phone=to[0] if to else "", commune=given["commune"])
    ticket = requests.request(wish, now, asker)
    rest = {name: value for name, value in data.items() if name != "contract"}
    return {**rest, "ticket": {"ticket": ticket, "texted": requests.is_texted(ticket)}}
