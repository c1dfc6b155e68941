"""Residential tariff: what a month of kWh costs, and why. Pure: the dated rows come in.

Source of the rows: `db/data/tariffs.json` (Decision 1279/QD-BCT and before). Rules:
Circular 60/2025/TT-BCT, article 12: tier widths times households on the meter, part
months by days, a price change inside a period splits it by days. Half a kWh and half a
đồng are rounded up; VAT is that of the period's last day.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple


class TierLine(NamedTuple):
    """One printed line of a bill."""

    tier: int  # 1…
    kwh: int
    price: int  # đ per kWh before VAT
    amount: int  # đ


class Charge(NamedTuple):
    """A priced period, in whole đồng."""

    lines: list[TierLine]
    subtotal: int
    vat_percent: int
    vat: int
    total: int


class _Part(NamedTuple):
    """Days of a period under one price."""

    days: int
    tiers: list


def charge(kwh: int, first: date, last: date, table: dict, households: int = 1) -> Charge:
    """Price `kwh` used from `first` to `last` (both included) by the dated `table`.

    Raises ValueError for a negative kWh, no household, a reversed period or one before the table.
    """
    if kwh < 0 or households < 1 or last < first:
        raise ValueError(f"cannot price {kwh} kWh for {households} households, {first} to {last}")
    parts = list(_price_parts(first, last, table["residential"]))
    days = sum(part.days for part in parts)
    month = households * _month_share(first, last)
    lines = [line for part, share in zip(parts, _split_kwh(kwh, parts), strict=True)
             for line in _tier_lines(share, part.tiers, month * Fraction(part.days, days))]
    subtotal = sum(line.amount for line in lines)
    percent = _row_on(last, table["vat"])["percent"]
    vat = (subtotal * percent + 50) // 100
    return Charge(lines, subtotal, percent, vat, subtotal + vat)


def _row_on(day: date, rows: list[dict]) -> dict:
    for row in rows:
        if row["from"] <= day.isoformat() and (row["to"] is None or day.isoformat() <= row["to"]):
            return row
    raise ValueError(f"no tariff row for {day}")


def _price_parts(first: date, last: date, rows: list[dict]) -> Iterator[_Part]:
    """The period cut at each price change inside it."""
    while first <= last:
        row = _row_on(first, rows)
        end = last if row["to"] is None else min(last, date.fromisoformat(row["to"]))
        yield _Part((end - first).days + 1, row["tiers"])
        first = end + timedelta(days=1)


def _split_kwh(kwh: int, parts: list[_Part]) -> list[int]:
    """kWh by days for each part; the last part takes the rounding."""
    days = sum(part.days for part in parts)
    shares = [_round(Fraction(kwh * part.days, days)) for part in parts[:-1]]
    return [*shares, kwh - sum(shares)]


def _month_share(first: date, last: date) -> Fraction:
    """Which share of a month a period covers: 1 for a whole month, by days otherwise."""
    next_same_day = _a_month_after(first)
    days = (last - first).days + 1
    return Fraction(days, (next_same_day - first).days)


def _a_month_after(day: date) -> date:
    year, month = day.year + day.month // 12, day.month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _tier_lines(kwh: int, tiers: list, scale: Fraction) -> Iterator[TierLine]:
    start = 0
    for number, (upper, price) in enumerate(tiers, 1):
        end = kwh if upper is None else min(kwh, _round(upper * scale))
        if end > start:
            yield TierLine(number, end - start, price, (end - start) * price)
        start = max(start, end)


def _round(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
