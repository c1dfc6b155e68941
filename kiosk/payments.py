"""The QR code of a payment, the question whether it came, and the receipt."""

from __future__ import annotations

import base64
from typing import NamedTuple

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from db import payments as payment_records
from db import reference
from db.bills import RECEIVED, SETTLED, UNPAID, BillRow
from kiosk import visits
from services.bills import billing, qr_images
from services.bills.vietqr import InvalidPayload
from services.errors import UnknownBill
from services.payments import promotions
from web.htmx import STOP_POLLING
from web.office import office

bp = Blueprint("kiosk_payments", __name__)
bp.before_request(visits.arrive)

_MOST_AT_ONCE = 60
_QR_SCALE = 8


def call_somebody(_error: InvalidPayload) -> ResponseReturnValue:
    """No code can carry this amount: an officer must look at the bill."""
    return redirect("/kiosk/help?from=bills", 303)


bp.register_error_handler(InvalidPayload, call_somebody)


class PaymentCode(NamedTuple):
    """One QR code: what it asks for, and who gets the money."""

    names: str  # as in the address: 202610-1, several separated by commas
    account: billing.Account  # only the bills chosen
    payload: str
    picture: str  # data: URI
    reference: str
    bank: str
    to_account: str
    to_name: str


def bills_named(names: str) -> list[BillRow]:
    """This customer's bills by their names in the address; 404 for unknown ones."""
    code, parts = visits.current().code, names.split(",")
    if len(parts) > _MOST_AT_ONCE:
        abort(404)
    try:
        return [billing.find(f"{code}-{name}") for name in dict.fromkeys(parts)]
    except UnknownBill:
        abort(404)


def names_of(bills: list[BillRow]) -> str:
    """The bills' names for an address."""
    return ",".join(bill.name for bill in bills)


def code_for(bills: list[BillRow]) -> PaymentCode:
    """The QR code for these unpaid bills of this customer."""
    settings = office().settings
    account = billing.due(bills[0].code)._replace(unpaid=bills)
    payload = billing.payload_of_account(account, settings.pay_bank_bin, settings.pay_account,
                                         settings.vietqr_service)
    picture = base64.b64encode(qr_images.png(payload, _QR_SCALE)).decode()
    return PaymentCode(names_of(bills), account, payload, f"data:image/png;base64,{picture}",
                billing.reference_of_account(account),
                reference.banks().get(settings.pay_bank_bin, settings.pay_bank_bin),
                settings.pay_account, settings.pay_account_name)


@bp.get("/pay/<names>")
@visits.needs_customer
def pay(names: str) -> ResponseReturnValue:
    """The QR code of the bills, or that their money came in."""
    bills = bills_named(names)
    unpaid = [bill for bill in bills if bill.state == UNPAID]
    if not unpaid:
        return _receipt_page(bills)
    if len(unpaid) < len(bills):
        return redirect(url_for(".pay", names=names_of(unpaid)), 303)
    return render_template("kiosk/payments/pay.html", owed=code_for(bills),
                           offers=promotions.offers(bills[0].code, bills[0].total,
                                                    office().now()))


@bp.get("/pay/<names>/state")
def state(names: str) -> ResponseReturnValue:
    """Asked every two seconds: nothing new (204), or the page that is right now (286), also when
    the company corrected the amount that is `shown`."""
    if not visits.current().code:
        return go_to("/kiosk/")
    bills = bills_named(names)
    unpaid = [bill for bill in bills if bill.state == UNPAID]
    if not unpaid:
        return _receipt_page(bills), STOP_POLLING
    total = sum(bill.total for bill in unpaid)
    if len(unpaid) < len(bills) or request.args.get("shown", total, type=int) != total:
        return go_to(url_for(".pay", names=names_of(unpaid)))
    return "", 204


def go_to(address: str) -> Response:
    """Answers a part of a page that asks by itself: the whole page goes elsewhere."""
    return Response("", STOP_POLLING, {"HX-Redirect": address})


def _receipt_page(named: list[BillRow]) -> str:
    closed = billing.closed_without_us(named)
    bills = [bill for bill in named if closed or bill.state in (RECEIVED, SETTLED)]
    receipts = [(bill, payment_records.get_by_id(bill.payment_id) if bill.payment_id else None)
                for bill in bills if visits.shows(bill)]
    account = billing.due(bills[0].code)
    return render_template("kiosk/payments/paid.html", receipts=receipts, account=account,
                           closed=closed, names=names_of(bills),
                           total=sum(bill.total for bill, _payment in receipts),
                           invoices=visits.invoices(bills),
                           settled=all(bill.state == SETTLED for bill in bills))
