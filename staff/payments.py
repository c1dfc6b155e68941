"""One payment: its receipt on paper, undoing it; and the file for the billing system."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from db import refunds as refund_records
from services import clock
from services.cash import receipts
from services.errors import (
    AlreadyDecided,
    InvalidInput,
    UnknownPayment,
    VoidWindowOpen,
    WrongSignIn,
)
from services.importing import exports
from services.officers import opaque_words, signin
from services.officers.rights import SignedIn
from services.payments import undoing
from staff import guard
from web.office import office

bp = Blueprint("staff_payments", __name__)
bp.register_error_handler(UnknownPayment, guard.missing)


@bp.get("/payments/<int:payment_id>")
def payment(payment_id: int):
    """One payment and its bill."""
    return _page(payment_id)


@bp.get("/payments/<int:payment_id>/receipt")
def receipt(payment_id: int):
    """The receipt as a page to print."""
    made = _receipt(payment_id, guard.officer())
    return render_template("staff/payments/receipt.html", receipt=made, state=receipts.state,
                           due_back=receipts.due_back,
                           company=office().settings.pay_account_name)


@bp.get("/payments/<int:payment_id>/receipt-<paper>.pdf")
def receipt_pdf(payment_id: int, paper: str):
    """The receipt as PDF."""
    if paper not in receipts.PAPERS:
        abort(404)
    made = _receipt(payment_id, guard.officer())
    return Response(receipts.pdf(made, paper, office().settings.pay_account_name),
                    mimetype="application/pdf")


@bp.post("/payments/<int:payment_id>/undo")
def undo(payment_id: int):
    """Hủy khoản thu."""
    settings = office().settings
    try:
        made = undoing.ask(guard.officer(), payment_id, request.form.get("reason", ""),
                           undoing.limits(settings), settings.void_cutoff, office().now())
    except InvalidInput:
        return _page(payment_id, "reason"), 422
    except (AlreadyDecided, VoidWindowOpen) as error:
        return _page(payment_id, type(error).__name__), 409
    return redirect(url_for("staff_refunds.refund", refund_id=made.id), 303)


@bp.get("/payments/export")
def export_form():
    """For who leads: from which day on."""
    return _export_page()


@bp.post("/payments/export")
def export():
    """The file for the billing system."""
    try:
        since = date.fromisoformat(request.form.get("since", ""))
    except ValueError:
        return _export_page("since"), 422
    now = office().now()
    try:
        signin.prove(guard.officer(), request.form.get("password", ""), office().context())
    except WrongSignIn:
        return _export_page("password"), 422
    exports.note(guard.officer().name, since, now)
    name = f"thu-tien-tu-{since.isoformat()}.csv"
    return Response("".join(exports.lines(since, now)), mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _receipt(payment_id: int, who: SignedIn) -> receipts.Receipt:
    return receipts.of_payment(payment_id, who, office().settings.einvoice_lookup_url)


def _export_page(problem: str = "") -> str:
    yesterday = clock.local_day(office().now() - clock.DAY)
    return render_template("staff/payments/export.html", problem=problem,
                           since=request.form.get("since", yesterday))


def _page(payment_id: int, problem: str = "") -> str:
    who, settings = guard.officer(), office().settings
    made = _receipt(payment_id, who)
    return render_template(
        "staff/payments/payment.html", receipt=made, paid=made.paid[0], problem=problem,
        state=receipts.state(made.paid[0]), refund=refund_records.of_payment(payment_id),
        limit=undoing.limits(settings), typed=request.form.get("reason", ""),
        customer=opaque_words.hide(made.customer.code, "customer", who, office().vault))
