"""Finding a customer, and their contract, bills and messages.

Addresses of these pages hold an opaque word instead of a code or a search, so that no
log shows whom an officer looked at; the audit chain does.
"""

from __future__ import annotations

import contextlib

from flask import Blueprint, redirect, render_template, request, url_for

from services import clock
from services.archive import entries
from services.desk import credit_notes, customers
from services.errors import AlreadyDecided, InvalidInput, Unknown
from services.officers import opaque_words
from staff import guard
from web.office import office

bp = Blueprint("staff_customers", __name__)
bp.register_error_handler(Unknown, guard.missing)


@bp.get("/customers")
def form():
    """The empty search."""
    return render_template("staff/customers/customers.html", typed="", found=None)


@bp.post("/customers")
def search():
    """Hide the search in an address, so that going back and reloading work."""
    typed = " ".join(request.form.get("q", "").split())
    if not 0 < len(typed) <= customers.LONGEST:
        return _refused(typed[:customers.LONGEST], "short" if not typed else "long")
    return redirect(url_for(".results", word=_hide(typed, "search")), 303)


@bp.get("/customers/found/<word>")
def results(word: str):
    """What a search found."""
    who, vault = guard.officer(), office().vault
    typed = opaque_words.reveal(word, "search", who, vault)
    try:
        found = customers.search(typed, who, vault, office().now())
    except InvalidInput as error:
        return _refused(typed, error.reason)
    words = [_hide(line.customer.code, "customer") for line in found]
    return render_template("staff/customers/customers.html", typed=typed, found=found, words=words,
                           most=customers.MOST_FOUND)


@bp.get("/customers/<word>")
def customer(word: str):
    """One customer."""
    who, vault, now = guard.officer(), office().vault, office().now()
    code = opaque_words.reveal(word, "customer", who, vault)
    return render_template("staff/customers/customer.html", word=word, today=clock.local_day(now),
                           profile=customers.profile(code, who, vault, now),
                           archived=entries.of_customer(code, who))


@bp.get("/customers/<word>/bills/<period>")
def bill(word: str, period: str):
    """One bill, tier by tier."""
    who, now, settings = guard.officer(), office().now(), office().settings
    code = opaque_words.reveal(word, "customer", who, office().vault)
    return render_template("staff/customers/bill.html", word=word, today=clock.local_day(now),
                           view=customers.bill(code, period, who, now,
                                               settings.einvoice_lookup_url))


@bp.post("/customers/<word>/credit-notes/<int:number>/set-off")
def set_off(word: str, number: int):
    """A credit note of the company is set off in its books."""
    who, now = guard.officer(), office().now()
    code = opaque_words.reveal(word, "customer", who, office().vault)
    with contextlib.suppress(AlreadyDecided):  # the page shows how it stands
        credit_notes.set_off(number, code, who, now)
    return redirect(url_for(".customer", word=word), 303)


def _hide(text: str, purpose: str) -> str:
    return opaque_words.hide(text, purpose, guard.officer(), office().vault)


def _refused(typed: str, reason: str):
    return render_template("staff/customers/customers.html", typed=typed, found=None,
                           reason=reason), 422
