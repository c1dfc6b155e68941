"""A list shown in pages. Each page begins after the last row of the one before it (keyset), so that
the first and the ten thousandth cost the same and no row is skipped while others come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from db.connection import fetch, fetch_row

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


def waiting(table: str, columns: str, moment: str, states: Iterable[str], reach: Reach,
            after: Bookmark | None) -> list[tuple]:
    """Rows for `cut`: those in any of `states` whose customer is within reach or not known, from
    `after` on. A query a state: each reads one stretch of an index (state, `moment`, id)."""
    within, communes = of_customers_in(reach)
    place = after or FIRST
    return [row for state in states for row in fetch(
        f"SELECT {columns} FROM {table} WHERE state = ? AND {within} AND ({moment}, id) > (?, ?)"
        f" ORDER BY {moment}, id LIMIT ?", state, *communes, *place, SIZE + 1)]


def count(table: str, states: Sequence[str], reach: Reach) -> int:
    """How many of those rows there are; not counted beyond MOST_COUNTED."""
    within, communes = of_customers_in(reach)
    marks = ", ".join("?" * len(states))
    return fetch_row(f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE state IN ({marks})"
                     f" AND {within} LIMIT ?) AS first_ones", *states, *communes,
                     MOST_COUNTED)[0]


def of_customers_in(reach: Reach) -> tuple[str, tuple[str, ...]]:
    """(condition, its parameters): the row's customer (column `code`) lives within reach, or is
    not known, so that anybody may look after it who works for any commune."""
    if reach is None:
        return "1 = 1", ()
    if not reach:
        return "1 = 0", ()
    marks = ", ".join("?" * len(reach)) or "NULL"
    return ("(code = '' OR code IN (SELECT c.code FROM customer c"
            f" WHERE c.commune_code IN ({marks})))", tuple(reach))
