"""flask partners order: a provider's order for one bill."""

from __future__ import annotations

import json
import re

import click
from flask import current_app
from flask.cli import with_appcontext

from db.bills import BillRow
from services.bills import billing
from services.errors import (
    AmountOutside,
    BillNotOwed,
    InvalidCode,
    InvalidInput,
    NoAnswer,
    OrderRefused,
    UnknownBill,
    UnknownCustomer,
    UnknownProvider,
)
from services.notation import codes
from services.providers import orders, registry
from web.office import office
from web.terminal import Refused, Unavailable, need_database


@click.command("order")
@click.argument("name")
@click.argument("code")
@click.argument("month", metavar="YYYY-MM[-KY]")
@with_appcontext
def order(name: str, code: str, month: str) -> None:
    """Make the order of provider NAME (vnpay, zalopay, momo) for a bill.

    A month with several unpaid bills needs the kỳ as well: 2026-10-2.
    Prints one JSON object: order_ref, bill_id, amount (đ), pay_url.
    """
    need_database()
    try:
        provider = registry.get(name, office().settings)
        bill = _bill(codes.repair(code), month)
        made = orders.create(provider, bill, info_of(bill), office().now())
    except NoAnswer as error:
        raise Unavailable(f"{name} gave no answer, so the order is kept as unknown and will be"
                          f" asked about: {error}") from None
    except tuple(_REFUSALS) as error:
        raise Refused(_REFUSALS[type(error)].format(error, name=name, code=code,
                                                   month=month)) from None
    click.echo(json.dumps({"order_ref": made.order_ref, "bill_id": bill.public_id,
                           "amount": made.amount, "pay_url": made.pay_url}))


_REFUSALS: dict[type[Exception], str] = {
    UnknownProvider: "no orders at {name!r}: it is none of vnpay, zalopay, momo, or its keys are"
                     " not set",
    InvalidCode: "not a customer code: {code}",
    UnknownCustomer: "no customer has the code {code}",
    UnknownBill: "no bill of {0}; the month is written YYYY-MM",
    InvalidInput: "several bills of {month} are unpaid: name the kỳ too, {month}-1 to {month}-9",
    BillNotOwed: "bill {0} is paid already, or was cancelled",
    AmountOutside: "{0}",
    OrderRefused: "{name} refused the order, code {0}",
}


def _bill(code: str, month: str) -> BillRow:
    """The bill of a month: an unpaid one first. Raises UnknownCustomer, UnknownBill, or
    InvalidInput when several are unpaid and no kỳ is named."""
    named = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])(?:-([1-9]))?", month)
    unpaid = billing.due(code).unpaid
    if named is None:
        raise UnknownBill(month)
    year, number, ky = int(named[1]), int(named[2]), named[3]
    same = [bill for bill in unpaid if (bill.year, bill.month) == (year, number)]
    if ky is None and len(same) > 1:
        raise InvalidInput("month")
    if ky is None and same:
        return same[0]
    return billing.find(f"{code}-{year}{number:02}-{ky or 1}")


def info_of(bill: BillRow) -> str:
    """What the payer reads at the provider."""
    return current_app.jinja_env.get_template("partners/order_info.txt").render(bill=bill).strip()
