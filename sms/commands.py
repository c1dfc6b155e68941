"""Which word, code or ticket a text means, forgiving. Pure: no database, no clock.

`parse` makes a Command; `conversation` chooses what is said to it.

People type with one thumb on nine keys: words glued to the code, a sentence around it,
neighbouring keys, accents or none. What is clear is obeyed; what is not is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.notation import tickets
from services.notation.folding import unaccented
from sms import finding, words

_TOKEN = re.compile(r"[^\W_]+")
# The way that bills and screens teach, which needs no guessing (hot path).
_AS_TAUGHT = re.compile(r"\s*([A-Za-z]{2,8})\s+([Pp][A-Za-z][0-9]{2}[A-Za-z0-9]{2}[0-9]{7})\s*")
_MOST_READ = 320  # characters; two messages' worth, the rest of a longer text is not read
_LIKELY_SLIP, _SLIP = 1, 2
_VOWELS = frozenset("aeiouy")  # two letters with a vowel are a syllable, no slip
_AROUND_A_DIGIT = frozenset(["so", "chon", "bam", "phim", "muc", "cau", "a", "ah", "nhe", "nha",
                             "em", "la", "toi"])


class Command(NamedTuple):
    """What a text asks for."""

    word: str  # a key of words.NAMES, or "" when nothing was understood
    code: str = ""  # customer code
    ticket: str = ""  # "HD-482915"
    rest: str = ""  # what follows the word, as typed
    digit: int | None = None  # the text is this digit: it answers the last menu
    doubt: str = ""  # "code": a code that may be another one; "codes": two different ones
    guess: str = ""  # nearest word of a text that was not understood
    sure: bool = False  # nothing in the text is left unexplained


class _Token(NamedTuple):
    folded: str
    start: int
    end: int


class _Reading(NamedTuple):
    """A word and how many tokens of the text's beginning it takes (0: found elsewhere)."""

    word: str
    taken: int = 0
    whole: bool = False


def parse(text: str) -> Command:
    """The command meant by `text`, which may be anything that a phone can send."""
    as_taught = _AS_TAUGHT.fullmatch(text)
    if as_taught and as_taught[1].lower() in words.NAME_OF:
        return Command(words.NAME_OF[as_taught[1].lower()], as_taught[2].upper(), sure=True)
    text = _normal(text[:_MOST_READ])
    tokens = _tokens(text)
    folded = [token.folded for token in tokens]
    digit = _digit(folded)
    if digit is not None:
        return Command("", digit=digit)
    search = finding.codes_in(folded)
    found = {hit.code: hit for hit in search.found}
    if len(found) > 1:
        return Command(_reading(_without(folded, search.found), True).word, doubt="codes")
    code = next(iter(found), "")
    rest = _without(folded, search.found) if code else folded
    return _command(text, tokens, rest, code, search.doubtful)


