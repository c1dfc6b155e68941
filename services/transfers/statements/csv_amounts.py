"""Amounts as banks write them into a CSV."""

from __future__ import annotations

import re
import unicodedata

from services.notation import values

# 546108; 546.108, 1'546'108 with one sign between all thousands; ,00 after it.
_WHOLE = re.compile(r"\+?(\d{1,15}|\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3}){0,3})(?:[.,]00?)?",
                    re.ASCII)
_MINUS = tuple("-\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
               "\N{SMALL HYPHEN-MINUS}\N{FULLWIDTH HYPHEN-MINUS}")
_APOSTROPHES = str.maketrans("\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}", "''")


def read(cell: str) -> tuple[int | None, bool]:
    """(đ, whether it is money going out) of a cell; None where no amount can be read.

    An empty cell, or a dash alone, is (0, True): the bank has another column for that money.
    """
    text = _plain(cell)
    bare = text.strip("()").strip()
    out = text.startswith(("(", *_MINUS)) or text.endswith(_MINUS) or text.endswith(")")
    for sign in _MINUS:
        bare = bare.removeprefix(sign).removesuffix(sign).strip()
    if not bare:
        return 0, True
    match = _WHOLE.fullmatch(bare)
    amount = int(re.sub(r"\D", "", match[1])) if match else None
    return (amount if amount is not None and amount < values.MOST_AMOUNT else None), out


def _plain(cell: str) -> str:
    """With plain spaces for spaces of every kind, without signs that nobody sees."""
    seen = "".join(" " if char.isspace() else char for char in cell
                   if unicodedata.category(char) != "Cf")
    return seen.translate(_APOSTROPHES).strip()
