"""How Vietnamese arrives from a thumb: syllables of a text, whatever stands around and inside them.

Accents given as letters or digits behind the vowel (Telex, VNI), glued words, a letter twice, the
spelling of the young ("zat", "xuog", "fong") and the syllable that a neighbouring key made of
another. Pure; what a text means is for others to say.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from services.notation.folding import unaccented

_RUN = re.compile(r"[^\W_]+")
_ONSET = "(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?"
_RIME = ("(?:a|a[imnopuy]|ac|ach|ang|anh|at|e|e[cmnoptu]|ech|eng|enh|i|ia|i[cmnptu]|ich|inh|ie[cmnptu]"
         "|ieng|o|o[aceimnpt]|ong|oa[cint]|oang|oanh|oay|oet|u|ua|u[ceimnptuy]|ung|ua[nty]|uang|uo"
         "|uo[cimnptu]|uong|uya|uye[nt]|uynh|uyt|uych|y|ye[mnu])")
_SYLLABLE = re.compile(_ONSET + _RIME)
_LONGEST = 7  # letters of "nghieng"
_GLUED = 24  # letters of the longest run that is taken apart
_TONE_KEY = re.compile(r"(?<=[aeiouyw])[sfrxj](?=(?:ch?|m|n[gh]?|p|t)?$)|(?<=[cghmnpt])[sfrxj]$")
_TWICE = re.compile(r"(.)\1+")
_CODE = re.compile(r"p[a-z][0-9]")  # how the code of a customer begins
_NO_N = re.compile(r"(?<=[aeiouy])g$")
_YOUNG = (("z", "gi"), ("z", "d"), ("dz", "d"), ("j", "gi"), ("f", "ph"), ("w", "qu"))


class Syllable(NamedTuple):
    """A syllable: folded, and as it was typed in lower case (its accents may decide)."""

    folded: str
    typed: str


def is_syllable(folded: str) -> bool:
    """True for what can be one syllable of Vietnamese, without accents."""
    return len(folded) <= _LONGEST and _SYLLABLE.fullmatch(folded) is not None


def syllables(text: str, known: Collection[str], slips: dict[str, str]) -> list[Syllable]:
    """The syllables of `text`. `known`: words that are taken as they stand and, where letters are
    glued, before all others. `slips`: what a slip of the thumb makes of a word, and the word."""
    found: list[Syllable] = []
    spelt = ""
    for match in _RUN.finditer(text):
        typed = match[0].lower()
        folded = typed if typed.isascii() else unaccented(typed).lower()
        if len(folded) == 1 and folded.isalpha():
            spelt += folded  # "d u t": letters that stand apart
            continue
        if spelt:
            found += _spelt(spelt, known, slips)
            spelt = ""
        if folded in known:
            found.append(Syllable(folded, typed))
        else:
            found += (Syllable(one, typed) for one in _read(folded, known, slips))
    return found + _spelt(spelt, known, slips)


def _spelt(letters: str, known: Collection[str], slips: dict[str, str]) -> list[Syllable]:
    whole = _read(letters, known, slips) if len(letters) > 2 else tuple(letters)
    return [Syllable(one, one) for one in whole]


def _read(folded: str, known: Collection[str], slips: dict[str, str]) -> tuple[str, ...]:
    if not folded.isalpha():
        folded = _letters(folded)
    if not folded or is_syllable(folded) and folded not in slips:
        return (folded,) if folded else ()
    if folded in slips:
        return (slips[folded],)
    spellings = _spellings(folded)
    for wanted in (known.__contains__, is_syllable):
        found = next(filter(wanted, spellings), "")
        if found:
            return (found,)
    return _apart(folded, known, slips)


def _letters(mixed: str) -> str:
    """A run with digits: 0 stands for o, others are accents typed as VNI has it ("d9ut71"); numbers
    and codes are nothing."""
    letters = sum(c.isalpha() for c in mixed)
    if letters * 2 < len(mixed) or len(mixed) > _GLUED or _CODE.match(mixed):
        return ""
    return "".join(c for c in mixed.replace("0", "o") if c.isalpha())


def _spellings(folded: str) -> list[str]:
    """What may have been meant by the letters: no letter twice, no accent keys, no new spelling."""
    once = _TWICE.sub(r"\1", folded)
    no_tone = _TONE_KEY.sub("", once)
    bare = no_tone.replace("uw", "u").replace("ow", "o").replace("aw", "a").replace("w", "u")
    found = [once, no_tone, bare, _TWICE.sub(r"\1", bare), _NO_N.sub("ng", once)]
    found += [there + one[len(here):] for here, there in _YOUNG for one in (once, _NO_N.sub("ng", once))
              if one.startswith(here)]
    return found


def _apart(glued: str, known: Collection[str], slips: dict[str, str]) -> tuple[str, ...]:
    """Glued syllables, in as few and as well known ones as there can be; a run that is none stays."""
    if not 4 < len(glued) <= _GLUED:
        return (glued,)
    best: list[tuple[int, tuple[str, ...]] | None] = [(0, ())]
    for end in range(1, len(glued) + 1):
        ways = []
        for start in range(max(0, end - _LONGEST - 1), end):
            before, part = best[start], glued[start:end]
            if before is None:
                continue
            if part in known:
                ways.append((before[0] + 2, (*before[1], part)))
            elif is_syllable(part):
                ways.append((before[0] + 3, (*before[1], part)))
            elif part in slips:
                ways.append((before[0] + 4, (*before[1], slips[part])))
        best.append(min(ways) if ways else None)
    last = best[-1]
    return last[1] if last else (glued,)


@functools.cache
def _next_to(letter: str) -> str:
    rows = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    keys = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
    near = "".join(key for key in keys if letter in key)
    for at, row in enumerate(rows):
        x = row.find(letter)
        if x < 0:
            continue
        near += row[max(0, x - 1):x + 2]
        for other in (rows[at - 1:at] if at else ()):
            near += other[x:x + 2]
        for other in rows[at + 1:at + 2]:
            near += other[max(0, x - 1):x + 1]
    return "".join(sorted(set(near) - {letter}))


def slips_of(words: Sequence[str], stay: Collection[str], likely: Sequence[str]) -> dict[str, str]:
    """What one slip makes of each of `words`, and the word: a neighbouring key, a letter too few or
    too many, two swapped. `stay`: what is a word of its own, and no slip. Where it may be one of
    several words it is the first of `likely`, else that of `words`."""
    found: dict[str, str] = {}
    for word in (*likely, *words):
        for typed in _slips(word):
            if typed not in stay:
                found.setdefault(typed, word)
    return found


def _slips(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = {a + near + b[1:] for a, b in cuts if b for near in _next_to(b[0])}
    made |= {a + near + b for a, b in cuts if b for near in (_next_to(b[0]) + b[0])}
    made |= {a + b[1:] for a, b in cuts if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return made - {word}
