"""payOS: POST {code, desc, success, data, signature}; HMAC-SHA256 over data's sorted k=v&…

Tells of a transfer that reached the account behind a payment link. Answer: any 2xx.
Source: payos.vn/docs (webhook, signature).
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, jsonify, request

from partners.callbacks import bodies
from services.errors import IdempotencyConflict
from services.notation import bounds, values
from services.payments import strays
from services.providers import digests
from services.transfers import feeds
from services.transfers.incoming import Incoming
from web.errors import problem
from web.office import office

bp = Blueprint("partners_payos", __name__)

# payOS sends this published example, signed with the real key, to try an address out.
_EXAMPLE = ("TF230204212323", "124c33293c43417ab7879e14c8d9eb18")


@bp.post("")
def notify() -> Response:
    """One transfer."""
    settings = office().settings
    if not settings.payos_secret:
        abort(404)
    body = bodies.json_object(request.get_data()) or {}
    data = body.get("data")
    if not isinstance(data, dict) or not digests.verify(
            plain(data), body.get("signature"), digests.keys(settings.payos_secret), "sha256"):
        return problem(401, "invalid_signature")
    if data.get("code", "00") != "00" or _is_example(data):
        return jsonify(success=True)  # no money came
    incoming = _incoming(data)
    if incoming is None:
        strays.keep_unreadable("payos", plain(data), office().vault, office().now())
        return problem(422, "malformed")
    try:
        feeds.record(incoming, bodies.watched(), office().vault, office().now())
    except IdempotencyConflict:
        return problem(409, "idempotency_conflict")
    return jsonify(success=True)


def plain(data: dict) -> str:
    """What payOS signs: sorted by name, absent values empty, lists as JSON."""
    return "&".join(f"{name}={_plain_value(data[name])}" for name in sorted(data))


def _plain_value(value: object) -> str:
    if value in (None, "null", "undefined"):
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=isinstance(value, list), ensure_ascii=False,
                      separators=(",", ":"))


def _is_example(data: dict) -> bool:
    return (data.get("reference"), data.get("paymentLinkId")) == _EXAMPLE


def _incoming(data: dict) -> Incoming | None:
    amount = values.dong(data.get("amount"))
    number = (values.text(data.get("reference"), 52)
              or values.text(data.get("paymentLinkId"), 52))
    if amount is None or not number:
        return None
    when = values.moment(data.get("transactionDateTime"), "%Y-%m-%d %H:%M:%S")
    return Incoming(
        "payos", "payOS", number, amount, values.text(data.get("description"), 1000),
        bounds.arrival(when, office().now()), bodies.digest(plain(data)),
        payer=values.text(data.get("counterAccountName"), 120),
        account=values.text(data.get("accountNumber"), 40),
        bank_ref=values.text(data.get("reference"), 64))
