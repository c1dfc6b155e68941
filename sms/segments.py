"""How many parts a text costs: GSM-7 with its extension table, UCS-2, and concatenation.

Source: 3GPP TS 23.038 (alphabets) and 23.040, 9.2.3.24 (user data headers): a message has
140 octets; a part of a longer text gives six of them to the header that joins the parts.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import NamedTuple

from services.notation.folding import unaccented

_BASIC = ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
_EXTENSION = "^{}\\[~]|€\f"  # an escape goes before each of these: two septets
GSM7_ONE, GSM7_PART = 160, 153
UCS2_ONE, UCS2_PART = 70, 67

_GSM7 = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*")
_EXTENDED = re.compile(f"[{re.escape(_EXTENSION)}]")
# What word processors and phones put in, and what a GSM-7 phone shows for it.
_PLAIN = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "•": "-", "·": "-", "₫": "d",
    "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\t": " ", "`": "'", "×": "x",
})


class Cost(NamedTuple):
    """What sending a text takes."""

    encoding: str  # "GSM-7" or "UCS-2"
    units: int  # septets, or UTF-16 code units
    parts: int


def is_gsm7(text: str) -> bool:
    """True when every character is in the GSM-7 alphabet or its extension table."""
    return _GSM7.fullmatch(text) is not None


def septets(text: str) -> int:
    """Length of a GSM-7 text; characters of the extension table count two."""
    return len(text) + len(_EXTENDED.findall(text))


def code_units(text: str) -> int:
    """Length of a UCS-2 text; characters beyond the first plane (emoji) count two."""
    return sum(map(_unit_size, text))


def cost(text: str) -> Cost:
    """Encoding, length and number of parts of `text`. An empty text is one message."""
    if is_gsm7(text):
        return Cost("GSM-7", septets(text), len(_cut(_septet_sizes(text), GSM7_ONE, GSM7_PART)))
    lengths = _cut(map(_unit_size, text), UCS2_ONE, UCS2_PART)
    return Cost("UCS-2", code_units(text), len(lengths))


def split(text: str) -> list[str]:
    """The parts as they go over the air; no escape pair and no surrogate pair is torn."""
    if is_gsm7(text):
        lengths = _cut(_septet_sizes(text), GSM7_ONE, GSM7_PART)
    else:
        lengths = _cut(map(_unit_size, text), UCS2_ONE, UCS2_PART)
    ends = [sum(lengths[:n]) for n in range(len(lengths) + 1)]
    return [text[start:end] for start, end in itertools.pairwise(ends)]


def folded(text: str) -> str:
    """`text` in GSM-7: Vietnamese accents go, typographic signs become plain, the rest "?"."""
    plain = text if text.isascii() else text.translate(_TO_PLAIN)
    if plain.isascii() and is_gsm7(plain):
        return plain
    plain = unaccented(plain.translate(_TO_PLAIN))
    return "".join(c if is_gsm7(c) else "?" for c in plain)


def _vietnamese() -> dict[int, str]:
    """Accented letters of Vietnamese by code point: this table is quicker than decomposing."""
    letters = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    return {ord(c): unaccented(c) for c in letters + letters.upper()}


def _septet_sizes(text: str) -> Iterable[int]:
    return (2 if c in _EXTENSION else 1 for c in text)


def _unit_size(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _cut(sizes: Iterable[int], one: int, part: int) -> list[int]:
    """How many characters go into each part, `sizes` being what each character takes."""
    sizes = list(sizes)
    if sum(sizes) <= one:
        return [len(sizes)]
    lengths, used = [0], 0
    for size in sizes:
        if used + size > part:
            lengths.append(0)
            used = 0
        lengths[-1] += 1
        used += size
    return lengths


_TO_PLAIN = _PLAIN | _vietnamese()
