"""Other ways to pay: a wallet's own QR code, a channel's promotion, where cash is taken."""

from __future__ import annotations

import base64
import functools

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from db.bills import UNPAID, BillRow
from kiosk import machine, visits
from kiosk.payments import bills_named
from services import outgoing
from services.bills import qr_images
from services.errors import BillNotOwed, NoAnswer, OrderRefused, TooManyActs, UnknownProvider
from services.payments import promotions
from services.providers import orders, registry
from services.providers.kinds import Provider
from web.office import office

bp = Blueprint("kiosk_ways", __name__)
bp.before_request(visits.arrive)

# Less than the screen itself waits (htmx: 8 s). An answer that comes later is not lost: the
# order is kept as unknown, and the worker asks about it.
_PATIENCE_S = 6.0
_send = functools.partial(outgoing.send, patience_s=_PATIENCE_S)
_QR_SCALE = 8


@bp.get("/pay/<names>/ways")
@visits.needs_customer
def ways(names: str) -> ResponseReturnValue:
    """What else there is besides the bank's QR code, while something is owed."""
    if any(bill.state != UNPAID for bill in bills_named(names)):
        return redirect(url_for("kiosk_payments.pay", names=names), 303)
    return _ways(names)


@bp.post("/pay/<names>/with/<provider>")
@visits.needs_customer
def order(names: str, provider: str) -> ResponseReturnValue:
    """Makes sure of the wallet's order for one bill: one that can still be paid, else a new one."""
    bill, wallet = _bill(names), _wallet(provider)
    here = url_for(".show", names=names, provider=provider)
    try:
        if orders.current(wallet, bill, office().now()) is None:
            machine.count("order.device")
            info = render_template("partners/order_info.txt", bill=bill).strip()
            orders.create(wallet, bill, info, office().now(), _send)
    except TooManyActs as error:
        return _ways(names, "too_many"), 429, {"Retry-After": str(error.wait_s)}
    except BillNotOwed:
        return redirect(url_for("kiosk_payments.pay", names=names), 303)
    except NoAnswer:
        return _ways(names, "no_answer"), 422
    except OrderRefused:
        return _ways(names, "refused"), 422
    return redirect(here, 303)


@bp.get("/pay/<names>/with/<provider>")
@visits.needs_customer
def show(names: str, provider: str) -> ResponseReturnValue:
    """The wallet's QR code; without an order that can be paid, the ways to choose from."""
    bill, wallet = _bill(names), _wallet(provider)
    if bill.state != UNPAID:
        return redirect(url_for("kiosk_payments.pay", names=names), 303)
    made = orders.current(wallet, bill, office().now())
    if made is None:
        return redirect(url_for(".ways", names=names), 303)
    picture = base64.b64encode(qr_images.png(made.pay_url, _QR_SCALE)).decode()
    return render_template("kiosk/ways/wallet.html", names=names, bill=bill, order=made,
                           wallet=wallet, picture=f"data:image/png;base64,{picture}")


def _ways(names: str, problem: str = "") -> str:
    bills = bills_named(names)
    wallets = registry.configured(office().settings).values() if len(bills) == 1 else []
    offers = promotions.offers(bills[0].code, bills[0].total, office().now())
    return render_template("kiosk/ways/otherways.html", names=names, bills=bills, problem=problem,
                           wallets=list(wallets), offers=offers)


def _bill(names: str) -> BillRow:
    # A wallet's order is for one bill, so that the money always finds its place.
    bills = bills_named(names)
    return bills[0] if len(bills) == 1 else abort(404)


def _wallet(provider: str) -> Provider:
    try:
        return registry.get(provider, office().settings)
    except UnknownProvider:
        abort(404)
