"""Does a text tell of danger: of a fallen or low line, a shock, smoke, fire, sparks, a pole that
leans, water at a socket, an animal or a child at a line? Pure; its words are `danger_words`.

To overlook one is worse than a call too many. So a thing and what happened need not follow each
other as grammar has it, only be near; slips of the thumb are repaired in long words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.desk import danger_words
from services.notation import syllables

_MOST_READ = 480  # characters; three messages' worth
_SHORTEST_REPAIRED = 4  # letters of a word in which a slip is repaired
_BEFORE, _AFTER = "<", ">"


class _Row(NamedTuple):
    """Words in their order."""

    places: tuple[tuple[frozenset[str], bool], ...]  # (the words of a place, whether it may be empty)
    name: str  # the class of a thing; "" means nothing

    def end(self, words: Sequence[str], start: int) -> int:
        """Where the row ends in `words` when it begins at `start`; 0 when it does not."""
        at, most = start, len(words)
        for choice, optional in self.places:
            if at < most and words[at] in choice:
                at += 1
            elif not optional:
                return 0
        return at


class _Near(NamedTuple):
    """A thing of class `name` at most `most` words before or after."""

    name: str
    side: str
    most: int


class _Event(NamedTuple):
    """What happens, and what makes it a sign: one of each group must be near; none: it is one."""

    row: _Row
    groups: tuple[tuple[_Near, ...], ...]
    alone: bool


class _Span(NamedTuple):
    start: int
    end: int
    name: str


def _rows(text: str, name: str = "") -> Iterator[_Row]:
    for line in re.split(r"[;\n]", text):
        if line.split():
            places = tuple((frozenset(place.rstrip("?").split("/")), place.endswith("?"))
                           for place in line.split())
            yield _Row(places, name)


def _events() -> Iterator[_Event]:
    for line in danger_words.EVENTS.strip().splitlines():
        rows, _bar, signs = line.partition("|")
        groups = tuple(tuple(_near(one) for one in group.split()) for group in signs.split("&")
                       if group.strip() not in ("!", "alone"))
        yield from (_Event(row, groups, signs.strip() == "alone") for row in _rows(rows))


def _near(sign: str) -> _Near:
    side = _BEFORE if _BEFORE in sign else _AFTER
    name, most = sign.split(side)
    return _Near(name, side, int(most))


def _by_first_word(items: Iterator, row_of) -> dict[str, list]:
    found: dict[str, list] = {}
    for item in items:
        for word in row_of(item).places[0][0]:
            found.setdefault(word, []).append(item)
    return found


def _things() -> Iterator[_Row]:
    for name, text in danger_words.THINGS.items():
        yield from _rows(text, name)
    yield from _rows(danger_words.NOTHING)


_THINGS = _by_first_word(_things(), lambda row: row)
_EVENTS = _by_first_word(_events(), lambda event: event.row)
_KNOWN = frozenset(word for rows in (*_THINGS.values(), [e.row for es in _EVENTS.values() for e in es])
                   for row in rows for places, _optional in row.places for word in places)
_SLIPS = syllables.slips_of(
    sorted(word for word in _KNOWN if len(word) >= _SHORTEST_REPAIRED and word.isalpha()),
    _KNOWN.union(danger_words.OWN_WORDS.split()), danger_words.LIKELY.split())


def tells(text: str) -> bool:
    """True for a text that tells of danger."""
    words = [danger_words.TYPED.get(one.typed, one.folded)
             for one in syllables.syllables(text[:_MOST_READ], _KNOWN, _SLIPS)]
    if not any(word in _EVENTS for word in words):
        return False
    spans = _spans(words)
    nothing = {at for span in spans if not span.name for at in range(span.start, span.end)}
    return any(_is_sign(event, words, at, spans, nothing)
               for at, word in enumerate(words) for event in _EVENTS.get(word, ()))


def _spans(words: Sequence[str]) -> list[_Span]:
    """The things and the words that mean nothing: where they overlap, the longest, a thing first."""
    found = [_Span(at, end, row.name) for at, word in enumerate(words)
             for row in _THINGS.get(word, ()) if (end := row.end(words, at))]
    found.sort(key=lambda span: (span.start - span.end, not span.name))
    taken: dict[int, _Span] = {}
    kept = []
    for span in found:
        others = {taken[at][:2] for at in range(span.start, span.end) if at in taken}
        if not others or (others == {span[:2]} and span.name):
            kept.append(span)
            taken.update((at, span) for at in range(span.start, span.end))
    return kept


def _is_sign(event: _Event, words: Sequence[str], start: int, spans: Sequence[_Span],
             nothing: set[int]) -> bool:
    end = event.row.end(words, start)
    if not end or not nothing.isdisjoint(range(start, end)):
        return False
    if event.alone:
        return danger_words.POLITE.issuperset((*words[:start], *words[end:]))
    return all(any(_is_near(near, start, end, spans) for near in group) for group in event.groups)


def _is_near(near: _Near, start: int, end: int, spans: Sequence[_Span]) -> bool:
    for span in spans:
        if span.name == near.name:
            gap = start - span.end if near.side == _BEFORE else span.start - end
            if 0 <= gap <= near.most:
                return True
    return False
