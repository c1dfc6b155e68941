"""What went wrong, as problem documents (RFC 9457): a stable word, and a sentence for people."""

from __future__ import annotations

from flask import Response, render_template

from partners.bodies import Unreadable
from services import errors
from web.errors import problem

# Service error → (status, the stable word).
KINDS: dict[type[Exception], tuple[int, str]] = {
    Unreadable: (400, "malformed_json"),
    errors.InvalidInput: (422, "invalid_field"),
    errors.InvalidCode: (422, "malformed_code"),
    errors.AmountMismatch: (422, "amount_mismatch"),
    errors.PromotionRefused: (422, "promotion_refused"),
    errors.UnknownCustomer: (404, "unknown_customer"),
    errors.UnknownBill: (404, "unknown_bill"),
    errors.UnknownPayment: (404, "unknown_payment"),
    errors.UnknownDay: (404, "unknown_day"),
    errors.IdempotencyConflict: (409, "idempotency_conflict"),
    errors.VoidWindowClosed: (409, "void_window_closed"),
}


def describe(error: Exception) -> Response:
    """The problem document of an error in KINDS; anything else is ours to mend."""
    if type(error) not in KINDS:
        raise error
    status, kind = KINDS[type(error)]
    if isinstance(error, errors.InvalidInput):
        detail = _detail(kind, reason=error.reason)
        return problem(status, kind, detail, field=error.field, reason=error.reason)
    return problem(status, kind, _detail(kind))


def unauthorized() -> Response:
    """The one answer to a request that is not signed as it should be."""
    response = problem(401, "unauthorized", _detail("unauthorized"))
    response.headers["WWW-Authenticate"] = "HMAC-SHA256"
    return response


def too_many(wait_s: int) -> Response:
    """Slow down; come back in `wait_s` seconds."""
    response = problem(429, "too_many_requests", _detail("too_many_requests"))
    response.headers["Retry-After"] = str(wait_s)
    return response


def _detail(kind: str, **more) -> str:
    return render_template("partners/detail.txt", kind=kind, **more).strip()
