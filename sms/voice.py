"""The voice line, for people who can't read: keys in, spoken sentences out (TwiML).

Where the talk stands is in the address that the next answer is sent to. Twilio signs the
whole address, so nobody else can make one up.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request, url_for

from db import customers as customer_records
from db import reference
from services.bills import billing
from services.desk import calls, hours
from services.errors import InvalidInput, TooManyActs, TooManyLookups, UnknownCustomer
from services.limits import strangers
from services.limits.limits import Asker
from services.notation import number_words, phones
from sms.gateways.twilio import check_signature
from web.office import office

bp = Blueprint("sms_voice", __name__)
bp.before_request(check_signature)

_PER_PAGE = 7  # keys 2 … 8; 1 is the officer everywhere, 9 leads on
_FIRST_KEY = 2
_MOST_TRIES = 3
_MOST_CODES = 3  # more customers of one phone are not listened to
_SEVEN_DIGITS = re.compile(r"[0-9]{7}")


class Caller(NamedTuple):
    """Who calls; `phone` is (hash, sealed), None for a hidden number."""

    phone: tuple[str, bytes] | None
    quota: str  # under which look-ups are counted
    codes: list[str]  # customers whose phone on file this is


@bp.post("")
def voice() -> Response:
    """One step of a call."""
    step = _STEPS.get(request.args.get("step", ""), _welcome)
    keys = request.form.get("Digits", "")
    return step(_caller(), keys if keys.isascii() and keys.isdigit() else "")


def _caller() -> Caller:
    vault = office().vault
    try:
        phone = vault.seal_phone(phones.normalise(request.form.get("From", "")))
    except InvalidInput:
        return Caller(None, vault.phone_hash("hidden"), [])
    return Caller(phone, phone[0], customer_records.codes_of_phone(phone[0])[:_MOST_CODES])


def _language() -> str:
    return "en" if request.args.get("language") == "en" else "vi"


def _tries() -> int:
    text = request.args.get("tries", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def _speak(name: str, language: str = "", **values) -> Response:
    language = language or _language()

    def link(step: str, **more) -> str:
        return url_for("sms_voice.voice", step=step, language=language, **more)

    def read(function: Callable) -> Callable:
        return functools.partial(function, language=language)

    text = render_template(
        f"sms/voice/{name}.xml", language=language, link=link, words=read(number_words.in_words),
        dong=read(number_words.dong), day=read(number_words.day),
        period=read(number_words.period), spelled=read(number_words.spelled), **values)
    return Response(text, mimetype="text/xml")


def _welcome(_caller: Caller, _digits: str) -> Response:
    return _speak("welcome")


def _chose_language(caller: Caller, digits: str) -> Response:
    return _menu(caller, "", language="en" if digits == "2" else "vi")


def _menu(caller: Caller, _digits: str, *, again: bool = False, language: str = "") -> Response:
    return _speak("menu", language, on_file=bool(caller.codes), again=again, tries=_tries())


def _choice(caller: Caller, digits: str) -> Response:
    if digits == "1":
        return _officer(caller)
    if digits == "2" and caller.codes:
        return _bills(caller, caller.codes)
    if digits == "3":
        return _offices(0)
    return _menu(caller, "", again=True)


def _offices(page: int) -> Response:
    rows = reference.offices()
    shown = rows[page * _PER_PAGE:(page + 1) * _PER_PAGE]
    return _speak("offices", offices=list(enumerate(shown, _FIRST_KEY)), page=page,
                  more=len(rows) > _PER_PAGE)


def _chose_office(caller: Caller, digits: str) -> Response:
    rows, page = reference.offices(), _page()
    if digits == "1":
        return _officer(caller)
    if digits == "9":
        return _offices(page + 1 if (page + 1) * _PER_PAGE < len(rows) else 0)
    shown = rows[page * _PER_PAGE:(page + 1) * _PER_PAGE]
    keys = [str(key) for key, _ in enumerate(shown, _FIRST_KEY)]
    if digits not in keys:
        return _offices(page)
    return _speak("digits", office=shown[keys.index(digits)], reason="", tries=0)


def _page() -> int:
    text = request.args.get("page", "0")
    return int(text) if text in {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} else 0


def _entered_code(caller: Caller, digits: str) -> Response:
    wanted = request.args.get("office")
    row = next((row for row in reference.offices() if row.code == wanted), None)
    if row is None:
        return _offices(0)
    if _tries() >= _MOST_TRIES - 1 and not _is_customer(row.code + digits):
        return _menu(caller, "", again=True)
    if not _SEVEN_DIGITS.fullmatch(digits):
        return _speak("digits", office=row, reason="short", tries=_tries() + 1)
    try:
        return _bills(caller, [row.code + digits])
    except UnknownCustomer:
        return _speak("digits", office=row, reason="unknown", tries=_tries() + 1)


def _is_customer(code: str) -> bool:
    return customer_records.name_of(code) is not None


def _bills(caller: Caller, codes: list[str]) -> Response:
    """What these customers owe; raises UnknownCustomer."""
    here = office()
    try:
        for code in codes:
            strangers.admit_caller(caller.quota, code, here.now(), counted=here.settings.limits)
    except TooManyLookups:
        return _speak("too_many")
    return _speak("bills", accounts=[billing.due(code) for code in codes], codes=",".join(codes))


def _after_bills(caller: Caller, digits: str) -> Response:
    codes = request.args.get("codes", "").split(",")
    if digits == "1":
        return _officer(caller, codes[0])
    if digits == "3":
        return _offices(0)
    try:
        return _bills(caller, codes)
    except UnknownCustomer:
        return _menu(caller, "", again=True)


def _officer(caller: Caller, code: str = "") -> Response:
    if caller.phone is None:
        return _speak("no_number", hotline=office().settings.hotline)
    asker = Asker(phone=caller.phone[0]) if office().settings.limits else None
    try:
        ticket = calls.raise_call("voice", office().now(), phone=caller.phone, place="voice",
                                  code=code or next(iter(caller.codes), ""), asker=asker)
    except TooManyActs:
        return _speak("too_many_calls", hotline=office().settings.hotline)
    return _speak("officer", ticket=ticket, taken=calls.is_taken(ticket),
                  desk=hours.at(office().settings.desk_hours, office().now()))


def _goodbye(_caller: Caller, _digits: str) -> Response:
    return _speak("goodbye")


_STEPS: dict[str, Callable[[Caller, str], Response]] = {
    "language": _chose_language, "menu": _menu, "choice": _choice, "office": _chose_office,
    "code": _entered_code, "after": _after_bills, "goodbye": _goodbye,
}
