"""A list shown in pages. Each page begins after the last row of the one before it (keyset), so that
the first and the ten thousandth cost the same and no row is skipped while others come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

SIZE = 50  # rows of a page
MOST_COUNTED = 1000  # counting on costs more than the figure is worth
Reach = Sequence[str] | None  # commune codes, None = all


class Bookmark(NamedTuple):
    """Where a page ends: moment (epoch ms) and id of its last row."""

    at: int
    id: int


FIRST = Bookmark(-(2**63), -1)  # before every row, however wrong its moment is


class Page(NamedTuple, Generic[T]):
    """Some rows of a list, and where the next page begins, None at the list's end."""

    rows: list[T]
    next: Bookmark | None


def cut(rows: Iterable[T], place_of: Callable[[T], tuple[int, int]],
        newest_first: bool = False) -> Page[T]:
    """The first SIZE of `rows`, which hold at least one more where the list goes on. They may come
    from several queries, such as one a state, each of which an index answers in order."""
    ordered = sorted(rows, key=place_of, reverse=newest_first)
    shown = ordered[:SIZE]
    return Page(shown, Bookmark(*place_of(shown[-1])) if len(ordered) > SIZE else None)


def of_customers_in(reach: Reach) -> tuple[str, tuple[str, ...]]:
    """(condition, its parameters): the row's customer (column `code`) lives within reach, or is
    not known, so that anybody may look after it."""
    if reach is None:
        return "1 = 1", ()
    marks = ", ".join("?" * len(reach)) or "NULL"
    return ("(code = '' OR code IN (SELECT c.code FROM customer c"
            f" WHERE c.commune_code IN ({marks})))", tuple(reach))
