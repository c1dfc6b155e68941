"""Promotions of payment channels: what is offered, and what a partner's report may claim.

A bill clears at its gross amount only if what the customer paid and the funders' shares make
it up. So a reported discount must be exactly the promotion's: rate × bill, half a đồng and
more rounded up, at most the cap.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from db import promotions as promotion_records
from db.bills import BillRow
from db.promotions import PromotionRow
from services import clock
from services.errors import PromotionRefused

_WHOLE = 10_000  # hundredths of a percent
MOST_OFFERS = 3


class Claim(NamedTuple):
    """A discount as a partner reports it."""

    partner: str
    promotion: str  # JSON {"id", "discount", "funded_by"}
    paid_at: int  # epoch ms


def discount_of(terms: PromotionRow, amount: int) -> int:
    """What a promotion takes off a bill of `amount` đ; 0 when the bill is too small."""
    if amount < terms.minimum:
        return 0
    return min(terms.cap, (amount * terms.rate + _WHOLE // 2) // _WHOLE)


def offers(code: str, amount: int, now: int) -> list[PromotionRow]:
    """Promotions that a customer's bill of `amount` đ can have today, the largest discount
    first. Whoever shows one shows its last day and its source too."""
    running = [terms for terms in promotion_records.running(clock.local_day(now))
               if discount_of(terms, amount) and _has_use_left(terms, code)]
    running.sort(key=lambda terms: -discount_of(terms, amount))
    return running[:MOST_OFFERS]


def state(terms: PromotionRow, now: int) -> str:
    """ "coming", "running", "ended" or "used_up"."""
    today = clock.local_day(now)
    if today < terms.starts_on:
        return "coming"
    if today > terms.ends_on:
        return "ended"
    return "used_up" if terms.used >= terms.budget else "running"


def check(claimed: Claim, bill: BillRow, now: int) -> None:
    """Could the promotion be used for this bill, were it not paid already? What the customer is
    owed back rests on it. Raises PromotionRefused."""
    terms, discount = _agreed(claimed, bill, now)
    if terms.used + discount > terms.budget:
        raise PromotionRefused("budget")
    if not _has_use_left(terms, bill.code):
        raise PromotionRefused("customer")


def claim(claimed: Claim, bill: BillRow, payment_id: int, now: int) -> list[tuple[str, int]]:
    """Use a promotion for a bill, inside the caller's transaction.

    Returns what each funder owes us, as (ledger account, đ); they add up to the discount.
    Raises PromotionRefused, which undoes the payment.
    """
    terms, discount = _agreed(claimed, bill, now)
    # The update first: it makes whoever comes at the same moment wait, so that both are counted.
    if not promotion_records.spend(terms.id, discount):
        raise PromotionRefused("budget")
    if not _has_use_left(terms, bill.code):
        raise PromotionRefused("customer")
    promotion_records.add_use(terms.id, payment_id, bill.code, discount, now)
    return shares(terms, discount)


def _agreed(claimed: Claim, bill: BillRow, now: int) -> tuple[PromotionRow, int]:
    """The terms that were agreed on, and the discount by them."""
    asked = json.loads(claimed.promotion)
    terms = _terms(asked["id"], claimed, bill, now)
    discount = discount_of(terms, bill.total)
    if asked["discount"] != discount:
        raise PromotionRefused("discount")
    if sorted(_names(asked["funded_by"])) != sorted(name for name, _share in terms.funders):
        raise PromotionRefused("funder")
    return terms, discount


def _terms(promotion_id: str, claimed: Claim, bill: BillRow, now: int) -> PromotionRow:
    terms = promotion_records.get(promotion_id)
    if terms is None or terms.partner != claimed.partner:
        raise PromotionRefused("unknown")
    # The day it was made is the partner's word, the day we learned of it is not.
    for day in (clock.local_day(claimed.paid_at), clock.local_day(now)):
        if not terms.starts_on <= day <= terms.ends_on:
            raise PromotionRefused("dates")
    if bill.total < terms.minimum:
        raise PromotionRefused("minimum")
    return terms


def _has_use_left(terms: PromotionRow, code: str) -> bool:
    return not terms.per_customer or promotion_records.uses_of(terms.id, code) < terms.per_customer


def _names(funded_by: str) -> list[str]:
    return [name.strip() for name in funded_by.split("+")]


def shares(terms: PromotionRow, discount: int) -> list[tuple[str, int]]:
    """The discount divided among the funders; what rounding leaves is the last one's."""
    parts, left = [], discount
    for name, percent in terms.funders[:-1]:
        part = discount * percent // 100
        parts.append((f"promotion:{name}", part))
        left -= part
    parts.append((f"promotion:{terms.funders[-1][0]}", left))
    return [part for part in parts if part[1]]


def take_back(payment_id: int, now: int) -> None:
    """A payment that used a promotion was undone: budget and the customer's use are free again."""
    promotion_records.take_back(payment_id, now)
