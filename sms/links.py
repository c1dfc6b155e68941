"""The small page behind an SMS link: who, how much, and the QR code, for any phone's browser."""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

from flask import Blueprint, Response, make_response, render_template

from db import reference
from services import billing, links, qr_images
from web.office import Office, office

bp = Blueprint("links", __name__)

MOST_BYTES = 4096  # the page with its picture, for phones that pay by the kilobyte
_QR_SCALE = 2  # 106 pixels: fits a screen of 128
_TOKEN = re.compile(r"[A-Za-z0-9_-]{10}")


class Request(NamedTuple):
    """What the page asks the reader to pay."""

    account: billing.Account
    picture: str  # data: URI
    reference: str
    bank: str
    to_account: str
    to_name: str
    as_of: int  # epoch ms


@bp.get("/<token>")
def show(token: str) -> Response:
    """The payment page of a live link; a kind 404 for an old or wrong one."""
    now = office().now()
    code = links.code_behind(token, now) if _TOKEN.fullmatch(token) else None
    if code is None:
        return make_response(render_template("links/gone.html", hotline=_hotline()), 404)
    account = billing.due(code)
    if not account.unpaid:
        return make_response(render_template("links/paid.html", account=account, as_of=now))
    return make_response(render_template("links/pay.html", wanted=_request(office(), account, now)))


def _hotline() -> str:
    return office().settings.hotline


def _request(here: Office, account: billing.Account, now: int) -> Request:
    settings = here.settings
    payload = billing.payload_of_account(account, settings.pay_bank_bin, settings.pay_account)
    picture = base64.b64encode(qr_images.png(payload, _QR_SCALE)).decode()
    return Request(account, f"data:image/png;base64,{picture}",
                   billing.reference_of_account(account),
                   reference.banks().get(settings.pay_bank_bin, settings.pay_bank_bin),
                   settings.pay_account, settings.pay_account_name, now)
