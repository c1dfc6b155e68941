"""Promotions as a data file: a JSON list, read strictly and taken in whole or not at all.

Each entry: id, channel (a partner's name), rate_percent (0.01 to 50, at most two decimals), cap,
minimum, budget (đ), per_customer (uses, 0: no limit), funders (name → percent of the
discount, together 100), source, starts_on, ends_on (the last day).
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from db import audit, partners
from db import promotions as promotion_records
from db.connection import write
from services.errors import Invalid

_FIELDS = ("id", "channel", "rate_percent", "cap", "minimum", "budget", "per_customer",
           "funders", "source", "starts_on", "ends_on")
_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_FUNDER = re.compile(r"[a-z0-9_-]{1,20}")
_MOST_DONG = 10**13 - 1
_MOST_RATE = 5_000  # hundredths of a percent: more is a slip of the hand
_MOST_BYTES = 4 * 1024 * 1024


class InvalidPromotions(Invalid):
    """A file of promotions cannot be taken in; the message names the place."""


def load(path: Path, actor: str, now: int) -> int:
    """Take in a file: new promotions, and new terms of known ones (what was used stays).

    Returns how many it holds. Raises InvalidPromotions or OSError.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise InvalidPromotions("larger than 4 MB")
    rows = parse(path.read_bytes())
    write(lambda: put(rows, actor, now))
    return len(rows)


def put(rows: list[tuple], actor: str, now: int) -> None:
    """Store rows as `parse` gives them, inside the caller's transaction."""
    for row in rows:
        if partners.title_of(row[1]) is None:
            raise InvalidPromotions(f"{row[0]}: channel: no partner is called {row[1]!r}")
        promotion_records.put(row)
    audit.append(now, [(actor, "promotion.terms", row[0], f"{row[8]}; {row[9]} to {row[10]}")
                       for row in rows])


def parse(data: bytes) -> list[tuple]:
    """The file's rows, columns as `promotion_records.put` wants them; raises InvalidPromotions."""
    try:
        entries = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InvalidPromotions("not JSON in UTF-8") from None
    if not isinstance(entries, list):
        raise InvalidPromotions("not a list")
    rows = [_row(number, entry) for number, entry in enumerate(entries, 1)]
    ids = [row[0] for row in rows]
    for one in ids:
        if ids.count(one) > 1:
            raise InvalidPromotions(f"id {one!r} stands twice")
    return rows


def _row(number: int, entry: Any) -> tuple:
    place = f"entry {number}"
    if not isinstance(entry, dict):
        raise InvalidPromotions(f"{place}: not an object")
    for name in (*entry, *_FIELDS):
        if name not in _FIELDS or name not in entry:
            word = "missing" if name in _FIELDS else "unknown"
            raise InvalidPromotions(f"{place}: field {name!r} is {word}")
    starts_on, ends_on = (_day(place, entry, name) for name in ("starts_on", "ends_on"))
    if ends_on < starts_on:
        raise InvalidPromotions(f"{place}: ends_on: {ends_on} is before {starts_on}")
    return (_text(place, entry, "id", _ID), _text(place, entry, "channel", _FUNDER),
            _rate(place, entry), _whole(place, entry, "cap", 1),
            _whole(place, entry, "minimum", 0), _whole(place, entry, "per_customer", 0, 1000),
            _whole(place, entry, "budget", 1), _funders(place, entry), _source(place, entry),
            starts_on, ends_on)


def _text(place: str, entry: dict, name: str, form: re.Pattern) -> str:
    value = entry[name]
    if not (isinstance(value, str) and form.fullmatch(value)):
        raise _wrong(place, name, value)
    return value


def _whole(place: str, entry: dict, name: str, least: int, most: int = _MOST_DONG) -> int:
    value = entry[name]
    if type(value) is not int or not least <= value <= most:
        raise _wrong(place, name, value)
    return value


def _rate(place: str, entry: dict) -> int:
    value = entry["rate_percent"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(place, "rate_percent", value)
    rate = round(value * 100) if 0 < value < 100 else 0
    if not 0 < rate <= _MOST_RATE or abs(value * 100 - rate) > 1e-6:
        raise _wrong(place, "rate_percent", value)
    return rate


def _funders(place: str, entry: dict) -> str:
    value = entry["funders"]
    if not isinstance(value, dict) or not value:
        raise _wrong(place, "funders", value)
    for name, share in value.items():
        if not _FUNDER.fullmatch(name) or type(share) is not int or not 0 < share <= 100:
            raise _wrong(place, "funders", {name: share})
    if sum(value.values()) != 100:
        raise InvalidPromotions(f"{place}: funders: the shares make {sum(value.values())}, not 100")
    return json.dumps(list(value.items()))


def _source(place: str, entry: dict) -> str:
    value = entry["source"]
    if not isinstance(value, str) or not 3 <= len(value.strip()) <= 120 or not value.isprintable():
        raise _wrong(place, "source", value)
    return value.strip()


def _day(place: str, entry: dict, name: str) -> str:
    value = entry[name]
    try:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            raise ValueError(value)
        if not "2000" <= value < "2100":
            raise ValueError(value)
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise _wrong(place, name, value) from None


def _wrong(place: str, name: str, value: object) -> InvalidPromotions:
    shown = json.dumps(value, ensure_ascii=False)[:60]
    return InvalidPromotions(f"{place}: {name}: {shown} is not as it should be")
