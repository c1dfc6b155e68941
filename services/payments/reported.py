"""What a partner reports through its API: posted, or refused and kept for the officers to see."""

from __future__ import annotations

from services.errors import (
    AmountMismatch,
    IdempotencyConflict,
    InvalidInput,
    PromotionRefused,
    ServiceError,
    UnknownBill,
)
from services.notation import bounds, codes
from services.payments import payments, strays
from services.payments.payments import Posting, Report
from services.payments.strays import Untaken, Why

_WHY: dict[type[ServiceError], Why] = {
    AmountMismatch: "amount", PromotionRefused: "promotion", UnknownBill: "bill",
    IdempotencyConflict: "conflict"}


def post(report: Report, now: int) -> tuple[Posting, bool]:
    """`payments.post` for somebody who hears what is wrong: raises InvalidInput("paid_at", "far")
    too, of a new payment made longer than 400 days ago or more than 15 minutes from now."""
    try:
        return payments.post(report, now, bounds.BACK)
    except ServiceError as refusal:
        _keep(report, _why(refusal), now)
        raise


def _why(refusal: ServiceError) -> Why:
    if isinstance(refusal, InvalidInput) and refusal.field == "paid_at":
        return "time"
    return _WHY.get(type(refusal), "promotion")


def _keep(report: Report, why: Why, now: int) -> None:
    """For the officers, until the same number comes as it should."""
    code = report.bill_id.partition("-")[0]
    strays.keep(Untaken(report.partner, why, report.partner_txn_id, report.bill_id, report.amount,
                        code if codes.is_code(code) else "", report.body_digest), now)
