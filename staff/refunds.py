"""Money due back: who gives it back how, and the second officer who agrees."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for

from db.paging import MOST_COUNTED
from services.cash import refunds, shifts
from services.errors import AlreadyDecided, InvalidInput, NoShift, NotYours, UnknownRefund
from services.officers import opaque_words
from services.payments import undoing
from services.payments.undoing import Limits
from staff import guard
from web import paging
from web.office import office

bp = Blueprint("staff_refunds", __name__)
bp.register_error_handler(UnknownRefund, guard.missing)


@bp.get("/refunds")
def index():
    """What waits, and what is over: each list has its own pages."""
    who, limit = guard.officer(), _limit()
    return render_template(
        "staff/refunds/refunds.html", waiting=refunds.waiting(who, paging.wanted()),
        ended=refunds.ended(who, paging.wanted("ended")), count=refunds.count_waiting(who),
        most=MOST_COUNTED, limit=limit,
        may_approve=lambda refund: refunds.may_approve(refund, who, limit))


@bp.get("/refunds/<int:refund_id>")
def refund(refund_id: int):
    """One refund: where it comes from, what was said and by whom."""
    return _page(refund_id)


@bp.get("/refunds/<int:refund_id>/slip")
def slip(refund_id: int):
    """Phiếu cho khách: for who cannot be texted that money is due back, or went back."""
    line = refunds.get(refund_id, guard.officer())
    if not refunds.has_slip(line.refund):
        return redirect(url_for(".refund", refund_id=refund_id), 303)
    settings = office().settings
    return render_template("staff/refunds/slip.html", line=line, refund=line.refund,
                           company=settings.pay_account_name, hotline=settings.hotline,
                           now=office().now())


@bp.post("/refunds/<int:refund_id>/give")
def give(refund_id: int):
    """Ghi cách hoàn."""
    fields = request.form
    return _after(refund_id, lambda who, now: refunds.propose(
        who, refund_id, fields.get("way", ""), fields.get("evidence", ""), _limit(), now))


@bp.post("/refunds/<int:refund_id>/approve")
def approve(refund_id: int):
    """Duyệt."""
    return _after(refund_id, lambda who, now: refunds.approve(who, refund_id, _limit(), now))


@bp.post("/refunds/<int:refund_id>/turn-down")
def turn_down(refund_id: int):
    """Không duyệt, or taken back by who asked."""
    return _after(refund_id, lambda who, now: refunds.turn_down(who, refund_id, _limit(), now))


def _limit() -> Limits:
    return undoing.limits(office().settings)


def _after(refund_id: int, work):
    try:
        work(guard.officer(), office().now())
    except (AlreadyDecided, NoShift, NotYours) as error:
        return _page(refund_id, type(error).__name__), 409
    except InvalidInput as error:
        return _page(refund_id, error.field), 422
    return redirect(url_for(".refund", refund_id=refund_id), 303)


def _page(refund_id: int, problem: str = "") -> str:
    who, limit = guard.officer(), _limit()
    line = refunds.get(refund_id, who)
    code = line.refund.code
    return render_template(
        "staff/refunds/refund.html", line=line, refund=line.refund, ways=refunds.ways(line),
        who=who, problem=problem, may_approve=refunds.may_approve(line.refund, who, limit),
        for_leaders=refunds.for_leaders(line.refund, who, limit, office().now()),
        has_slip=refunds.has_slip(line.refund), shift=shifts.current(who), limit=limit,
        typed=request.form,
        customer=opaque_words.hide(code, "customer", who, office().vault) if code else "")
