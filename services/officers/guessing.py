"""Passwords that are tried first: words that everybody thinks of, our own ones, and the officer's
name, in whatever spelling, with digits, years, rows of keys and repetitions around them.

Instead of a long list of passwords there is a short one of words (`db/data/guessed_words.txt`).
What is left of a password without them, and without what is as easy, must still be worth guessing
(ASVS 5.0, 6.2.4, 6.2.11 and 6.2.12).
"""

from __future__ import annotations

import functools
import re

from db import reference
from services.notation import communes
from services.notation.folding import folded

_LEFT = 5  # letters that must be left over: a few additions are guessed too
_LONGEST_REPEATED = 8
_LEET = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s"}
# Signs that stand for an i to one person, for an l to another.
_READINGS = [str.maketrans(_LEET | {"1": sign, "!": sign, "|": sign}) for sign in "il"]
_SHORTEST_WORD, _LONGEST_WORD = 2, 24
_WHOLE = 4  # letters; a shorter word stands in many others too, and counts as one letter
_RUN = 4  # keys beside each other, or the same one
_END = 8  # digits at an end: a date, a year, a short number
# Rows of keys that fingers run along.
_RUNS = tuple(run + run[::-1] + run for run in (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn", "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujm", "147258369"))


def is_guessed(text: str, name: str) -> bool:
    """True when too little of a password is its owner's own thought. `name`: the owner's."""
    signs = _plain(text)
    words = _words() | _of_name(name)
    # A dash may part two words, or the syllables of one; @ and $ are letters to some.
    parted = re.sub(r"[^a-z0-9@$!|]", "", signs), re.sub(r"[^a-z0-9]", "", signs)
    return any(_left(form, words) < _LEFT for form in {signs, *parted})


def _plain(text: str) -> str:
    """Small letters without accents; all other signs as they are."""
    return "".join(folded(sign) or sign for sign in text.lower())


def _left(signs: str, words: frozenset[str]) -> int:
    """How many letters and digits nothing explains, at the best reading."""
    if _is_repeated(signs):
        return 0
    readings = [signs, *(signs.translate(reading) for reading in _READINGS)]
    best = [0]  # of the first n signs
    for end in range(1, len(signs) + 1):
        counts = signs[end - 1].isalnum()
        found = [best[end - 1] + counts]
        for start in range(max(0, end - _LONGEST_WORD), end - 1):
            if _is_run(signs[start:end]) or _is_end(signs, start, end):
                found.append(best[start])
            elif any(reading[start:end] in words for reading in readings):
                found.append(best[start] + (end - start < _WHOLE))
        best.append(min(found))
    return best[-1]


def _is_repeated(signs: str) -> bool:
    """A short word said over and over."""
    return any((signs[:n] * len(signs)).startswith(signs)
               for n in range(1, _LONGEST_REPEATED + 1))


def _is_run(part: str) -> bool:
    return len(part) >= _RUN and (len(set(part)) == 1 or any(part in run for run in _RUNS))


def _is_end(signs: str, start: int, end: int) -> bool:
    """Digits at the beginning or the end, and a year anywhere."""
    part = signs[start:end]
    if not (part.isascii() and part.isdigit()):
        return False
    at_end = start == 0 or end == len(signs.rstrip("!.@#$*?"))
    return (at_end and len(part) <= _END) or bool(re.fullmatch(r"(19|20)[0-9]{2}", part))


@functools.cache
def _words() -> frozenset[str]:
    text = (reference.DATA / "guessed_words.txt").read_text(encoding="utf-8")
    listed = {word for line in text.splitlines() if not line.startswith("#")
              for word in line.split()}
    places = {_joined(communes.without_kind(commune.name))
              for commune in reference.communes().values()}
    districts = {_joined(name) for _name, name, _code in reference.former_communes()}
    return frozenset(word for word in listed | places | districts
                     if _SHORTEST_WORD <= len(word) <= _LONGEST_WORD)


def _of_name(name: str) -> frozenset[str]:
    parts = re.split(r"[^a-z0-9]", name)
    return frozenset(part for part in (*parts, "".join(parts)) if len(part) >= _SHORTEST_WORD)


def _joined(name: str) -> str:
    return folded(name).replace(" ", "")
