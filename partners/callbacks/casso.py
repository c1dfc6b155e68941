"""Casso webhook V2: `X-Casso-Signature: t=<ms>,v1=<hex>`, HMAC-SHA512 over "t." and the body as
compact JSON with keys sorted at every depth. Answer: any 2xx.

Tells of each movement on a bank account; money going out has a negative amount.
Source: developer.casso.vn (webhook V2).
"""

from __future__ import annotations

import json
import re

from flask import Blueprint, Response, abort, jsonify, request

from partners.callbacks import bodies
from services import clock
from services.errors import IdempotencyConflict
from services.notation import bounds, values
from services.payments import strays
from services.providers import digests
from services.transfers import feeds
from services.transfers.incoming import Incoming
from web.errors import problem
from web.office import office

bp = Blueprint("partners_casso", __name__)

_HEADER = re.compile(r"\s*t=([0-9]{1,16})\s*,\s*v1=([0-9a-fA-F]{128})\s*")


@bp.post("")
def notify() -> Response:
    """One movement, or a list of them."""
    settings = office().settings
    if not settings.casso_secret:
        abort(404)
    body = bodies.json_object(request.get_data()) or {}
    if not _is_signed(body, digests.keys(settings.casso_secret)):
        return problem(401, "invalid_signature")
    moves = body.get("data")
    answers = [_record(move) for move in (moves if isinstance(moves, list) else [moves])]
    refused = [kind for kind in answers if kind]
    if refused:
        return problem(422 if "malformed" in refused else 409, refused[0])
    return jsonify(success=True)


def _record(move: object) -> str:
    """Record one movement; "" or what is wrong with it. The others of a list still count."""
    if _is_no_income(move):
        return ""
    incoming = _incoming(move)
    if incoming is None:
        strays.keep_unreadable("casso", compact(move), office().vault, office().now())
        return "malformed"
    try:
        feeds.record(incoming, bodies.watched(), office().vault, office().now())
    except IdempotencyConflict:
        return "idempotency_conflict"
    return ""


def _is_signed(body: dict, keys: list[str]) -> bool:
    header = _HEADER.fullmatch(request.headers.get("X-Casso-Signature", ""))
    if header is None:
        return False
    fresh = abs(office().now() - int(header[1])) <= bodies.WINDOW_S * clock.SECOND
    return digests.verify(f"{header[1]}.{compact(body)}", header[2], keys, "sha512") and fresh


def compact(value: object) -> str:
    """JSON without spaces, keys sorted at every depth, letters as they are."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _is_no_income(move: object) -> bool:
    """Money going out, or the provider's trial (its number is 0)."""
    if not isinstance(move, dict):
        return False
    amount = move.get("amount")
    return move.get("id") == 0 or (isinstance(amount, int | float) and amount <= 0)


def _incoming(move: object) -> Incoming | None:
    if not isinstance(move, dict):
        return None
    amount, number = values.dong(move.get("amount")), values.text(move.get("id"), 52)
    if amount is None or not number:
        return None
    when = values.moment(move.get("transactionDateTime"), "%Y-%m-%d %H:%M:%S")
    return Incoming(
        "casso", "Casso", number, amount, values.text(move.get("description"), 1000),
        bounds.arrival(when, office().now()), bodies.digest(compact(move)),
        payer=values.text(move.get("counterAccountName"), 120),
        account=values.text(move.get("accountNumber"), 40),
        bank_ref=values.text(move.get("reference"), 64))
