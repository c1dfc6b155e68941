"""Cash at the counter: the officer's shift, taking money for bills, counting the drawer."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from db import cash as cash_records
from services import clock
from services.cash import receipts, shifts, takings
from services.cash.shifts import DENOMINATIONS, read_amount
from services.errors import (
    AlreadyDecided,
    AlreadyDone,
    AmountMismatch,
    InvalidInput,
    NoShift,
    Unknown,
    UnknownBill,
)
from services.officers import opaque_words
from staff import guard
from web import paging
from web.office import office

bp = Blueprint("staff_cash", __name__)
bp.register_error_handler(Unknown, guard.missing)


@bp.get("/cash")
def index():
    """The officer's open shift with its takings, or the form that opens one."""
    return _index()


@bp.post("/cash/open")
def open_shift():
    """Mở ca."""
    try:
        amount = read_amount(request.form.get("float", ""), "float")
        shifts.open_shift(guard.officer(), amount, office().now())
    except InvalidInput:
        return _index("float"), 422
    except AlreadyDecided:
        return _index("open"), 409
    return redirect(url_for(".index"), 303)


@bp.get("/cash/close")
def count():
    """The form for the count."""
    if shifts.current(guard.officer()) is None:
        return redirect(url_for(".index"), 303)
    return _count_page()


@bp.post("/cash/close")
def close():
    """Đóng ca. A difference is shown first, and asked for its reason."""
    try:
        counted = shifts.count({value: _number(str(value)) for value in DENOMINATIONS})
        shift = shifts.close(guard.officer(), counted, request.form.get("reason", ""),
                             office().now())
    except InvalidInput as error:
        return _count_page(error.field), 422
    except NoShift:
        return _index("closed"), 409
    except AlreadyDecided:
        return _count_page("moved"), 409
    return redirect(url_for(".shift", shift_id=shift.id), 303)


@bp.get("/cash/shifts/<int:shift_id>")
def shift(shift_id: int):
    """One shift: what was taken, what was counted."""
    return _shift_page(shift_id)


@bp.post("/cash/shifts/<int:shift_id>/agree")
def agree(shift_id: int):
    """Xác nhận chênh lệch, by a second person."""
    return guard.after(lambda: shifts.agree(guard.officer(), shift_id, office().now()),
                       lambda problem: _shift_page(shift_id, problem),
                       url_for(".shift", shift_id=shift_id))


@bp.get("/cash/shifts")
def shifts_of_day():
    """For who leads: everybody's shifts of a day, and what they differ by."""
    try:
        day = date.fromisoformat(request.args.get("day", "")[:10])
    except ValueError:
        day = clock.local(office().now()).date()
    return render_template("staff/cash/day.html", day=day.isoformat(),
                           shifts=shifts.of_day(day, guard.officer()),
                           to_agree=shifts.to_agree(guard.officer()))


@bp.get("/customers/<word>/cash")
def form(word: str):
    """What a customer owes, to be ticked and paid."""
    return _form_page(word)


@bp.post("/customers/<word>/cash")
def take(word: str):
    """Thu tiền."""
    who, now, fields = guard.officer(), office().now(), request.form
    code = opaque_words.reveal(word, "customer", who, office().vault)
    try:
        handed = read_amount(fields.get("handed", ""), "handed")
        taking = takings.take(who, code, fields.getlist("bill"), handed, fields.get("key", ""), now)
    except InvalidInput as error:
        return _form_page(word, f"{error.field}_{error.reason}"), 422
    except (AlreadyDone, AmountMismatch, NoShift, UnknownBill) as error:
        return _form_page(word, type(error).__name__), 409
    return redirect(url_for(".taking", taking_id=taking.row.id), 303)


@bp.get("/cash/takings/<int:taking_id>")
def taking(taking_id: int):
    """What was taken, and the change to give back."""
    who, vault = guard.officer(), office().vault
    found = takings.taking(taking_id, who)
    return render_template("staff/cash/taking.html", taking=found, state=receipts.state,
                           customer=opaque_words.hide(found.row.code, "customer", who, vault))


@bp.get("/cash/takings/<int:taking_id>/receipt")
def receipt(taking_id: int):
    """The receipt as a page to print."""
    made = _receipt(taking_id)
    return render_template("staff/payments/receipt.html", receipt=made, state=receipts.state,
                           due_back=receipts.due_back,
                           company=office().settings.pay_account_name)


@bp.get("/cash/takings/<int:taking_id>/receipt-<paper>.pdf")
def receipt_pdf(taking_id: int, paper: str):
    """The receipt as PDF."""
    if paper not in receipts.PAPERS:
        abort(404)
    made = _receipt(taking_id)
    return Response(receipts.pdf(made, paper, office().settings.pay_account_name),
                    mimetype="application/pdf")


def _shift_page(shift_id: int, problem: str = "") -> str:
    who = guard.officer()
    found = shifts.shift(shift_id, who)
    return render_template("staff/cash/shift.html", shift=found, problem=problem,
                           notes=shifts.notes_of(found), waits=shifts.waits(found),
                           may_agree=shifts.may_agree(found, who),
                           takings=cash_records.takings_of(shift_id))


def _receipt(taking_id: int) -> receipts.Receipt:
    return receipts.of_taking(takings.taking(taking_id, guard.officer()),
                              office().settings.einvoice_lookup_url)


def _number(field: str) -> int:
    text = request.form.get(field, "").strip() or "0"
    return read_amount(text, "notes")


def _index(problem: str = "") -> str:
    who = guard.officer()
    current = shifts.current(who)
    takings = cash_records.takings_of(current.id) if current else []
    return render_template("staff/cash/cash.html", shift=current, takings=takings, problem=problem,
                           typed=request.form.get("float", ""),
                           former=shifts.of_officer(who.name, paging.wanted()))


def _count_page(problem: str = "") -> str:
    current, typed, counted = shifts.current(guard.officer()), request.form, None
    if problem == "reason":
        counted = sum(value * _number(str(value)) for value in DENOMINATIONS)
    return render_template("staff/cash/close.html", shift=current, typed=typed, problem=problem,
                           counted=counted, denominations=DENOMINATIONS)


def _form_page(word: str, problem: str = "") -> str:
    who = guard.officer()
    customer, bills = takings.due(opaque_words.reveal(word, "customer", who, office().vault), who)
    chosen = request.form.getlist("bill") or [bill.public_id for bill in bills]
    # A refused form took nothing, so its number is still good.
    key = request.form.get("key") or takings.new_key()
    return render_template("staff/cash/take.html", word=word, customer=customer, bills=bills,
                           shift=shifts.current(who), key=key, problem=problem,
                           chosen=chosen, typed=request.form.get("handed", ""),
                           today=clock.local_day(office().now()))
