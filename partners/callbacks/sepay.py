"""SePay: `X-SePay-Signature: sha256=<hex>` over timestamp + "." + raw body, or an API key.

Tells of each movement on a bank account. Answer: {"success": true}; otherwise it comes again,
eight times in 33 minutes, with the same `id`.
Source: developer.sepay.vn (webhooks, authentication).
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request

from partners.callbacks import bodies
from services import clock
from services.errors import IdempotencyConflict
from services.notation import bounds, values
from services.payments import strays
from services.providers import digests
from services.transfers import feeds
from services.transfers.incoming import Incoming
from web.office import office

bp = Blueprint("partners_sepay", __name__)


@bp.post("")
def notify() -> tuple[Response, int]:
    """One movement."""
    settings = office().settings
    if not settings.sepay_secret:
        abort(404)
    if not _authentic(request.get_data(), digests.keys(settings.sepay_secret)):
        return _answer(401)
    body = bodies.json_object(request.get_data()) or {}
    if body.get("transferType") == "out":
        return _answer(200)
    incoming = _incoming(body)
    if incoming is None:
        strays.keep_unreadable("sepay", request.get_data().decode("utf-8", "replace"),
                               office().vault, office().now())
        return _answer(422)
    try:
        feeds.record(incoming, bodies.watched(), office().vault, office().now())
    except IdempotencyConflict:
        return _answer(409)
    return _answer(200)


def _authentic(raw: bytes, keys: list[str]) -> bool:
    """By signature when there is one; the weaker API key counts only where there is none."""
    signature = request.headers.get("X-SePay-Signature")
    if signature is None:
        given = request.headers.get("Authorization", "")
        scheme, _space, key = given.partition(" ")
        return scheme.lower() == "apikey" and digests.is_key(key, keys)
    timestamp = request.headers.get("X-SePay-Timestamp", "")
    seconds = values.whole(timestamp)
    if seconds is None or not signature.startswith("sha256="):
        return False
    fresh = abs(office().now() - seconds * clock.SECOND) <= bodies.WINDOW_S * clock.SECOND
    text = timestamp.encode() + b"." + raw
    return digests.verify(text, signature.removeprefix("sha256="), keys, "sha256") and fresh


def _incoming(body: dict) -> Incoming | None:
    amount, number = values.dong(body.get("transferAmount")), values.text(body.get("id"), 52)
    if body.get("transferType") != "in" or amount is None or not number:
        return None
    text = values.text(body.get("content"), 1000) or values.text(body.get("description"), 1000)
    when = values.moment(body.get("transactionDate"), "%Y-%m-%d %H:%M:%S")
    return Incoming(
        "sepay", "SePay", number, amount, text, bounds.arrival(when, office().now()),
        bodies.digest(request.get_data()), account=values.text(body.get("accountNumber"), 40),
        bank_ref=values.text(body.get("referenceCode"), 64))


def _answer(status: int) -> tuple[Response, int]:
    return jsonify(success=status == 200), status


bodies.when_not_recorded(bp, lambda: _answer(503))
