"""Residential tariff: what a month of kWh costs, and why. Pure: the dated rows come in.

Source of the rows: `db/data/tariffs.json` (Decision 1279/QD-BCT and before, with the rule of part
periods). Rules: Circular 60/2025/TT-BCT, article 12: a price change inside a period splits it, kWh
by days; VAT is that of the period's last day. A tier's quota of N days is its own, rounded by
itself: M_q / T × N × households, where T is the days of the month before the month of reading
(EVN's published answer of 2015 on the formula of Circular 16/2014/TT-BCT). Half a kWh and half a
đồng are rounded up.
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
    month_days = _MONTH_DAYS[_row_on(last, table["part_periods"])["month_days"]](first, last)
    lines = [line for part, share in zip(parts, _split_kwh(kwh, parts), strict=True)
             for line in _tier_lines(share, _quotas(part, month_days, households))]
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


def _month_before_reading(first: date, last: date) -> int:
    """T: days of the month before the one in which the meter was read, on the period's last day.

    A period from any day to the day before the same day of the next month is a whole month: its
    quotas are whole, also where it was read on a month's last day.
    """
    if last + timedelta(days=1) == _a_month_after(first):
        return (last - first).days + 1
    return (last.replace(day=1) - timedelta(days=1)).day


# How a dated row of "part_periods" counts the days of a month.
_MONTH_DAYS = {"month before reading": _month_before_reading}


def _a_month_after(day: date) -> date:
    year, month = day.year + day.month // 12, day.month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _quotas(part: _Part, month_days: int, households: int) -> list[tuple[int | None, int]]:
    """(kWh, đ per kWh) of each tier for a part's days; None: all that is left."""
    limits = [upper for upper, _price in part.tiers]
    widths = [None if upper is None else upper - below
              for upper, below in zip(limits, [0, *limits], strict=False)]
    scale = Fraction(part.days * households, month_days)
    return [(None if width is None else _round(width * scale), price)
            for width, (_upper, price) in zip(widths, part.tiers, strict=True)]


def _tier_lines(kwh: int, quotas: list[tuple[int | None, int]]) -> Iterator[TierLine]:
    for number, (quota, price) in enumerate(quotas, 1):
        used = kwh if quota is None else min(kwh, quota)
        if used:
            yield TierLine(number, used, price, used * price)
        kwh -= used


def _round(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
