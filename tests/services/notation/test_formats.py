"""How amounts, periods, days and names are written."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import clock
from services.notation import formats


@pytest.mark.parametrize(("amount", "written"), [
    (0, "0\xa0đ"), (999, "999\xa0đ"), (1_000, "1.000\xa0đ"), (546_108, "546.108\xa0đ"),
    (1_534_140, "1.534.140\xa0đ"), (-50_000, "-50.000\xa0đ"),
])
def test_an_amount_has_points_and_an_unbroken_space(amount: int, written: str) -> None:
    assert formats.dong(amount) == written


@given(st.integers())
def test_points_do_not_change_a_number(number: int) -> None:
    assert int(formats.thousands(number).replace(".", "")) == number


@pytest.mark.parametrize(("year", "month", "written"), [
    (2026, 10, "10/2026"), (2026, 1, "01/2026"),
])
def test_a_period_is_month_and_year(year: int, month: int, written: str) -> None:
    assert formats.period(SimpleNamespace(year=year, month=month, ky=1)) == written


def test_days_are_written_day_first() -> None:
    assert formats.day("2026-11-05") == "05/11/2026"
    assert formats.short_day("2026-11-05") == "05/11"


def test_a_moment_is_local() -> None:
    assert formats.moment(clock.at_local(date(2026, 11, 25), 0, 5)) == "00:05 25/11/2026"


@pytest.mark.parametrize(("name", "masked"), [
    ("Nguyễn Thị Hoa", "N*** T** H**"),
    ("Ma Văn Sơn", "M** V** S**"),
    ("Triệu Thị Mẩy", "T*** T** M**"),
    ("Ấm", "Ấ**"),
    ("Công ty TNHH Điện", "C*** t** T*** Đ***"),
    ("  Ma   Sơn ", "M** S**"),
    ("", ""),
])
def test_a_masked_name_is_known_to_its_owner_only(name: str, masked: str) -> None:
    assert formats.masked_name(name) == masked


@given(st.text(alphabet="aăâbcdđABCĐ ", max_size=40))
def test_a_mask_shows_first_letters_and_not_how_long_a_name_is(name: str) -> None:
    for part, hidden in zip(name.split(), formats.masked_name(name).split(), strict=True):
        assert hidden in (part[0] + "**", part[0] + "***")
