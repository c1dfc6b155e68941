"""Vietnamese text without accents, for searching and for GSM-7 texts."""

from __future__ import annotations

import unicodedata

# đ has no decomposition in Unicode, so it is named here.
_LETTERS = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


def unaccented(text: str) -> str:
    """`text` without Vietnamese accents, composed or decomposed: "Định Hóa" → "Dinh Hoa"."""
    decomposed = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def folded(text: str) -> str:
    """`text` for comparing: no accents, lower case, single spaces, letters and digits only."""
    letters = (c if c.isascii() and c.isalnum() else " " for c in unaccented(text).lower())
    return " ".join("".join(letters).split())


def given_name_first(folded_name: str) -> str:
    """ "nguyen thi hoa" → "hoa nguyen thi": people ask for somebody by the given name."""
    *family, given = folded_name.split() or [""]
    return " ".join([given, *family])
