"""Who you are by your code, what you owe, and the last twelve months."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from db import billing as bills
from db.billing import BillRow
from kiosk import communes, keys, visits
from services import billing
from services.errors import InvalidCode, ServiceError, TooManyLookups, UnknownCustomer
from web.office import office

bp = Blueprint("kiosk_bills", __name__)
bp.before_request(visits.arrive)

_ERRORS: dict[type[ServiceError], tuple[str, int]] = {
    InvalidCode: ("malformed", 422), UnknownCustomer: ("unknown", 422),
    TooManyLookups: ("too_many", 429)}
_RETRY_AFTER_S = 600
_ROWS = 2  # bills a page when there are several
_MONTHS = 12


@bp.get("/customer")
def ask() -> str:
    """The code, by keypad, keyboard or scanner."""
    return _code_page("")


@bp.post("/customer")
def identify() -> ResponseReturnValue:
    """From a code, or the slip number of a text, to the bills."""
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
    return render_template("kiosk/customer.html", typed=typed, error=error,
                           prefixes=[prefix for prefix in prefixes if prefix][:2])


@bp.get("/bills")
@visits.needs_customer
def owed() -> str:
    """What is owed: masked name, period, amount, paid or not; nothing else."""
    account = billing.due(visits.current().code)
    rows = _beside(account)
    pages = max(1, -(-len(rows) // _ROWS))
    page = min(communes.page_number(), pages)
    return render_template("kiosk/bills.html", account=account, page=page, pages=pages,
                           rows=rows[(page - 1) * _ROWS:page * _ROWS])


def _beside(account: billing.Account) -> list[BillRow]:
    """Bills shown small: each of several, or the last paid one beside the only one owed."""
    if len(account.unpaid) > 1:
        return account.unpaid
    if account.received or account.unpaid:
        return list(account.received[-1:])
    return bills.latest(account.code, 1)


@bp.get("/history")
@visits.needs_customer
def history() -> str:
    """Twelve months of amounts, newest first, as bars with their values."""
    rows = bills.latest(visits.current().code, _MONTHS)
    most = max((bill.total for bill in rows), default=0) or 1
    return render_template("kiosk/history.html", rows=rows, most=most)
