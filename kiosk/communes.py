"""Choosing a commune: its first letter, then its name; or the name typed, former names too."""

from __future__ import annotations

from typing import NamedTuple

from flask import request

from db import reference
from services.notation import commune_index, communes

_A_PAGE, _FORMER_A_PAGE = 12, 9  # tiles that fit without scrolling


class Choice(NamedTuple):
    """What the form said: one commune, several to choose from, or neither."""

    code: str = ""
    found: list[commune_index.Entry] = []

    @property
    def error(self) -> str:
        """Key of the words in `_errors.html`, or "" when there is something to go on with."""
        return "" if self.code or self.found else "commune"


def choice() -> Choice:
    """The commune that was pressed or typed."""
    code = request.form.get("commune", "")
    if code in reference.communes():
        return Choice(code)
    rows = communes.match(request.form.get("q", ""))
    if len(rows) == 1:
        return Choice(rows[0].code)
    return Choice(found=[commune_index.Entry(row.code, row.name) for row in rows])


def chooser(entries: list[commune_index.Entry] | None = None) -> dict:
    """What the chooser's template draws: letters, or one page of names."""
    former, letter = "old" in request.args, request.args.get("letter", "")
    entries = commune_index.under(letter, former) if entries is None else entries
    size = _FORMER_A_PAGE if former else _A_PAGE
    pages = max(1, -(-len(entries) // size))
    page = min(page_number(), pages)
    return {"letters": commune_index.letters(former), "letter": letter, "former": former,
            "entries": entries[(page - 1) * size:page * size], "page": page, "pages": pages}


def page_number() -> int:
    """Page asked for in the address; the first is 1."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 4 else 1
