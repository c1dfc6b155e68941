"""Contract requests at the desk: a new one, and the file of one that an officer holds."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for

from db import reference
from services.contracts import contract_files, contract_forms, meetings, requests
from services.contracts.contract_forms import Entry
from services.contracts.requests import Wish
from services.errors import AlreadyDecided, InvalidInput, NotYours, Unknown, UnknownTicket
from services.notation import phones
from services.officers import audit_trail, opaque_words, reach
from staff import guard
from staff.desk import after_file, communes, open_file, page, show
from web.office import office

bp = Blueprint("staff_contracts", __name__)
bp.register_error_handler(Unknown, guard.missing)

_FIELDS = ("name", "phone", "commune", "kind", "purpose", "when", "customer")
_MOST_TYPED = 300  # characters of a field; more is never right


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
        ticket = requests.request(_wish(values), now)
    except InvalidInput as error:
        return _page(values, error.field), 422
    audit_trail.record(now, who.name, "request.new", ticket)
    return redirect(url_for("staff_desk.work", ticket=ticket), 303)


def _wish(values: dict[str, str]) -> Wish:
    name = requests.clean_name(values["name"])
    if values["commune"] not in [commune.code for commune in communes()]:
        raise InvalidInput("commune")
    phone = None
    if values["phone"]:
        phone = office().vault.seal_phone(phones.normalise(values["phone"]))
    return Wish(name, phone, values["commune"], values["when"], "desk", values["purpose"],
                values["kind"] or "new", _code(values["customer"]))


def _code(word: str) -> str:
    """The customer code behind a word of a customer's page; "" for none."""
    if not word:
        return ""
    return opaque_words.reveal(word, "customer", guard.officer(), office().vault)


def _known(word: str) -> dict[str, str]:
    if not word:
        return {}
    customer = reach.customer(_code(word), guard.officer())
    return {"name": customer.name, "commune": customer.commune_code, "purpose": customer.purpose,
            "kind": "resign" if customer.contract_medium == "paper" else "holder",
            "customer": word}


def _page(values: dict[str, str], wrong: str = "") -> str:
    return render_template("staff/contracts/new.html", values=values, wrong=wrong,
                           communes=communes())


@bp.post("/work/<ticket>")
def file(ticket: str):
    """Đọc thẻ fills the form from a card and keeps nothing; Lưu writes it into the file."""
    typed = Entry(**{field: request.form.get(field, "")[:_MOST_TYPED] for field in Entry._fields})
    now, opened = office().now(), open_file(ticket)
    try:
        opened.need_hold()
        if "read" in request.form:
            read = contract_forms.with_card(typed, request.form.get("card", ""), now)
            return show(opened, "name_garbled" if read.garbled else "", read.form), (
                422 if read.garbled else 200)
        version = request.form.get("version", -1, type=int)
        contract_files.save(opened, version, typed, office().vault, now)
    except InvalidInput as error:
        return show(opened, f"{error.field}_{error.reason}", typed), 422
    except (NotYours, AlreadyDecided) as error:
        return page(ticket, type(error).__name__), 409
    return redirect(url_for("staff_desk.work", ticket=ticket, _anchor="papers"), 303)


@bp.post("/work/<ticket>/meeting")
def meet(ticket: str):
    """Đặt lịch hẹn."""
    choice = request.form.get("slot", "")
    return after_file(ticket, lambda file: meetings.book(file, choice, office().now()))


@bp.post("/work/<ticket>/supplied")
def note_supply(ticket: str):
    """Ngày đóng điện."""
    day = request.form.get("supplied_on", "")
    return after_file(ticket, lambda file: contract_files.note_supply(file, day, office().now()))


@bp.route("/meetings", methods=["GET", "POST"])
def plan_meetings():
    """Lịch hẹn: a commune's days and how many customers are met; set by officers who lead."""
    code = request.values.get("commune", "") or communes()[0].code
    if code not in reference.communes() or not guard.officer().reaches(code):
        raise UnknownTicket(code)
    wrong, status, form = "", 200, request.form
    if request.method == "POST":
        try:
            meetings.set_rule(code, form.getlist("weekday"), form.get("morning", ""),
                              form.get("afternoon", ""), guard.officer(), office().now())
            return redirect(url_for("staff_contracts.plan_meetings", commune=code), 303)
        except InvalidInput as error:
            wrong, status = error.field, 422
        except NotYours:
            wrong, status = "NotYours", 403
    return render_template("staff/contracts/meetings.html", commune=code, wrong=wrong,
                           communes=communes(), rule=meetings.rule(code),
                           slots=meetings.free_slots(code, office().now()),
                           who=guard.officer()), status
