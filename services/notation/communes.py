"""Which commune people mean: matching what they write to the 92 communes of today, and what an
old contract says to the ones of before July 2025."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator

from db import reference
from db.reference import Commune, FormerCommune
from services.notation.folding import folded

_KIND = re.compile(r"^(?:xa|x|phuong|p|thi tran|tt) (?=.)")
_KIND_INSIDE = re.compile(r"^.+? (?:xa|phuong|thi tran) (?=.)")  # "xom 5 xa dinh hoa"
_KIND_IN_FULL = re.compile(r"^(?:xã|phường|thị trấn)\s+", re.I)
_DISTRICT_KIND = re.compile(r"^(?:huyen|h|thanh pho|tp|thi xa|tx) (?=.)")
_PROVINCE = re.compile(r"(?<=.) (?:tinh )?(?:thai nguyen|bac kan)$")
# rapidfuzz ratio below which a name is not meant. At the counter we rather ask than guess; from
# an old contract we only propose, and an officer confirms.
_CERTAIN, _LIKE_ENOUGH = 86, 80
_MOST_NEAR, _MOST_PROPOSED = 3, 5


def match(text: str) -> list[Commune]:
    """Communes of today that `text` may mean: one when it is clear, several to choose from, none.

    Old names (before July 2025) lead to today's commune; accents, case, the words xã,
    phường, thị trấn, a hamlet before and a district or province after do not matter;
    small slips are forgiven.
    """
    readings = list(_readings(folded(text[:80])))
    known = _codes_by_any_name()
    exact = next((known[reading] for reading in readings if reading in known), None)
    rows = _rows(exact or _nearest(readings))
    # Văn Lang and Văn Lăng differ by an accent only: who wrote it meant it.
    written = unicodedata.normalize("NFC", text).lower()
    return [row for row in rows if row.name.lower() in written] or rows


def propose_former(name: str, district: str) -> list[FormerCommune]:
    """Communes of before July 2025 that an old contract may mean, the likeliest first; none when
    nothing is like it. Several: somebody who knows must choose."""
    sought = _bare(name)
    if not sought:
        return []
    rows = _in_district(_former_by_name().get(sought) or _alike(sought), _bare_district(district))
    written = without_kind(" ".join(unicodedata.normalize("NFC", name).lower().split()))
    return [row for row in rows if row.name.lower().endswith(written)] or rows


def today_of(name: str, district: str) -> str:
    """Code of today's commune of which only one can be meant by a name from before July 2025;
    "" otherwise."""
    codes = {row.new_code for row in propose_former(name, district)
             if _bare(row.name) == _bare(name)}
    return codes.pop() if len(codes) == 1 else ""


def former_by_district() -> dict[str, list[FormerCommune]]:
    """All communes of before July 2025, for choosing by hand."""
    found: dict[str, list[FormerCommune]] = {}
    for row in reference.communes_before_2025().values():
        found.setdefault(row.district, []).append(row)
    return {district: sorted(found[district], key=lambda row: folded(row.name))
            for district in sorted(found, key=folded)}


def without_kind(name: str) -> str:
    """ "Xã Định Hóa" → "Định Hóa"."""
    return _KIND_IN_FULL.sub("", name)


def _bare(name: str) -> str:
    return _KIND.sub("", folded(name))


def _bare_district(name: str) -> str:
    return _DISTRICT_KIND.sub("", folded(name))


def _similar(name: str, names: Iterable[str], most: int, least: int) -> list[tuple[str, float]]:
    """(name, likeness) of at most `most` names that are like `name`, the likeliest first."""
    from rapidfuzz import fuzz, process  # loaded where it is used: docs/decisions/0006-rooms.md

    return [(found, score) for found, score, _at in process.extract(
        name, list(names), scorer=fuzz.ratio, limit=most, score_cutoff=least)]


# Today's communes


def _readings(text: str) -> Iterator[str]:
    """What the commune may be called in `text`, the most literal first."""
    text = _district().sub(r" \1", text)
    for start in (text, _KIND.sub("", text), _KIND_INSIDE.sub("", text)):
        yield start
        shorter = _PROVINCE.sub("", start)
        yield shorter
        yield _district_after().sub("", shorter)


def _nearest(readings: list[str]) -> list[str]:
    names = _codes_by_name()
    found = [hit for reading in dict.fromkeys(readings)
             for hit in _similar(reading, names, _MOST_NEAR, _CERTAIN)]
    best = max((score for _name, score in found), default=0)
    return [code for name, score in found if score == best for code in names[name]]


@functools.cache
def _codes_by_name() -> dict[str, list[str]]:
    """Codes by folded name; today's names win over former ones."""
    today: dict[str, list[str]] = {}
    for commune in reference.communes().values():
        today.setdefault(_bare(commune.name), []).append(commune.code)
    former: dict[str, list[str]] = {}
    for name, _district_name, code in reference.former_communes():
        former.setdefault(_bare(name), []).append(code)
    return former | today


@functools.cache
def _codes_with_district() -> dict[str, list[str]]:
    """Codes by former name and district: two districts had a Tân Thịnh each."""
    return {f"{_bare(name)} {_bare_district(district)}": [code]
            for name, district, code in reference.former_communes()}


@functools.cache
def _codes_by_any_name() -> dict[str, list[str]]:
    return _codes_with_district() | _codes_by_name()


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


def _rows(codes: list[str]) -> list[Commune]:
    return [reference.communes()[code] for code in dict.fromkeys(codes)]


# Communes of before July 2025


def _in_district(rows: list[FormerCommune], district: str) -> list[FormerCommune]:
    there = [row for row in rows if district and _bare_district(row.district) == district]
    return there or rows


def _alike(name: str) -> list[FormerCommune]:
    names = _similar(name, _former_by_name(), _MOST_PROPOSED, _LIKE_ENOUGH)
    return [row for found, _score in names for row in _former_by_name()[found]][:_MOST_PROPOSED]


@functools.cache
def _former_by_name() -> dict[str, list[FormerCommune]]:
    found: dict[str, list[FormerCommune]] = {}
    for row in reference.communes_before_2025().values():
        found.setdefault(_bare(row.name), []).append(row)
    return found
