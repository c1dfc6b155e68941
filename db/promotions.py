"""Promotions of payment channels, as dated rows, and each use of one."""

from __future__ import annotations

import json
from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, fetch_row, require_write, run
from db.partners import Partner


class Promotion(Model):
    """What a channel takes off a bill, for whom and until when, and who pays that part."""

    id = pw.CharField(max_length=40, primary_key=True)
    partner = pw.ForeignKeyField(Partner, column_name="partner", index=True)  # the channel
    rate = pw.IntegerField()  # hundredths of a percent of the bill
    cap = pw.BigIntegerField()  # đ, the most that is taken off
    minimum = pw.BigIntegerField()  # đ, the least bill
    per_customer = pw.IntegerField()  # uses by one customer code, 0: no limit
    budget = pw.BigIntegerField()  # đ for all uses
    used = pw.BigIntegerField(default=0)
    funders = pw.TextField()  # JSON [[name, percent of the discount], …]
    source = pw.CharField(max_length=120)  # where it was announced
    starts_on = pw.CharField(max_length=10)
    ends_on = pw.CharField(max_length=10)  # the last day


class PromotionUse(Model):
    """One discount that was given; taken back when its payment is."""

    promotion = pw.ForeignKeyField(Promotion, index=False)
    payment_id = pw.IntegerField(unique=True)
    code = pw.CharField(max_length=13)
    discount = pw.BigIntegerField()
    at = pw.BigIntegerField()
    taken_back_at = pw.BigIntegerField(null=True)

    class Meta:
        indexes = ((("promotion", "code"), False),)


class PromotionRow(NamedTuple):
    """A promotion with its channel's title."""

    id: str
    partner: str
    title: str
    rate: int
    cap: int
    minimum: int
    per_customer: int
    budget: int
    used: int
    funders: list  # [[name, percent], …]
    source: str
    starts_on: str
    ends_on: str

    @property
    def percent(self) -> str:
        """ "5" or "7,5"."""
        return f"{self.rate / 100:g}".replace(".", ",")


_SELECT = ("SELECT m.id, m.partner, p.title, m.rate, m.cap, m.minimum, m.per_customer, m.budget,"
           " m.used, m.funders, m.source, m.starts_on, m.ends_on"
           " FROM promotion m JOIN partner p ON p.name = m.partner")


def _row(row: tuple) -> PromotionRow:
    return PromotionRow._make((*row[:9], json.loads(row[9]), *row[10:]))


def get(promotion_id: str) -> PromotionRow | None:
    """One promotion, or None."""
    row = fetch_one(f"{_SELECT} WHERE m.id = ?", promotion_id)
    return _row(row) if row else None


def everything() -> list[PromotionRow]:
    """All promotions, those that end last first."""
    return [_row(row) for row in fetch(f"{_SELECT} ORDER BY m.ends_on DESC, m.id")]


def running(day: str) -> list[PromotionRow]:
    """Promotions of this local day whose budget is not used up, the largest first."""
    return [_row(row) for row in fetch(
        f"{_SELECT} WHERE m.starts_on <= ? AND m.ends_on >= ? AND m.used < m.budget"
        " ORDER BY m.rate DESC, m.cap DESC, m.id", day, day)]


def put(row: tuple) -> None:
    """A new promotion, or new terms of a known one; what was used stays. `row`: id, partner,
    rate, cap, minimum, per_customer, budget, funders, source, starts_on, ends_on."""
    run("INSERT INTO promotion (id, partner, rate, cap, minimum, per_customer, budget, funders,"
        " source, starts_on, ends_on, used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
        " ON CONFLICT (id) DO UPDATE SET partner = excluded.partner, rate = excluded.rate,"
        " cap = excluded.cap, minimum = excluded.minimum, per_customer = excluded.per_customer,"
        " budget = excluded.budget, funders = excluded.funders, source = excluded.source,"
        " starts_on = excluded.starts_on, ends_on = excluded.ends_on", *row)


def spend(promotion_id: str, discount: int) -> bool:
    """Take `discount` from the budget; False when not that much is left. Until the
    transaction ends nobody else can use this promotion. Call inside `write`."""
    require_write()
    return run("UPDATE promotion SET used = used + ? WHERE id = ? AND used + ? <= budget",
               discount, promotion_id, discount) == 1


def uses_of(promotion_id: str, code: str) -> int:
    """How often a customer has used a promotion; taken back ones do not count."""
    return fetch_row("SELECT COUNT(*) FROM promotion_use WHERE promotion_id = ? AND code = ?"
                     " AND taken_back_at IS NULL", promotion_id, code)[0]


def add_use(promotion_id: str, payment_id: int, code: str, discount: int, now: int) -> None:
    """Note that a payment used a promotion."""
    run("INSERT INTO promotion_use (promotion_id, payment_id, code, discount, at)"
        " VALUES (?, ?, ?, ?, ?)", promotion_id, payment_id, code, discount, now)


def take_back(payment_id: int, now: int) -> bool:
    """A payment was taken back: its discount goes back into the budget, once. False when it had
    none. Call inside `write`."""
    require_write()
    found = fetch("UPDATE promotion_use SET taken_back_at = ? WHERE payment_id = ?"
                  " AND taken_back_at IS NULL RETURNING promotion_id, discount", now, payment_id)
    for promotion_id, discount in found:
        run("UPDATE promotion SET used = used - ? WHERE id = ?", discount, promotion_id)
    return bool(found)
