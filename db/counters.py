"""Numbers without gaps, such as receipts of one office and year."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch_one, fetch_row, require_write, run


class Counter(Model):
    """The last number given out under a name."""

    name = pw.CharField(max_length=40, primary_key=True)
    value = pw.BigIntegerField()


class Skip(NamedTuple):
    """Numbers to be left out: the counters whose names are LIKE `pattern` go on above `least`, and
    so do new ones, which begin above the counter `floor` (its name is LIKE `pattern` too)."""

    pattern: str
    floor: str
    least: int


_SPARE = 1_000_000  # above a number that is known, where the clock went back


def next_number(name: str, above: str = "") -> int:
    """The next number under `name`, from 1, or from above what stands under the name `above`.
    Call inside `write`: the number is given back when the transaction is undone, hence no gaps."""
    require_write()
    return fetch_row(
        "INSERT INTO counter (name, value) VALUES (?, 1 + COALESCE((SELECT value FROM counter"
        " WHERE name = ?), 0))"
        " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
        name, above)[0]


def highest(skip: Skip) -> int:
    """The highest number given under the names that a skip is about."""
    return fetch_row(*highest_query(skip))[0]


def highest_query(skip: Skip) -> tuple[str, str]:
    """`highest` as statement and parameter, for a database that is not open here."""
    return "SELECT COALESCE(MAX(value), 0) FROM counter WHERE name LIKE ?", skip.pattern


def beyond(skip: Skip, known: int) -> Skip:
    """The same skip, well above a number that is known to have been given."""
    return skip._replace(least=max(skip.least, known + _SPARE if known else 0))


def skipping(skip: Skip) -> list[tuple[str, tuple]]:
    """The statements with their parameters that leave the numbers out."""
    return [("INSERT INTO counter (name, value) VALUES (?, 0) ON CONFLICT (name) DO NOTHING",
             (skip.floor,)),
            ("UPDATE counter SET value = ? WHERE name LIKE ? AND value < ?",
             (skip.least, skip.pattern, skip.least))]


def add(name: str, number: int) -> None:
    """Count `number` more under `name`."""
    run("INSERT INTO counter (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value", name, number)


def value(name: str) -> int:
    """What was counted under `name`, 0 for nothing yet."""
    row = fetch_one("SELECT value FROM counter WHERE name = ?", name)
    return row[0] if row else 0
