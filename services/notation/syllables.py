"""How Vietnamese arrives from a thumb: the syllables of a text, whatever stands inside them.

Accents typed as letters or digits behind the vowel (Telex, VNI), glued words, letters that stand
apart, a letter twice, the spelling of the young ("zat", "xuog", "fong"), and slips of the thumb in
words that are known. Pure; what a text means is for others to say.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from services.notation.folding import unaccented

_RUN = re.compile(r"[^\W_]+")
_ONSET = "(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?"
_RIME = ("(?:a|a[imnopuy]|ac|ach|ang|anh|at|e|e[cmnoptu]|ech|eng|enh|i|ia|i[cmnptu]|ich|inh"
         "|ie[cmnptu]|ieng|o|o[aceimnpt]|ong|oa[cint]|oang|oanh|oay|oet|u|ua|u[ceimnptuy]|ung"
         "|ua[nty]|uang|uo|uo[cimnptu]|uong|uya|uye[nt]|uynh|uyt|uych|y|ye[mnu])")
_SYLLABLE = re.compile(_ONSET + _RIME)
_LONGEST = 7  # letters of "nghieng"
_GLUED = 24  # letters of the longest run that is taken apart
_TONE_KEY = re.compile(r"(?<=[aeiouyw])[sfrxj](?=(?:ch?|m|n[gh]?|p|t)?$)|(?<=[cghmnpt])[sfrxj]$")
_TWICE = re.compile(r"(.)\1+")
_CODE = re.compile(r"p[a-z][0-9]")  # how the code of a customer begins
_NO_N = re.compile(r"(?<=[aeiouy])g$")
_YOUNG = (("z", "gi"), ("z", "d"), ("dz", "d"), ("j", "gi"), ("f", "ph"), ("w", "qu"))
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")


class Syllable(NamedTuple):
    """A syllable: folded, and the lower-case run it was read from (its accents may decide)."""

    folded: str
    typed: str


class Known(NamedTuple):
    """The words that a reader looks for, taken as they stand, and what slips make of them."""

    words: frozenset[str]
    slips: dict[str, str]  # as typed: the word


def is_syllable(folded: str) -> bool:
    """True for what can be one syllable of Vietnamese, without accents."""
    return len(folded) <= _LONGEST and _SYLLABLE.fullmatch(folded) is not None


def syllables(text: str, known: Known) -> list[Syllable]:
    """The syllables of `text`. Where letters are glued, known words are seen before others."""
    found: list[Syllable] = []
    apart = ""  # "d u t": letters that stand each alone
    for match in _RUN.finditer(text):
        typed = match[0].lower()
        folded = typed if typed.isascii() else unaccented(typed).lower()
        if len(folded) == 1 and folded.isalpha():
            apart += folded
            continue
        found += _joined(apart, known)
        apart = ""
        found += (Syllable(one, typed) for one in _read(folded, known))
    return found + _joined(apart, known)


def _joined(letters: str, known: Known) -> list[Syllable]:
    whole = _read(letters, known) if len(letters) > 2 else tuple(letters)
    return [Syllable(one, one) for one in whole]


def _read(folded: str, known: Known) -> tuple[str, ...]:
    if folded in known.words:
        return (folded,)
    if not folded.isalpha():
        folded = _without_digits(folded)
    if folded in known.slips:
        return (known.slips[folded],)
    if not folded or is_syllable(folded):
        return (folded,) if folded else ()
    spellings = _spellings(folded)
    for wanted in (known.words.__contains__, is_syllable):
        found = next(filter(wanted, spellings), "")
        if found:
            return (found,)
    return _taken_apart(folded, known)


def _without_digits(mixed: str) -> str:
    """Letters with accents as VNI has them ("d9ut71"), 0 for o; numbers and codes are nothing."""
    letters = sum(c.isalpha() for c in mixed)
    if letters * 2 < len(mixed) or len(mixed) > _GLUED or _CODE.match(mixed):
        return ""
    return "".join(c for c in mixed.replace("0", "o") if c.isalpha())


def _spellings(folded: str) -> list[str]:
    """What the letters may stand for: none twice, no accent keys, the spelling of the young."""
    once = _TWICE.sub(r"\1", folded)
    toneless = _TONE_KEY.sub("", once)
    bare = toneless.replace("uw", "u").replace("ow", "o").replace("aw", "a").replace("w", "u")
    whole = _NO_N.sub("ng", once)
    young = [there + one[len(here):] for here, there in _YOUNG for one in (once, whole)
             if one.startswith(here)]
    return [once, toneless, bare, _TWICE.sub(r"\1", bare), whole, *young]


def _taken_apart(glued: str, known: Known) -> tuple[str, ...]:
    """Glued syllables, as few and as well known as may be; a run that is none stays whole."""
    if not 4 < len(glued) <= _GLUED:
        return (glued,)
    best: list[tuple[int, tuple[str, ...]] | None] = [(0, ())]
    for end in range(1, len(glued) + 1):
        ways = []
        for start in range(max(0, end - _LONGEST - 1), end):
            before, part = best[start], _part(glued[start:end], known)
            if before and part:
                ways.append((before[0] + part[0], (*before[1], part[1])))
        best.append(min(ways, default=None))
    return best[-1][1] if best[-1] else (glued,)


def _part(letters: str, known: Known) -> tuple[int, str] | None:
    """(how far-fetched, the syllable) of a part of a glued run; None when it is none."""
    if letters in known.words:
        return 2, letters
    if is_syllable(letters):
        return 3, letters
    return (4, known.slips[letters]) if letters in known.slips else None


@functools.cache
def neighbours(letter: str) -> str:
    """The letters of the keys beside a letter's, on a computer's rows and on a phone's keys."""
    near = "".join(key for key in _KEYS if letter in key)
    for at, row in enumerate(_ROWS):
        x = row.find(letter)
        if x >= 0:
            near += row[max(0, x - 1):x + 2]
            near += _ROWS[at - 1][x:x + 2] if at else ""
            near += _ROWS[at + 1][max(0, x - 1):x + 1] if at + 1 < len(_ROWS) else ""
    return "".join(sorted(set(near) - {letter}))


def slips_of(words: Iterable[str], stay: Collection[str]) -> dict[str, str]:
    """What one slip makes of each of `words`, and the word: a neighbouring key, a letter too few or
    too many, two swapped. `stay`: what is a word of its own, and no slip. What may be a slip of
    several words is one of the first."""
    found: dict[str, str] = {}
    for word in words:
        for typed in _slips(word):
            if typed not in stay:
                found.setdefault(typed, word)
    return found


def _slips(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = {a + near + b[1:] for a, b in cuts if b for near in neighbours(b[0])}
    made |= {a + near + b for a, b in cuts if b for near in (*neighbours(b[0]), b[0])}
    made |= {a + b[1:] for a, b in cuts if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return made - {word}
