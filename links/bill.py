"""The small page behind an SMS link: at most 4 KB with its picture, no JavaScript.

A feature phone with 128 x 160 pixels shows it, and so does the smartphone of the relative
who pays.
"""

from __future__ import annotations

import base64
import re

from flask import Blueprint, Response, render_template

from db import reference
from services.bills import billing, payment_links, qr_images
from services.bills.vietqr import InvalidPayload
from services.limits import limits
from web import askers
from web.office import office

bp = Blueprint("links_bill", __name__)

# Six digits would be a slip number: those are for kiosks, here they could be guessed.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{10}")
_SCALE = 2  # pixels a module: the code stays under 110 pixels, so it fits beside a scroll bar


@bp.get("/<token>")
def page(token: str) -> Response:
    """All that is due now, with one QR code for it; or that nothing is; or a kind 404."""
    now = office().now()
    code = payment_links.code_behind(token, now) if _TOKEN.fullmatch(token) else None
    if code is None:
        _count_guess(now)
        return _answer(render_template("links/bill/gone.html", settings=office().settings), 404)
    account = billing.due(code)
    return _answer(render_template("links/bill/page.html", account=account, now=now,
                                   settings=office().settings,
                                   pay=_way_to_pay(account) if account.unpaid else None))


def _count_guess(now: int) -> None:
    if office().settings.limits:
        limits.take("guesses.device", askers.address(), now)


def _way_to_pay(account: billing.Account) -> dict[str, str] | None:
    """None for an amount that no code can carry: only people can help."""
    settings = office().settings
    try:
        payload = billing.payload_of_account(account, settings.pay_bank_bin, settings.pay_account,
                                             settings.vietqr_service)
    except InvalidPayload:
        return None
    picture = base64.b64encode(qr_images.png(payload, _SCALE)).decode()
    return {"picture": picture, "reference": billing.reference_of_account(account),
            "bank": reference.banks().get(settings.pay_bank_bin, settings.pay_bank_bin),
            "account": settings.pay_account, "name": settings.pay_account_name}


def _answer(text: str, status: int = 200) -> Response:
    response = Response(text, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
