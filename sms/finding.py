"""Customer codes and tickets inside a typed text, however it is spaced. Pure.

Tokens are runs of letters and digits, folded. A code that is not beyond doubt is not
taken: two neighbours' codes differ by a digit, and one must never get the other's bill.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.errors import InvalidCode
from services.notation import codes, tickets

_LENGTH, _HEAD = 13, 6  # characters of a code, and of the office letters it starts with
# Digits where only digits stand. O, I and l are read as 0 and 1; other letters may be slips
# of several digits (S looks like 5 but is typed on the 7 key), so they make a code doubtful.
_FORM = re.compile(r"p[a-z01][0-9oil]{2}[a-z0-9]{2}[0-9oil]{7}")
_TAIL = re.compile(r"001|(?:0[1-9]|1[0-2])2[0-9]")  # of a meter point, of a bank reference
_HINT = re.compile(r"p[a-z]?(?:[0-9][0-9oil]|[oil][0-9])|[a-z]{2}[0-9]{5}|[0-9]{7}")
_TICKET = re.compile(rf"({'|'.join(tickets.WORDS).lower()})?([0-9oil]{{6}})")


class CodeFound(NamedTuple):
    """A code in tokens[start:end]; `before` and `after` are letters that stuck to it."""

    code: str
    start: int
    end: int
    before: str = ""
    after: str = ""


class CodeSearch(NamedTuple):
    """All codes of a text; `doubtful`: something looks like a code but may be another one."""

    found: list[CodeFound]
    doubtful: bool


def codes_in(tokens: Sequence[str]) -> CodeSearch:
    """Every customer code in `tokens`, repaired."""
    found, doubtful, at = [], False, 0
    while at < len(tokens):
        hit = _code_at(tokens, at)
        if hit and _digits_go_on(tokens, hit):
            doubtful, hit = True, None
        if hit:
            found.append(hit)
        at = hit.end if hit else at + 1
    if not found and not doubtful:
        doubtful = _looks_like_a_code(tokens)
    return CodeSearch(found, doubtful)


def ticket_in(tokens: Sequence[str], digits_alone: bool) -> str:
    """ "HD-482915" for the ticket that `tokens` name, "" for none. With `digits_alone` six
    digits are enough, whole or in groups of at most three: they mean HD-…."""
    for at in range(len(tokens)):
        for joined in _joins(tokens, at):
            bare = joined.removeprefix("hs")
            match, named = _TICKET.fullmatch(bare), digits_alone or bare != joined
            if match and (match[1] or named) and sum(c.isdigit() for c in match[2]) > 3:
                return f"{(match[1] or tickets.REQUEST).upper()}-{match[2].translate(_TO_DIGIT)}"
    return ""


_TO_DIGIT = str.maketrans("oil", "011")


def _joins(tokens: Sequence[str], at: int) -> Iterator[str]:
    text = tokens[at]
    yield text
    for token in tokens[at + 1:at + 8]:
        if len(text) > 8 or (text[-1].isdigit() and len(token) > 3):
            return
        text += token
        yield text


def _code_at(tokens: Sequence[str], at: int) -> CodeFound | None:
    token = tokens[at]
    for offset, letter in enumerate(token):
        if letter == "p" and (not offset or token[:offset].isalpha()):
            hit = _code_from(tokens, at, offset)
            if hit:
                return hit
        if letter.isdigit():
            return None
    return None


def _code_from(tokens: Sequence[str], at: int, offset: int) -> CodeFound | None:
    text, end = tokens[at][offset:], at + 1
    while len(text) < _LENGTH and end < len(tokens) and _may_continue(text, tokens[end]):
        text += tokens[end]
        end += 1
    code, after = text[:_LENGTH], text[_LENGTH:]
    if not _FORM.fullmatch(code) or not _may_follow(after):
        return None
    if after.isdigit() and len(tokens[end - 1]) < _LENGTH - _HEAD + len(after):
        return None  # the tail of digits must hang on all seven of the code
    try:
        repaired = codes.repair(code)
    except InvalidCode:
        return None
    return CodeFound(repaired, at, end, tokens[at][:offset], after if after.isalpha() else "")


def _may_continue(text: str, token: str) -> bool:
    """Letters alone belong to the office part only; a row of o's is meant as zeros."""
    if any(c.isdigit() for c in token) or set(token) == {"o"}:
        return True
    return len(text) + len(token) <= _HEAD


def _may_follow(after: str) -> bool:
    if not after or _TAIL.fullmatch(after):
        return True
    return after.isalpha() and after[0] not in "oil"


def _digits_go_on(tokens: Sequence[str], hit: CodeFound) -> bool:
    """Digits typed in several groups with one group more than fit: which are the code's?"""
    if hit.end - hit.start < 2 or hit.end == len(tokens) or not tokens[hit.end].isdigit():
        return False
    return len(tokens[hit.end - 1]) < 7


def _looks_like_a_code(tokens: Sequence[str]) -> bool:
    return any(_HINT.search(token) for token in tokens) or any(
        a[0] == "p" and len(a) < 3 and b.isdigit()
        for a, b in itertools.pairwise(tokens))
