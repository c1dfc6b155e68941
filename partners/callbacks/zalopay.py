"""ZaloPay v2: POST {data, mac, type}, mac = HMAC-SHA256(key2, data) over the text as sent.

It comes only when money was received. Answers {"return_code","return_message"}: 1 recorded,
2 came before, -1 wrong mac, 0 try again (up to three times).
Source: docs.zalopay.vn (callback).
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request

from partners.callbacks import bodies
from services.notation import values
from services.payments import strays
from services.providers import digests, kinds, notices
from services.providers.notices import Notice
from web.office import office

bp = Blueprint("partners_zalopay", __name__)

_MESSAGES = {1: "success", 2: "duplicate", -1: "mac not equal", 0: "try again"}
_ORDER = 1  # `type`; 2 is an agreement, of which we have none


@bp.post("")
def notify() -> Response:
    """One payment."""
    settings = office().settings
    if not settings.zalopay_key2:
        abort(404)
    body = bodies.json_object(request.get_data()) or {}
    data = body.get("data")
    if not isinstance(data, str) or not digests.verify(
            data, body.get("mac"), digests.keys(settings.zalopay_key2), "sha256"):
        return _answer(-1)
    if body.get("type", _ORDER) != _ORDER:
        return _answer(1)
    notice = _notice(data)
    if notice is None:
        strays.keep_unreadable("zalopay", data, office().vault, office().now())
        return _answer(0)
    return _answer(1 if notices.record(notice, office().vault, office().now()).new else 2)


def _notice(data: str) -> Notice | None:
    fields = bodies.json_object(data) or {}
    amount = values.dong(fields.get("amount"))
    reference = values.text(fields.get("app_trans_id"), 64)
    number = values.number(fields.get("zp_trans_id"))
    if amount is None or not reference or not number:
        return None
    return Notice("zalopay", "ZaloPay", reference, number, kinds.PAID, amount,
                  values.epoch_ms(fields.get("server_time")), "1", bodies.digest(data))


def _answer(code: int) -> Response:
    return jsonify(return_code=code, return_message=_MESSAGES[code])


bodies.when_not_recorded(bp, lambda: _answer(0))
