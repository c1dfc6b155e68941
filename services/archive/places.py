"""Communes of before July 2025, as old contracts name them, and the ones of today."""

from __future__ import annotations

import functools
import re
import unicodedata

from rapidfuzz import fuzz, process

from db import reference
from db.reference import FormerCommune
from services.notation.folding import folded

_KIND = re.compile(r"^(?:xa|x|phuong|p|thi tran|tt) (?=.)")
_DISTRICT_KIND = re.compile(r"^(?:huyen|h|thanh pho|tp|thi xa|tx) (?=.)")
_LIKE_ENOUGH = 80  # rapidfuzz ratio below which a name is not proposed
_MOST_PROPOSED = 5


def proposed(name: str, district: str) -> list[FormerCommune]:
    """Former communes that an old contract may mean, the likeliest first; none when nothing is
    like it. Several: somebody who knows must choose."""
    wanted = _KIND.sub("", folded(name))
    if not wanted:
        return []
    same = _by_name().get(wanted, [])
    rows = _in_district(same or _alike(wanted), _DISTRICT_KIND.sub("", folded(district)))
    # Văn Lang and Văn Lăng differ by an accent only: who wrote it meant it.
    written = unicodedata.normalize("NFC", name).lower()
    return [row for row in rows if row.name.lower().endswith(_last_words(written))] or rows


def _last_words(written: str) -> str:
    return re.sub(r"^(?:xã|phường|thị trấn)\s+", "", " ".join(written.split()))


def today(name: str, district: str) -> str:
    """Code of today's commune when only one can be meant; "" otherwise."""
    codes = {row.new_code for row in proposed(name, district)
             if _KIND.sub("", folded(row.name)) == _KIND.sub("", folded(name))}
    return codes.pop() if len(codes) == 1 else ""


def by_district() -> dict[str, list[FormerCommune]]:
    """All former communes, for choosing by hand."""
    found: dict[str, list[FormerCommune]] = {}
    for row in reference.communes_before_2025().values():
        found.setdefault(row.district, []).append(row)
    return {district: sorted(found[district], key=lambda row: folded(row.name))
            for district in sorted(found, key=folded)}


def _in_district(rows: list[FormerCommune], district: str) -> list[FormerCommune]:
    there = [row for row in rows
             if district and _DISTRICT_KIND.sub("", folded(row.district)) == district]
    return there or rows


def _alike(wanted: str) -> list[FormerCommune]:
    names = process.extract(wanted, _by_name().keys(), scorer=fuzz.ratio, limit=_MOST_PROPOSED,
                            score_cutoff=_LIKE_ENOUGH)
    return [row for name, _score, _at in names for row in _by_name()[name]][:_MOST_PROPOSED]


@functools.cache
def _by_name() -> dict[str, list[FormerCommune]]:
    found: dict[str, list[FormerCommune]] = {}
    for row in reference.communes_before_2025().values():
        found.setdefault(_KIND.sub("", folded(row.name)), []).append(row)
    return found
