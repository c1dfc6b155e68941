"""Paying elsewhere: a paper slip with its number, or a text message with a link."""

from __future__ import annotations

import logging

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from db import payment_links as payment_link_records
from db.bills import UNPAID
from kiosk import keys, machine, payments, visits
from services.bills import payment_links
from services.bills.vietqr import InvalidPayload
from services.errors import InvalidInput, PrinterAbsent, TooManyMessages
from services.kiosks import slips
from services.limits import rules
from services.notation import formats, phones
from web.office import office

bp = Blueprint("kiosk_slips", __name__)
bp.before_request(visits.arrive)
bp.register_error_handler(InvalidPayload, payments.call_somebody)

_RETRY_AFTER_S = 3600
_SIZES = (28, 40, 52)  # dots: plain, # and ##

log = logging.getLogger("quaydien")


@bp.post("/pay/<names>/slip")
@visits.needs_customer
def make_slip(names: str) -> ResponseReturnValue:
    """Issues a slip number and prints it; where the kiosk has no slip printer the slip's page
    prints itself, if the browser can."""
    machine.count("slip.device")
    token, number = payment_links.link_for(visits.current().code, office().now())
    made = {"number": number, "until": payment_link_records.expires_at(token)}
    visits.remember(slip=made)
    device = machine.device()
    printer = device.printer if device and device.printer else office().settings.kiosk_printer
    how = _print(printer, names, made) if printer else {"print": 1}
    return redirect(url_for(".slip", names=names, **how), 303)


def _print(printer: str, names: str, made: dict) -> dict:
    """Prints the slip; returns how it went, for the address of the slip's page."""
    bills = payments.bills_named(names)
    if any(bill.state != UNPAID for bill in bills):
        return {}
    owed = payments.code_for(bills)
    text = render_template("kiosk/slips/paper.txt", owed=owed, slip=made, at=office().now(),
                           invoices=visits.invoices(bills))
    lines = [_line(row) for row in text.splitlines() if row.strip()]
    try:
        slips.print_slip(printer, lines, owed.payload)
    except PrinterAbsent as error:
        log.error("slip printer: %s", error)
        return {"absent": 1}
    return {"printed": 1}


def _line(row: str) -> slips.SlipLine:
    marks, words = len(row) - len(row.lstrip("#")), row.lstrip("# ")
    return slips.SlipLine(words, _SIZES[marks], bold=marks > 0)


@bp.get("/pay/<names>/slip")
@visits.needs_customer
def slip(names: str) -> ResponseReturnValue:
    """The slip: printed, or on the screen with its number when nothing prints."""
    bills, made = payments.bills_named(names), visits.current().data.get("slip")
    if not made or any(bill.state != UNPAID for bill in bills):
        return redirect(url_for("kiosk_payments.pay", names=names), 303)
    return render_template("kiosk/slips/slip.html", owed=payments.code_for(bills), slip=made,
                           at=office().now(), invoices=visits.invoices(bills),
                           printing="print" in request.args,
                           printed="printed" in request.args, absent="absent" in request.args)


@bp.get("/pay/<names>/text")
@visits.needs_customer
def ask_phone(names: str) -> ResponseReturnValue:
    """Which phone is the link for?"""
    return _phone_page(names, "")


@bp.post("/pay/<names>/text")
@visits.needs_customer
def text(names: str) -> ResponseReturnValue:
    """Queue the text with the payment link."""
    typed = keys.typed("phone", keys.PHONE_MOST)
    if keys.only_a_key():
        return _phone_page(names, typed)
    try:
        phone = phones.normalise(typed)
        _send(payments.code_for(payments.bills_named(names)), phone)
    except InvalidInput:
        return _phone_page(names, typed, "phone"), 422
    except TooManyMessages as error:
        page = _phone_page(names, typed, "too_many_texts")
        return page, 429, {"Retry-After": str(error.wait_s or _RETRY_AFTER_S)}
    return redirect(url_for(".sent", names=names), 303)


@bp.get("/pay/<names>/sent")
@visits.needs_customer
def sent(names: str) -> ResponseReturnValue:
    """The text is on its way, while something is owed."""
    if any(bill.state != UNPAID for bill in payments.bills_named(names)):
        return redirect(url_for("kiosk_payments.pay", names=names), 303)
    if "texted" not in visits.current().data:
        return redirect(url_for(".ask_phone", names=names), 303)
    return render_template("kiosk/slips/sent.html", names=names,
                           phone=visits.current().data["texted"][-1])


def _send(owed: payments.PaymentCode, phone: str) -> None:
    settings, now = office().settings, office().now()
    unpaid = owed.account.unpaid
    contents = payment_links.LinkText(owed.account.code, formats.periods(unpaid),
                                      owed.account.total, owed.reference,
                                      tuple(bill.id for bill in unpaid))
    to, asker = office().vault.seal_phone(phone), machine.asker()

    def change(data: dict) -> dict:
        texted = data.get("texted", [])
        if settings.limits and len(texted) >= rules.most("link.visit"):
            raise TooManyMessages("visit", "link.visit")
        payment_links.send(contents, to, settings.public_url, now, asker)
        return {**data, "texted": [*texted, phones.masked(phone)]}

    visits.update(change)


def _phone_page(names: str, typed: str, error: str = "") -> str:
    return render_template("kiosk/slips/text.html", names=names, typed=typed, error=error)
