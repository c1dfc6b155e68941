"""MoMo v2: POST JSON, HMAC-SHA256 over thirteen named fields; 204 within 15 seconds.

Source: developers.momo.vn/v3 (payment notification).
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from partners.callbacks import bodies
from services.notation import values
from services.payments import strays
from services.providers import digests, momo, notices
from services.providers.notices import Notice
from web.errors import problem
from web.office import office

bp = Blueprint("partners_momo", __name__)


@bp.post("")
def notify() -> Response:
    """One payment's result."""
    settings = office().settings
    if not (settings.momo_secret and settings.momo_access_key):
        abort(404)
    body = bodies.json_object(request.get_data()) or {}
    if not momo.verify_ipn(body, settings.momo_access_key, digests.keys(settings.momo_secret)):
        return problem(401, "invalid_signature")
    notice = _notice(body)
    if notice is None:
        strays.keep_unreadable("momo", momo.ipn_text(body), office().vault, office().now())
        return problem(422, "malformed")
    verdict = notices.record(notice, office().vault, office().now())
    return problem(409, "idempotency_conflict") if verdict.conflict else Response(status=204)


def _notice(body: dict) -> Notice | None:
    amount, code = values.dong(body.get("amount")), values.whole(body.get("resultCode"))
    reference = values.text(body.get("orderId"), 64)
    if amount is None or code is None or not reference:
        return None
    return Notice("momo", "MoMo", reference, values.number(body.get("transId")),
                  momo.result_of(code), amount, values.epoch_ms(body.get("responseTime")),
                  f"{code}", bodies.digest(momo.ipn_text(body)))
