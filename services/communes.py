"""Matching what people write to one of the 92 communes."""

from __future__ import annotations

import functools

from rapidfuzz import fuzz, process

from db import reference
from services.folding import folded

_KINDS = ("xa ", "phuong ", "thi tran ")
_CERTAIN = 86  # rapidfuzz ratio below which we ask rather than guess


def match(text: str) -> list[reference.Commune]:
    """Communes that `text` may mean: one when it is clear, several to choose from, none.

    Old names (before July 2025) lead to today's commune; accents, case and the words
    xã, phường, thị trấn do not matter; small slips are forgiven.
    """
    wanted = _bare(folded(text[:80]))
    names = _names()
    if not wanted:
        return []
    exact = names.get(wanted)
    if exact:
        return _rows(exact)
    near = process.extract(wanted, names.keys(), scorer=fuzz.ratio, limit=3,
                           score_cutoff=_CERTAIN)
    best = [codes for name, score, _ in near if score == near[0][1] for codes in [names[name]]]
    return _rows([code for codes in best for code in codes])


@functools.cache
def _names() -> dict[str, list[str]]:
    """Codes by bare folded name; today's names win over former ones."""
    today: dict[str, list[str]] = {}
    for commune in reference.communes().values():
        today.setdefault(_bare(folded(commune.name)), []).append(commune.code)
    former: dict[str, list[str]] = {}
    for name, code in reference.former_communes():
        codes = former.setdefault(_bare(folded(name)), [])
        if code not in codes:
            codes.append(code)
    return former | today


def _bare(name: str) -> str:
    for kind in _KINDS:
        name = name.removeprefix(kind)
    return name


def _rows(codes: list[str]) -> list[reference.Commune]:
    return [reference.communes()[code] for code in dict.fromkeys(codes)]
