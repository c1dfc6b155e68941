"""Finding our payment reference in what a bank made of it.

Pure. The reference is the customer code and MMYY (`PA04DH00000171026`), or the bare code.
Banks put words before and after it, drop or add spaces, change the case; people type it by
hand ("pa04dh0000017 thang 10") and slip with O for 0 and I or L for 1.

A code is taken only as it stands in the text, after such repair. Where one digit too many or
too few would make it another customer's, nothing is taken: an officer looks instead.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from services.notation.folding import unaccented

MOST_TEXT = 1000  # characters looked at; a bank's field is 140 to 210
_SLIPS = str.maketrans("OIL", "011")
_RUN = re.compile(r"[0-9OIL]+")
_CODE_LENGTH = 13
_DIGIT_PLACES = (2, 3, 6, 7, 8, 9, 10, 11, 12)
_MONTH_WORD = re.compile(
    r"(?<![A-Z0-9])(?:THANG|THG|TH|T)\s*[.:]?\s*"
    r"(\d{1,2}(?:\s*(?:,|&|\+|VA)\s*\d{1,2})*)"
    r"(?:\s*(?:/|-|\.|NAM)?\s*(20[2-4]\d|[2-4]\d))?(?!\d)", re.ASCII)
# Not a part of a day such as 15/10/2026.
_MONTH_AND_YEAR = re.compile(r"(?<![\d/.\-])(\d{1,2})\s*[/\-.]\s*(20[2-4]\d)(?![/.\-]?\d)",
                             re.ASCII)

Period = tuple[int, int | None]  # month; year, or None when only the month was named


class Reference(NamedTuple):
    """A customer code in the text and the months named with it (none: all that is due)."""

    code: str
    periods: tuple[Period, ...] = ()
    sure: bool = True  # False: the month is only a group of four digits after the code


class _Hit(NamedTuple):
    code: str
    start: int  # in the folded text
    end: int
    periods: tuple[Period, ...]
    sure: bool


class _Letters:
    """The letters and digits of a text without what stands between them."""

    def __init__(self, folded: str):
        found = [(char, word, match.start() + offset)
                 for word, match in enumerate(re.finditer(r"[A-Z0-9]+", folded))
                 for offset, char in enumerate(match[0])]
        self.text = "".join(char for char, _word, _at in found)
        self.word = [word for _char, word, _at in found]
        self.at = [at for _char, _word, at in found]
        self.digit = self._digits(folded)

    def _digits(self, folded: str) -> list[str]:
        """Each character as a digit, or "": O, I and L count only beside a real digit."""
        slips = {match.start() + offset
                 for match in _RUN.finditer(folded) if any(c.isdigit() for c in match[0])
                 for offset in range(len(match[0]))}
        return [char.translate(_SLIPS) if at in slips else ""
                for char, at in zip(self.text, self.at, strict=True)]

    def begins_word(self, place: int) -> bool:
        return place == 0 or self.word[place] != self.word[place - 1]

    def ends_word(self, place: int) -> bool:
        """Nothing of the word is left at `place`."""
        return place == len(self.text) or self.begins_word(place)

    def word_after(self, place: int) -> int:
        """Where the word that begins at `place` ends."""
        end = place + 1
        while not self.ends_word(end):
            end += 1
        return end


def find(text: str) -> list[Reference]:
    """The references in a transfer's text, in order, one a customer."""
    folded = unaccented(text[:MOST_TEXT]).upper()
    hits = _hits(_Letters(folded))
    merged: dict[str, list[_Hit]] = {}
    for number, hit in enumerate(hits):
        merged.setdefault(hit.code, []).append(_with_month_words(folded, hits, number))
    return [_merge(code, same) for code, same in merged.items()]


def _hits(letters: _Letters) -> list[_Hit]:
    hits, place = [], 0
    while place + _CODE_LENGTH <= len(letters.text):
        hit = _hit_at(letters, place)
        if hit is None:
            place += 1
            continue
        found, place = hit
        hits.append(found)
    return hits


def _hit_at(letters: _Letters, place: int) -> tuple[_Hit, int] | None:
    code = _code_at(letters, place)
    if not code:
        return None
    after = _after(letters, place + _CODE_LENGTH)
    if after is None:
        return None
    end, periods, sure = after
    return _Hit(code, letters.at[place], letters.at[end - 1] + 1, periods, sure), end


