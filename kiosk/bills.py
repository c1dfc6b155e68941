"""Who you are by your code, what you owe and why, and the last twelve months."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from db import bills as bill_records
from db import customers as customer_records
from db.bills import BillRow
from kiosk import communes, keys, machine, visits
from services.bills import billing
from services.bills.tariffs import Charge
from services.errors import (
    InvalidCode,
    InvalidInput,
    NoResidentialTariff,
    ServiceError,
    TooManyLookups,
    UnknownBill,
    UnknownCustomer,
)
from services.kiosks import barcodes
from web.office import office

bp = Blueprint("kiosk_bills", __name__)
bp.before_request(visits.arrive)

_ERRORS: dict[type[ServiceError], tuple[str, int]] = {
    InvalidCode: ("malformed", 422), UnknownCustomer: ("unknown", 422),
    TooManyLookups: ("too_many", 429)}
_RETRY_AFTER_S = 600
_ROWS = 2  # bills a page when there are several
_MONTHS = 12
_LINES = 6  # tiers a page


@bp.get("/customer")
def ask() -> str:
    """Asks for the customer code: keypad, keyboard or scanner."""
    return _code_page("")


@bp.post("/customer")
def identify() -> ResponseReturnValue:
    """From a customer code, or the slip number in a text message, to the bills."""
    typed = keys.typed("code", keys.CODE_MOST)
    if keys.only_a_key():
        return _code_page(typed)
    try:
        visits.enter(typed)
    except (InvalidCode, UnknownCustomer, TooManyLookups) as error:
        key, status = _ERRORS[type(error)]
        headers = {"Retry-After": str(_RETRY_AFTER_S)} if status == 429 else {}
        return _code_page(typed, key), status, headers
    return redirect("/kiosk/bills", 303)


def _code_page(typed: str, error: str = "") -> str:
    prefixes = [prefix.strip() for prefix in office().settings.code_prefixes.split(",")]
    return render_template("kiosk/bills/customer.html", typed=typed, error=error,
                           prefixes=[prefix for prefix in prefixes if prefix][:2])


@bp.get("/scan")
def scan() -> str:
    """Reads the bill's code with the camera; a hand scanner types into the field instead."""
    return render_template("kiosk/bills/scan.html")


@bp.post("/scan")
def read_bars() -> Response:
    """The text of the bar code in one picture from the camera; 204 while there is none. QR codes
    are read in the browser itself."""
    machine.count("scan.device")
    try:
        text = barcodes.read(request.get_data())
    except InvalidInput:
        abort(400)
    return Response(text, 200 if text else 204, mimetype="text/plain")


@bp.get("/bills")
@visits.needs_customer
def show() -> str:
    """What is owed: masked name, and of each unpaid bill period, amount and day. When proven, the
    whole name, the newest paid bill and what the company owes as well."""
    account, proven = billing.due(visits.current().code), visits.current().proven
    rows = _small_rows(account, proven)
    pages = max(1, -(-len(rows) // _ROWS))
    page = min(communes.page_number(), pages)
    newest = account.unpaid[-1:] or rows[-1:]
    rows = rows[(page - 1) * _ROWS:page * _ROWS]
    return render_template("kiosk/bills/bills.html", account=account, page=page, pages=pages,
                           rows=rows, proven=proven, newest=newest[0] if newest else None,
                           invoices=visits.invoices([*account.unpaid[:1], *rows]))


def _small_rows(account: billing.Account, proven: bool) -> list[BillRow]:
    """The bills shown small: all unpaid ones when several are, else the newest paid one."""
    if len(account.unpaid) > 1:
        return account.unpaid
    if not proven:
        return []
    if account.received or account.unpaid:
        return list(account.received[-1:])
    return bill_records.latest(account.code, 1)


@bp.get("/history")
@visits.needs_proof
def history() -> str:
    """Twelve months, newest first, as bars with their values: amounts and kWh."""
    rows = bill_records.latest(visits.current().code, _MONTHS)
    last = rows[0] if rows else None
    return render_template(
        "kiosk/bills/history.html", rows=rows, last=last,
        year_before=last and bill_records.get(last.code, last.year - 1, last.month, last.ky),
        most=max((bill.total for bill in rows), default=0) or 1,
        most_kwh=max((bill.kwh for bill in rows), default=0) or 1)


@bp.get("/why/<name>")
@visits.needs_proof
def why(name: str) -> str:
    """Why a bill is what it is: tier by tier, in words and bars."""
    try:
        bill = billing.find(f"{visits.current().code}-{name}")
    except UnknownBill:
        abort(404)
    charge = _charge(bill)
    lines = charge.lines if charge else []
    pages = max(1, -(-len(lines) // _LINES))
    page = min(communes.page_number(), pages)
    return render_template("kiosk/bills/why.html", bill=bill, charge=charge, page=page, pages=pages,
                           lines=lines[(page - 1) * _LINES:page * _LINES],
                           most=max((line.amount for line in lines), default=0) or 1)


def _charge(bill: BillRow) -> Charge | None:
    """None where the household tariff says nothing: the bill's own sums stand alone."""
    try:
        return billing.explain(bill.code, bill)
    except NoResidentialTariff:
        return None


@bp.get("/meter")
@visits.needs_proof
def meter() -> str:
    """The last reading of the meter."""
    customer = customer_records.get(visits.current().code)
    return render_template("kiosk/bills/meter.html",
                           bill=bill_records.newest(visits.current().code),
                           meter_no=customer.meter_no if customer else "")
