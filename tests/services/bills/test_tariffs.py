"""What a month of kWh costs, by the worked examples that come with the tariff."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import reference
from services.bills.tariffs import Charge, TierLine, charge

TABLE = reference.tariff_table()
EXAMPLES = TABLE["examples_2025_05_10_vat_8"]
SEPTEMBER = date(2026, 9, 22), date(2026, 10, 21)


def price(kwh: int, first: date = SEPTEMBER[0], last: date = SEPTEMBER[1],
          households: int = 1) -> Charge:
    return charge(kwh, first, last, TABLE, households)


def tiers(charged: Charge) -> list[tuple[int, int, int]]:
    return [(line.tier, line.kwh, line.price) for line in charged.lines]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example['kwh']} kWh")
def test_the_worked_examples_hold(example: dict) -> None:
    charged = price(example["kwh"])
    assert (charged.subtotal, charged.vat, charged.total) == (
        example["subtotal"], example["vat"], example["total"])


def test_a_bill_explains_itself_tier_by_tier() -> None:
    assert price(222).lines == [
        TierLine(1, 50, 1984, 99_200), TierLine(2, 50, 2050, 102_500),
        TierLine(3, 100, 2380, 238_000), TierLine(4, 22, 2998, 65_956)]


@pytest.mark.parametrize(("kwh", "expected"), [
    (0, []),
    (1, [(1, 1, 1984)]),
    (50, [(1, 50, 1984)]),
    (51, [(1, 50, 1984), (2, 1, 2050)]),
    (100, [(1, 50, 1984), (2, 50, 2050)]),
    (401, [(1, 50, 1984), (2, 50, 2050), (3, 100, 2380), (4, 100, 2998), (5, 100, 3350),
           (6, 1, 3460)]),
])
def test_a_tier_begins_where_the_one_before_ends(kwh: int, expected: list) -> None:
    assert tiers(price(kwh)) == expected


def test_nothing_used_costs_nothing() -> None:
    assert price(0) == Charge([], 0, 8, 0, 0)


def test_two_households_on_one_meter_have_tiers_twice_as_wide() -> None:
    assert tiers(price(222, households=2)) == [(1, 100, 1984), (2, 100, 2050), (3, 22, 2380)]


@pytest.mark.parametrize(("kwh", "days", "expected"), [
    # 15 of the 30 days from 22 September: half of each tier.
    (60, 15, [(1, 25, 1984), (2, 25, 2050), (3, 10, 2380)]),
    # 10 of 30 days: 50 / 30 × 10 = 16.67 → 17 in each of the first two tiers.
    (40, 10, [(1, 17, 1984), (2, 17, 2050), (3, 6, 2380)]),
    # One day: 1.67 → 2, twice, then 3.33 → 3.
    (9, 1, [(1, 2, 1984), (2, 2, 2050), (3, 3, 2380), (4, 2, 2998)]),
    # 33 of 30 days, a reading that came late.
    (60, 33, [(1, 55, 1984), (2, 5, 2050)]),
])
def test_a_part_month_has_tiers_by_days(kwh: int, days: int, expected: list) -> None:
    first = date(2026, 9, 22)
    assert tiers(price(kwh, first, first + timedelta(days=days - 1))) == expected


@pytest.mark.parametrize(("first", "last", "kwh", "expected"), [
    # Moved in on 10 October, read on the 21st: 12 days, T is September's 30 and not October's 31.
    (date(2026, 10, 10), date(2026, 10, 21), 55, [(1, 20, 1984), (2, 20, 2050), (3, 15, 2380)]),
    # Read in March: T is February's 28. 50 / 28 × 12 = 21.43, 100 / 28 × 12 = 42.86.
    (date(2026, 3, 10), date(2026, 3, 21), 90, [(1, 21, 1984), (2, 21, 2050), (3, 43, 2380),
                                                (4, 5, 2998)]),
    # Moved out on 5 March: the same T, 12 days from 22 February.
    (date(2026, 2, 22), date(2026, 3, 5), 90, [(1, 21, 1984), (2, 21, 2050), (3, 43, 2380),
                                               (4, 5, 2998)]),
    # A leap year's February has 29: 50 / 29 × 12 = 20.69, 100 / 29 × 12 = 41.38.
    (date(2028, 3, 10), date(2028, 3, 21), 90, [(1, 21, 1984), (2, 21, 2050), (3, 41, 2380),
                                                (4, 7, 2998)]),
    # Read in January: T is December's 31 of the year before. 50 / 31 × 7 = 11.29.
    (date(2026, 1, 15), date(2026, 1, 21), 30, [(1, 11, 1984), (2, 11, 2050), (3, 8, 2380)]),
    # Half a kWh is rounded up: 50 / 30 × 9 = 15, 50 / 28 × 7 = 12.5.
    (date(2026, 3, 15), date(2026, 3, 21), 30, [(1, 13, 1984), (2, 13, 2050), (3, 4, 2380)]),
])
def test_a_part_month_is_a_share_of_the_month_before_its_reading(
        first: date, last: date, kwh: int, expected: list) -> None:
    assert tiers(price(kwh, first, last)) == expected


def test_households_widen_a_quota_before_it_is_rounded() -> None:
    # 50 / 30 × 1 × 2 = 3.33 → 3; twice the rounded 1.67 would be 4.
    assert tiers(price(7, date(2026, 10, 21), households=2)) == [(1, 3, 1984), (2, 3, 2050),
                                                                 (3, 1, 2380)]


def test_each_part_of_a_price_change_rounds_its_own_quotas() -> None:
    # 22 April to 21 May 2025: 18 days before the change, 12 after it, of T = 30: tier 3 gets 60
    # and 40, and what they leave goes on.
    charged = price(500, date(2025, 4, 22), date(2025, 5, 21))
    assert [(line.tier, line.kwh) for line in charged.lines] == [
        (1, 30), (2, 30), (3, 60), (4, 60), (5, 60), (6, 60),
        (1, 20), (2, 20), (3, 40), (4, 40), (5, 40), (6, 40)]


def test_the_rule_of_part_periods_is_dated() -> None:
    with pytest.raises(ValueError, match="no tariff row"):
        charge(10, *SEPTEMBER, {**TABLE, "part_periods": []})


@pytest.mark.parametrize(("first", "last"), [
    (date(2026, 2, 1), date(2026, 2, 28)),
    (date(2026, 1, 22), date(2026, 2, 21)),
    (date(2028, 2, 1), date(2028, 2, 29)),
    (date(2026, 12, 22), date(2027, 1, 21)),
    (date(2026, 1, 31), date(2026, 2, 27)),
])
def test_a_whole_month_is_whole_whatever_its_length(first: date, last: date) -> None:
    assert tiers(price(100, first, last)) == [(1, 50, 1984), (2, 50, 2050)]


def test_a_price_change_splits_the_period_by_days() -> None:
    # 22 April to 21 May 2025, 30 days: 18 at the old price, 12 from 10 May at the new one.
    charged = price(100, date(2025, 4, 22), date(2025, 5, 21))
    assert tiers(charged) == [(1, 30, 1893), (2, 30, 1956), (1, 20, 1984), (2, 20, 2050)]
    assert charged.subtotal == 30 * 1893 + 30 * 1956 + 20 * 1984 + 20 * 2050


def test_a_price_change_gives_no_wider_tiers_than_a_month_has() -> None:
    charged = price(1000, date(2025, 4, 22), date(2025, 5, 21))
    assert sum(line.kwh for line in charged.lines if line.tier == 1) == 50


@pytest.mark.parametrize(("first", "last", "prices"), [
    (date(2024, 10, 10), date(2024, 10, 11), {1806, 1893}),
    (date(2025, 5, 9), date(2025, 5, 9), {1893}),
    (date(2025, 5, 10), date(2025, 5, 10), {1984}),
    (date(2024, 9, 22), date(2025, 5, 21), {1806, 1893, 1984}),
])
def test_a_row_counts_from_its_first_day_to_its_last(first: date, last: date,
                                                     prices: set) -> None:
    assert {line.price for line in price(60, first, last).lines if line.tier == 1} == prices


@pytest.mark.parametrize(("last", "percent", "vat"), [
    (date(2026, 12, 31), 8, 40_452),
    (date(2027, 1, 1), 10, 50_566),
])
def test_vat_is_that_of_the_last_day(last: date, percent: int, vat: int) -> None:
    charged = price(222, last - timedelta(days=30), last)
    assert (charged.subtotal, charged.vat_percent, charged.vat) == (505_656, percent, vat)


@pytest.mark.parametrize(("subtotal_kwh", "vat"), [
    (1, 159),  # 8 % of 1984 is 158.72
    (4, 635),  # 634.88
    (25, 3968),  # exact
])
def test_vat_is_rounded_to_a_whole_dong(subtotal_kwh: int, vat: int) -> None:
    assert price(subtotal_kwh).vat == vat


def test_half_a_dong_of_vat_is_rounded_up() -> None:
    table = {"residential": [{"from": "2026-01-01", "to": None, "tiers": [[None, 25]]}],
             "vat": [{"from": "2026-01-01", "to": None, "percent": 10}],
             "part_periods": TABLE["part_periods"]}
    assert charge(1, *SEPTEMBER, table).vat == 3


@pytest.mark.parametrize(("kwh", "first", "last", "households"), [
    (-1, *SEPTEMBER, 1),
    (1, *SEPTEMBER, 0),
    (1, SEPTEMBER[1], SEPTEMBER[0], 1),
    (1, date(2020, 1, 1), date(2020, 1, 31), 1),
])
def test_what_has_no_price_is_refused(kwh: int, first: date, last: date, households: int) -> None:
    with pytest.raises(ValueError, match=r"cannot price|no tariff row"):
        price(kwh, first, last, households)


PERIODS = st.tuples(st.dates(date(2023, 11, 9), date(2027, 6, 1)), st.integers(0, 62)).map(
    lambda pair: (pair[0], pair[0] + timedelta(days=pair[1])))


@given(st.integers(0, 20_000), PERIODS, st.integers(1, 40))
def test_every_kwh_is_priced_once(kwh: int, period: tuple, households: int) -> None:
    charged = price(kwh, *period, households)
    assert sum(line.kwh for line in charged.lines) == kwh
    assert all(line.amount == line.kwh * line.price > 0 for line in charged.lines)
    assert charged.total == sum(line.amount for line in charged.lines) + charged.vat


@given(st.integers(0, 5_000), PERIODS, st.integers(1, 5))
def test_using_more_never_costs_less(kwh: int, period: tuple, households: int) -> None:
    assert price(kwh + 1, *period, households).subtotal >= price(kwh, *period, households).subtotal


@given(st.integers(0, 5_000), PERIODS, st.integers(1, 5))
def test_another_household_never_makes_it_dearer(kwh: int, period: tuple,
                                                 households: int) -> None:
    assert price(kwh, *period, households + 1).total <= price(kwh, *period, households).total
