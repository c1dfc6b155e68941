"""A contract request made at the desk."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for

from services import audit, contracts, customers, phones
from services.contracts import Wish
from services.errors import InvalidInput, UnknownCustomer
from staff import guard
from staff.desk import communes
from web.office import office

bp = Blueprint("staff_contracts", __name__)
bp.register_error_handler(UnknownCustomer, guard.missing)

_FIELDS = ("name", "phone", "commune", "purpose", "when")


@bp.get("/requests/new")
def form():
    """An empty form, or one with what is known of a customer."""
    return _page(_known(request.args.get("customer", "")))


@bp.post("/requests/new")
def create():
    """Record the request; its page shows the ticket."""
    values = {field: request.form.get(field, "").strip() for field in _FIELDS}
    who, now = guard.officer(), office().now()
    try:
        ticket = contracts.request(_wish(values), now)
    except InvalidInput as error:
        return _page(values, error.field), 422
    audit.record(now, who.name, "request.new", ticket)
    return redirect(url_for("desk.work", ticket=ticket), 303)


def _wish(values: dict[str, str]) -> Wish:
    name = contracts.clean_name(values["name"])
    if values["commune"] not in [commune.code for commune in communes()]:
        raise InvalidInput("commune")
    phone = None
    if values["phone"]:
        phone = office().vault.seal_phone(phones.normalise(values["phone"]))
    return Wish(name, phone, values["commune"], values["when"], "desk",
                values["purpose"])


def _known(word: str) -> dict[str, str]:
    if not word:
        return {}
    who = guard.officer()
    code = customers.behind(word, "customer", who, office().vault)
    customer = customers.get(code, who)
    return {"name": customer.name, "commune": customer.commune_code, "purpose": customer.purpose}


def _page(values: dict[str, str], wrong: str = "") -> str:
    return render_template("staff/request_new.html", values=values, wrong=wrong,
                           communes=communes())