def _normal(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _tokens(text: str) -> list[_Token]:
    found = [_Token(_fold(match[0]), *match.span()) for match in _TOKEN.finditer(text)]
    return [token for i, token in enumerate(found)
            if not i or not _said_again(token.folded, found[i - 1].folded)]


def _said_again(token: str, before: str) -> bool:
    """A word that is said twice is meant once: "gap gap". Digits and letters may be a code's."""
    return token == before and len(token) > 1 and token.isalpha()


def _fold(token: str) -> str:
    return token.lower() if token.isascii() else unaccented(token).lower()


def _digit(folded: Sequence[str]) -> int | None:
    if len(folded) > 3:
        return None
    left = [token for token in folded if token not in _AROUND_A_DIGIT]
    return int(left[0]) if len(left) == 1 and left[0] in "0123456789" else None


def _without(folded: Sequence[str], found: Sequence[finding.CodeFound]) -> list[str]:
    """The tokens around the codes, with what was glued to them standing alone."""
    rest, at = [], 0
    for hit in found:
        rest += [*folded[at:hit.start], hit.before, hit.after]
        at = hit.end
    return [token for token in [*rest, *folded[at:]] if token]


def _command(text: str, tokens: list[_Token], rest: list[str], code: str,
             doubtful: bool) -> Command:
    reading = _reading(rest, bool(code))
    word = reading.word
    digits_alone = word == "HS" or "".join(rest).isdigit()
    ticket = "" if code else finding.ticket_in(rest, digits_alone)
    if ticket and word in ("", *tickets.WORDS):
        word = "HS"
    if not word and code:
        word = "TD"
    doubtful = doubtful and not ticket and word not in ("HD", "GAP", "HUY", "TG")
    if not word:
        return Command("", doubt="code" if doubtful else "", guess=_nearest(rest))
    after = "" if code or ticket else _after(text, tokens, reading.taken)
    return Command(word, code, ticket, after, doubt="code" if doubtful else "",
                   sure=bool(code or ticket or reading.whole))


def _after(text: str, tokens: list[_Token], taken: int) -> str:
    return text[tokens[taken].start:].strip() if 0 < taken < len(tokens) else ""


def _reading(rest: Sequence[str], has_code: bool) -> _Reading:
    if not rest:
        return _Reading("" if has_code else "TG", whole=True)
    return (_phrase_at_start(rest) or _first_word(rest) or _phrase(rest)
            or _anywhere(rest) or _slip(rest, has_code) or _hello(rest, has_code)
            or _Reading(""))


def _phrase_at_start(rest: Sequence[str]) -> _Reading | None:
    for length in range(min(len(rest), words.LONGEST_PHRASE), 1, -1):
        word = words.WORD_OF_PHRASE.get(tuple(rest[:length]))
        if word:
            return _Reading(word, length, length == len(rest))
    return None


def _first_word(rest: Sequence[str]) -> _Reading | None:
    """The first token is a word's name; letters may stand apart: "q r", "t.d"."""
    text = ""
    for taken, token in enumerate(rest[:8], 1):
        text += token
        word = words.NAME_OF.get(text)
        if word and (taken == 1 or len(text) <= 2 * taken):
            allowed = ((word != "HUY" or words.AFTER_HUY.issuperset(rest[taken:]))
                       and (word != "MAT" or words.NOT_AFTER_MAT.isdisjoint(rest[taken:taken + 1])))
            return _Reading(word, taken, taken == len(rest)) if allowed else None
    return None


def _phrase(rest: Sequence[str]) -> _Reading | None:
    for phrase in _runs(rest):
        word = words.WORD_OF_PHRASE.get(phrase)
        if word:
            return _Reading(word, whole=len(phrase) == len(rest))
    return None


def _hello(rest: Sequence[str], has_code: bool) -> _Reading | None:
    greeted = not has_code and any(phrase in words.HELLO_PHRASES for phrase in _runs(rest))
    return _Reading("TG", whole=True) if greeted else None


def _runs(rest: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every run of tokens that may be a phrase, the longest first."""
    for length in range(min(len(rest), words.LONGEST_PHRASE), 0, -1):
        for start in range(len(rest) - length + 1):
            yield tuple(rest[start:start + length])


def _anywhere(rest: Sequence[str]) -> _Reading | None:
    return next((_Reading(words.ANYWHERE[token]) for token in rest if token in words.ANYWHERE),
                None)


def _slip(rest: Sequence[str], has_code: bool) -> _Reading | None:
    """The word that the first token misses by one letter, if only one word is that near."""
    from rapidfuzz.distance import OSA  # loaded where it is used: docs/decisions/0006-rooms.md

    first = rest[0]
    if len(first) < 2 or first in words.NO_SLIPS:
        return None
    near: dict[int, set[str]] = {_LIKELY_SLIP: set(), _SLIP: set()}
    for name, word in words.NAME_OF.items():
        if OSA.distance(first, name, score_cutoff=1) == 1:
            near[_weight(first, name)].add(word)
    likely, other = near[_LIKELY_SLIP], near[_SLIP] | near[_LIKELY_SLIP]
    if len(likely) == 1:
        return _Reading(likely.pop(), 1, len(rest) == 1)
    syllable = len(first) == 2 and _VOWELS & set(first)
    if len(rest) == 1 and len(other) == 1 and (has_code or not syllable):
        return _Reading(other.pop(), 1, True)
    return None


def _weight(typed: str, name: str) -> int:
    """How easily a thumb types `typed` for `name`: next key, letter doubled, two swapped."""
    if len(typed) == len(name):
        apart = [pair for pair in zip(typed, name, strict=True) if pair[0] != pair[1]]
        near = len(apart) == 2 or apart[0] in words.NEIGHBOURS
    else:
        near = len(typed) > len(name) and _undouble(typed) == name
    return _LIKELY_SLIP if near else _SLIP


def _undouble(text: str) -> str:
    return "".join(c for i, c in enumerate(text) if not i or c != text[i - 1])


def _nearest(rest: Sequence[str]) -> str:
    """The word to offer for a text that was not understood."""
    from rapidfuzz import fuzz, process  # loaded where it is used: docs/decisions/0006-rooms.md

    best = process.extractOne(rest[0] if rest else "", words.NAME_OF.keys(), scorer=fuzz.ratio,
                              score_cutoff=60)
    near = words.NAME_OF[best[0]] if best else "TD"
    # Something else is lost than the power: only an officer can help.
    return "GAP" if near == "MAT" and not words.NOT_AFTER_MAT.isdisjoint(rest[1:2]) else near
