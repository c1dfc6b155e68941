"""The biller API: what is owed, a payment, its state, a void, the day's lists.

`templates/partners/openapi.json` describes it, `docs/partners.md` tells how to use it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from partners import answers, bodies, problems, signatures
from services.bills import billing
from services.errors import InvalidCode, InvalidInput, ServiceError, UnknownPayment
from services.notation.codes import is_code
from services.payments import payments, reported, strays
from services.payments.payments import Posting, Report
from services.reconciliation import reconciliation
from web.office import office

bp = Blueprint("partners_api", __name__)
bp.before_request(signatures.check)
bp.register_error_handler(ServiceError, problems.describe)
bp.register_error_handler(bodies.Unreadable, problems.describe)


@bp.get("/customers/<code>/bills")
def bills(code: str) -> dict[str, Any]:
    """Unpaid bills, oldest first."""
    if not is_code(code):
        raise InvalidCode(code)
    return answers.account(billing.due(code))


@bp.post("/payments")
def pay() -> tuple[dict[str, Any], int]:
    """Post a payment once; the same again gets the same answer."""
    posting, new = reported.post(_report(request.get_data()), office().now())
    return answers.receipt(posting), 201 if new else 200


def _report(raw: bytes) -> Report:
    """The payment as reported; what cannot be read is kept for the officers."""
    try:
        return bodies.report(g.partner, raw)
    except (bodies.Unreadable, InvalidInput):
        here = office()
        strays.keep_unreadable(g.partner, raw.decode("utf-8", "replace"), here.vault, here.now())
        raise


@bp.get("/payments/<partner_txn_id>")
def payment(partner_txn_id: str) -> dict[str, Any]:
    """How a payment stands: what to ask after a time-out."""
    return answers.state(_find(partner_txn_id))


@bp.post("/payments/<partner_txn_id>/void")
def void(partner_txn_id: str) -> dict[str, Any]:
    """Take a payment of today back."""
    reason = bodies.void_reason(request.get_data())
    _find(partner_txn_id)
    cutoff = office().settings.void_cutoff
    return answers.state(payments.void(g.partner, partner_txn_id, reason, cutoff, office().now()))


@bp.get("/reconciliations/<date>")
def ours(date: str) -> Response:
    """Our list of a day, in the form that `reconcile` takes."""
    return jsonify([answers.line(found)
                    for found in reconciliation.ours(g.partner, bodies.day(date))])


@bp.post("/reconciliations/<date>")
def reconcile(date: str) -> dict[str, Any]:
    """Compare the partner's list of a day with ours."""
    day, theirs = bodies.day(date), bodies.lines(request.get_data())
    found = reconciliation.reconcile(g.partner, day, theirs, office().now())
    return {"matched": found.matched,
            "breaks": [answers.difference(one) for one in found.breaks]}


def _find(partner_txn_id: str) -> Posting:
    if not bodies.TXN_ID.fullmatch(partner_txn_id):
        raise UnknownPayment(partner_txn_id)
    return payments.find(g.partner, partner_txn_id)