def _code_at(letters: _Letters, place: int) -> str:
    """The code that begins here, or ""."""
    end = place + _CODE_LENGTH
    typed = letters.text[place:end]
    if typed[0] != "P" or typed[1].isdigit():
        return ""
    if not all(letters.digit[place + at] for at in _DIGIT_PLACES):
        return ""
    # Glued to what stands before it, it must at least stand in one piece itself.
    if not letters.begins_word(place) and letters.word[place] != letters.word[end - 1]:
        return ""
    return "".join(letters.digit[place + at] if at in _DIGIT_PLACES else char
                   for at, char in enumerate(typed))


def _after(letters: _Letters, place: int) -> tuple[int, tuple[Period, ...], bool] | None:
    """(end, months, sure) of what follows a code's last digit; None when the code may be a
    piece of something longer."""
    attached = "" if letters.ends_word(place) else _run_at(letters, place)
    if not any(char.isdigit() for char in attached):
        slipped = not letters.text[place - 1].isdigit()
        if attached and slipped:
            return None
        end, periods = _next_words(letters, place, 4) if letters.ends_word(place) else (place, ())
        return end, periods, not periods
    end = place + len(attached)
    if len(attached) < 4 and letters.ends_word(end):
        end, periods = _next_words(letters, end, 4, attached)
    else:
        periods = _period(attached.translate(_SLIPS))
    return (end, periods, True) if periods else None


def _run_at(letters: _Letters, place: int) -> str:
    """Digits and what may be meant as digits, up to the end of the word."""
    end = letters.word_after(place)
    found = _RUN.match(letters.text, place, end)
    run = found[0] if found else ""
    # "…1026OK": letters that go on as a word are not digits.
    return run if place + len(run) == end else run.rstrip("OIL") or run


def _next_words(letters: _Letters, place: int, most: int,
                begun: str = "") -> tuple[int, tuple[Period, ...]]:
    """(end, months) when the next words complete MMYY; (place, ()) otherwise."""
    digits, end = begun.translate(_SLIPS), place
    while end < len(letters.text) and len(digits) < most:
        word_end = letters.word_after(end)
        word = "".join(letters.digit[end:word_end])
        if len(word) != word_end - end:
            break
        digits, end = digits + word, word_end
    periods = _period(digits)
    return (end, periods) if periods else (place, ())


def _period(digits: str) -> tuple[Period, ...]:
    """MMYY or MMYYYY as a period; () when it is none."""
    if not re.fullmatch(r"(0[1-9]|1[0-2])(20)?[2-4][0-9]", digits):
        return ()
    return ((int(digits[:2]), 2000 + int(digits[-2:])),)


def _with_month_words(folded: str, hits: list[_Hit], number: int) -> _Hit:
    """The hit with the months that words name for it. With one code in the text they may
    stand anywhere, with several they stand after their code."""
    hit = hits[number]
    if hit.periods and hit.sure:
        return hit
    until = hits[number + 1].start if number + 1 < len(hits) else len(folded)
    around = [folded[hit.end:until]]
    if len(hits) == 1:
        around.append(folded[:hit.start])
    named = [period for part in around for period in _months(part)]
    return hit._replace(periods=tuple(named), sure=True) if named else hit


def _months(text: str) -> list[Period]:
    named: list[Period] = []
    for match in _MONTH_WORD.finditer(text):
        year = 2000 + int(match[2][-2:]) if match[2] else None
        named += [(int(month), year) for month in re.findall(r"\d+", match[1])]
    named += [(int(m[1]), int(m[2])) for m in _MONTH_AND_YEAR.finditer(text)]
    unique: list[Period] = []
    for month, year in named:
        if 1 <= month <= 12 and (month, year) not in unique:
            unique.append((month, year))
    return unique


def _merge(code: str, hits: list[_Hit]) -> Reference:
    """One customer named twice (banks repeat the text): all months that were named."""
    periods = tuple(dict.fromkeys(period for hit in hits for period in hit.periods))
    return Reference(code, periods, all(hit.sure for hit in hits if hit.periods))
