"""The communes by first letter, today's and those of before July 2025, for people who choose
by pointing."""

from __future__ import annotations

import functools
from typing import NamedTuple

from db import reference
from services.notation.communes import without_kind
from services.notation.folding import folded, unaccented


class Entry(NamedTuple):
    """A name to point at. A former one says which district it lay in and what it is now."""

    code: str  # of today's commune
    name: str
    district: str = ""
    today: str = ""


def letters(former: bool = False) -> list[str]:
    """First letters that have communes, in Vietnamese order."""
    return sorted(_index(former), key=_order)


def under(letter: str, former: bool = False) -> list[Entry]:
    """Communes whose name begins with `letter`; none for an unknown letter."""
    return _index(former).get(letter, [])


@functools.cache
def _index(former: bool) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    entries = _former() if former else _today()
    for entry in sorted(entries, key=lambda entry: _order(without_kind(entry.name))):
        found.setdefault(_letter(entry.name), []).append(entry)
    return found


def _today() -> list[Entry]:
    return [Entry(commune.code, commune.name) for commune in reference.communes().values()]


def _former() -> list[Entry]:
    return [Entry(code, name, district, reference.commune_name(code))
            for name, district, code in reference.former_communes()]


def _letter(name: str) -> str:
    first = without_kind(name)[0].upper()
    return first if first == "Đ" else unaccented(first)


def _order(name: str) -> tuple[str, bool, str]:
    # Đ comes after D, accents do not matter before the last letter is compared.
    return folded(name[:1]), name.startswith("Đ"), folded(name)
