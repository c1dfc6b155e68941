"""Periods, days and numbers as issuers of e-invoices write them in free text."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.notation import folding

_MONTH_OF_YEAR = re.compile(r"\bthang\s*(\d{1,2})\s*(?:nam|[/.-])\s*(\d{4})\b")
_MONTH_YEAR = re.compile(r"(?P<month>\d{1,2})[/.-](?P<year>\d{4})"
                         r"|(?P<year_2>\d{4})[/.-](?P<month_2>\d{1,2})|(?P<year_3>20\d\d)(?P<month_3>\d\d)")
_KY = re.compile(r"\bky\s*:?\s*(\d)\b(?!\s*[/.])")
_ONLY_KY = re.compile(r"(?:ky\s*:?\s*)?0?([1-9])")
_DAYS = re.compile(r"\b(?:(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
                   r"|(?P<year_2>\d{4})-(?P<month_2>\d{1,2})-(?P<day_2>\d{1,2})"
                   r"|(?P<day_3>\d{1,2})\s*thang\s*(?P<month_3>\d{1,2})\s*nam\s*(?P<year_3>\d{4}))")
_TIME = re.compile(r"[t\s]*(?:\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?\s*(?:z|[+-]\d{2}:?\d{2})?")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?", re.ASCII)


class Period(NamedTuple):
    """A month, and which reading of it; `ky` 0: not told."""

    year: int
    month: int
    ky: int = 0


def _plain(text: str) -> str:
    return folding.unaccented(text).lower().strip()


def period(text: str) -> Period | None:
    """ "10/2026", "2026-10", "Kỳ 1 tháng 10 năm 2026", also within a sentence that says "tháng";
    None for none, and for two."""
    plain = _plain(text)
    ky = _KY.search(plain)
    months = {(int(year), int(month)) for month, year in _MONTH_OF_YEAR.findall(plain)}
    if not months:
        rest = _KY.sub(" ", plain)
        match = _MONTH_YEAR.fullmatch(re.sub(r"[^\d/.-]", "", rest).strip("/.-"))
        months = {_month(match)} if match else set()
    found = months.pop() if len(months) == 1 else (0, 0)
    if not (2000 <= found[0] <= 2100 and 1 <= found[1] <= 12):
        return None
    return Period(*found, int(ky[1]) if ky else 0)


def _month(match: re.Match) -> tuple[int, int]:
    parts = match.groupdict()
    return (int(parts["year"] or parts["year_2"] or parts["year_3"]),
            int(parts["month"] or parts["month_2"] or parts["month_3"]))


def only_ky(text: str) -> int | None:
    """ "1", "01" or "Kỳ 1"; None for anything else."""
    match = _ONLY_KY.fullmatch(_plain(text))
    return int(match[1]) if match else None


def day(text: str) -> str | None:
    """One day, alone or with a time of day after it, as ISO date; None for anything else."""
    plain = _plain(text).removeprefix("ngay").strip()
    match = _DAYS.match(plain)
    return _iso(match) if match and _TIME.fullmatch(plain[match.end():]) else None


def two_days(text: str) -> tuple[str, str] | None:
    """First and last day told in a sentence, as ISO dates; None unless there are exactly two."""
    found = [_iso(match) for match in _DAYS.finditer(_plain(text))]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return None
    return found[0], found[1]


def _iso(match: re.Match) -> str | None:
    parts = match.groupdict()
    year, month, day = (int(parts[name] or parts[f"{name}_2"] or parts[f"{name}_3"])
                        for name in ("year", "month", "day"))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def number(text: str) -> Decimal | None:
    """A number as the Decision writes it: digits, a point before decimals, no thousands."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def whole(text: str, is_number: bool) -> str | None:
    """A whole number's digits. In a field that is not declared as a number, "1.000" may be a
    thousand or one, so it is neither."""
    plain = text.lower().removesuffix("kwh").strip()
    found = number(plain)
    if found is None or found < 0 or found != found.to_integral_value():
        return None
    if not is_number and re.search(r"\.\d{3}$", plain):
        return None
    return str(int(found))
