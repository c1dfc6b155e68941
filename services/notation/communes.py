"""Matching what people write to one of the 92 communes."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from db import reference
from services.notation.folding import folded

_KIND = re.compile(r"^(?:xa|x|phuong|p|thi tran|tt) (?=.)")
_KIND_INSIDE = re.compile(r"^.+? (?:xa|phuong|thi tran) (?=.)")  # "xom 5 xa dinh hoa"
_DISTRICT_KIND = re.compile(r"^(?:huyen|thanh pho) ")
_PROVINCE = re.compile(r"(?<=.) (?:tinh )?(?:thai nguyen|bac kan)$")
_CERTAIN = 86  # rapidfuzz ratio below which we ask rather than guess


def match(text: str) -> list[reference.Commune]:
    """Communes that `text` may mean: one when it is clear, several to choose from, none.

    Old names (before July 2025) lead to today's commune; accents, case, the words xã,
    phường, thị trấn, a hamlet before and a district or province after do not matter;
    small slips are forgiven.
    """
    readings = list(_readings(folded(text[:80])))
    known = _names_with_district() | _names()
    exact = next((known[reading] for reading in readings if reading in known), None)
    rows = _rows(exact or _nearest(readings))
    # Văn Lang and Văn Lăng differ by an accent only: who wrote it meant it.
    written = unicodedata.normalize("NFC", text).lower()
    return [row for row in rows if row.name.lower() in written] or rows


def _readings(text: str) -> Iterator[str]:
    """What the commune may be called in `text`, the most literal first."""
    text = _district().sub(r" \1", text)
    for start in (text, _KIND.sub("", text), _KIND_INSIDE.sub("", text)):
        yield start
        shorter = _PROVINCE.sub("", start)
        yield shorter
        yield _district_after().sub("", shorter)


def _nearest(readings: list[str]) -> list[str]:
    names = _names()
    found = [hit for reading in dict.fromkeys(readings) for hit in process.extract(
        reading, names.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=_CERTAIN)]
    best = max((score for _, score, _ in found), default=0)
    return [code for name, score, _ in found if score == best for code in names[name]]


@functools.cache
def _names() -> dict[str, list[str]]:
    """Codes by folded name; today's names win over former ones."""
    today: dict[str, list[str]] = {}
    for commune in reference.communes().values():
        today.setdefault(_bare(commune.name), []).append(commune.code)
    former: dict[str, list[str]] = {}
    for name, _district_name, code in reference.former_communes():
        former.setdefault(_bare(name), []).append(code)
    return former | today


@functools.cache
def _names_with_district() -> dict[str, list[str]]:
    """Codes by former name and district: two districts had a Tân Thịnh each."""
    return {f"{_bare(name)} {_bare_district(district)}": [code]
            for name, district, code in reference.former_communes()}


def _bare(name: str) -> str:
    return _KIND.sub("", folded(name))


def _bare_district(name: str) -> str:
    return _DISTRICT_KIND.sub("", folded(name))


@functools.cache
def _districts() -> str:
    names = {_bare_district(district) for _, district, _ in reference.former_communes()}
    return "|".join(sorted(names))


@functools.cache
def _district() -> re.Pattern[str]:
    return re.compile(rf" (?:huyen|thanh pho|tp|thi xa) ({_districts()})\b")


@functools.cache
def _district_after() -> re.Pattern[str]:
    return re.compile(rf"(?<=.) (?:{_districts()})$")


def _rows(codes: list[str]) -> list[reference.Commune]:
    return [reference.communes()[code] for code in dict.fromkeys(codes)]
