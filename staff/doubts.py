"""Transfers that perhaps were told before, or that the bank took back: what officers decide."""

from __future__ import annotations

from flask import Blueprint, request

from services.errors import UnknownCredit
from services.transfers import doubts, taking_back
from staff import guard, transfers
from web.office import office

bp = Blueprint("staff_doubts", __name__)
bp.register_error_handler(UnknownCredit, guard.missing)


@bp.post("/credits/<int:credit_id>/separate")
def separate(credit_id: int):
    """Khoản riêng: money of its own after all."""
    return transfers.after(credit_id, lambda who, now: doubts.separate(
        credit_id, who, transfers.note(), office().vault, now))


@bp.post("/credits/<int:credit_id>/same")
def same(credit_id: int):
    """Không tính thêm: told before, or none of ours."""
    return transfers.after(credit_id, lambda who, now: doubts.dismiss(
        credit_id, who, transfers.note(), now))


@bp.post("/credits/<int:credit_id>/original")
def original(credit_id: int):
    """Khoản bị lấy lại: which credit the bank took back."""
    chosen = request.form.get("original", 0, type=int)
    return transfers.after(credit_id, lambda who, now: doubts.point_to(
        credit_id, chosen, who, transfers.note(), now))


@bp.post("/credits/<int:credit_id>/reversal/<any(gone, stands):what>")
def ask(credit_id: int, what: str):
    """The first officer's word on money that the bank took back."""
    return transfers.after(credit_id, lambda who, now: taking_back.ask(
        credit_id, what, who, transfers.note(), now))


@bp.post("/credits/<int:credit_id>/reversal/agree")
def agree(credit_id: int):
    """Đồng ý: the second officer's."""
    return transfers.after(credit_id, lambda who, now: taking_back.agree(credit_id, who, now))


@bp.post("/credits/<int:credit_id>/reversal/decline")
def decline(credit_id: int):
    """Không đồng ý: the question is open again."""
    return transfers.after(credit_id, lambda who, now: taking_back.turn_down(
        credit_id, who, now))
