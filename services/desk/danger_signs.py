"""Does a text tell of danger: of a fallen or low line, a shock, smoke, fire, sparks, a pole that
leans, water at a socket, an animal or a child at a line? Pure; its words are db/data/danger.txt.

To overlook one is worse than a call too many. So a thing and what happened need not follow each
other as grammar has it, only be near; slips of the thumb are repaired in long words.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from db import reference
from services.notation import syllables
from services.notation.syllables import Known

_MOST_READ = 480  # characters; three messages' worth
_SHORTEST_REPAIRED = 4  # letters of a word in which a slip is repaired
_ANYWAY, _ALONE = "!", "alone"
_BEFORE, _AFTER = "<", ">"


class _Row(NamedTuple):
    """Words in their order: (the words of a place, whether it may be empty)."""

    places: tuple[tuple[frozenset[str], bool], ...]

    @property
    def first(self) -> frozenset[str]:
        """The words that it may begin with."""
        return self.places[0][0]

    def end(self, words: Sequence[str], start: int) -> int:
        """Where the row ends in `words` when it begins at `start`; 0 when it does not."""
        at, most = start, len(words)
        for choice, optional in self.places:
            if at < most and words[at] in choice:
                at += 1
            elif not optional:
                return 0
        return at


class _Thing(NamedTuple):
    """A thing of the class `name`; "" is what means nothing."""

    row: _Row
    name: str


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


class _Book(NamedTuple):
    """All that is known, by first word."""

    things: dict[str, list[_Thing]]
    events: dict[str, list[_Event]]
    typed: dict[str, str]
    polite: frozenset[str]
    known: Known


def tells(text: str) -> bool:
    """True for a text that tells of danger."""
    book = _book()
    words = [book.typed.get(one.typed, one.folded)
             for one in syllables.syllables(text[:_MOST_READ], book.known)]
    if not any(word in book.events for word in words):
        return False
    spans = _spans(book, words)
    nothing = {at for span in spans if not span.name for at in range(span.start, span.end)}
    return any(_is_sign(event, book.polite, words, at, spans, nothing)
               for at, word in enumerate(words) for event in book.events.get(word, ()))


def _spans(book: _Book, words: Sequence[str]) -> list[_Span]:
    """The things, and what means nothing: where they overlap the longest, a thing first."""
    found = [_Span(at, end, thing.name) for at, word in enumerate(words)
             for thing in book.things.get(word, ()) if (end := thing.row.end(words, at))]
    found.sort(key=lambda span: (span.start - span.end, not span.name))
    taken: dict[int, _Span] = {}
    kept = []
    for span in found:
        others = {taken[at][:2] for at in range(span.start, span.end) if at in taken}
        if not others or (others == {span[:2]} and span.name):  # one word may be of two classes
            kept.append(span)
            taken.update((at, span) for at in range(span.start, span.end))
    return kept


def _is_sign(event: _Event, polite: frozenset[str], words: Sequence[str], start: int,
             spans: Sequence[_Span], nothing: set[int]) -> bool:
    end = event.row.end(words, start)
    if not end or not nothing.isdisjoint(range(start, end)):
        return False
    if event.alone:
        return polite.issuperset((*words[:start], *words[end:]))
    return all(any(_is_near(near, start, end, spans) for near in group) for group in event.groups)


def _is_near(near: _Near, start: int, end: int, spans: Sequence[_Span]) -> bool:
    for span in spans:
        if span.name == near.name:
            gap = start - span.end if near.side == _BEFORE else span.start - end
            if 0 <= gap <= near.most:
                return True
    return False


@functools.cache
def _book() -> _Book:
    """Read when the first text comes: it takes a tenth of a second that other commands need not."""
    read = reference.danger_words()
    things = [_Thing(row, "") for line in read["nothing"] for row in _rows(line)]
    for line in read["things"]:
        name, _colon, text = line.partition(":")
        things += (_Thing(row, name) for row in _rows(text))
    events = [event for line in read["events"] for event in _events(line)]
    rows = [*(thing.row for thing in things), *(event.row for event in events)]
    words = {word for row in rows for choice, _optional in row.places for word in choice}
    likely, own = read["likely"][0].split(), " ".join(read["own words"]).split()
    repaired = sorted(word for word in words
                      if len(word) >= _SHORTEST_REPAIRED and word.isalpha())
    slips = syllables.slips_of((*likely, *repaired), words.union(own))
    typed = (pair.split() for line in read["typed"] for pair in line.split(";"))
    return _Book({word: [one for one in things if word in one.row.first] for word in words},
                 {word: found for word in words
                  if (found := [one for one in events if word in one.row.first])},
                 {pair[0]: pair[1] for pair in typed},
                 frozenset(" ".join(read["polite"]).split()), Known(frozenset(words), slips))


def _rows(text: str) -> Iterator[_Row]:
    for row in filter(str.strip, text.split(";")):
        yield _Row(tuple((frozenset(place.rstrip("?").split("/")), place.endswith("?"))
                         for place in row.split()))


def _events(line: str) -> Iterator[_Event]:
    rows, _bar, signs = line.partition("|")
    groups = tuple(tuple(_near(one) for one in group.split()) for group in signs.split("&")
                   if group.strip() not in (_ANYWAY, _ALONE))
    yield from (_Event(row, groups, signs.strip() == _ALONE) for row in _rows(rows))


def _near(sign: str) -> _Near:
    side = _BEFORE if _BEFORE in sign else _AFTER
    name, most = sign.split(side)
    return _Near(name, side, int(most))
