"""Numbers without gaps, such as receipts of one office and year."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch_one, fetch_row, require_write, run


class Counter(Model):
    """The last number given out under a name."""

    name = pw.CharField(max_length=40, primary_key=True)
    value = pw.BigIntegerField()


def next_number(name: str) -> int:
    """The next number under `name`, from 1. Call inside `write`: the number is given back when
    the transaction is undone, hence no gaps."""
    require_write()
    return fetch_row(
        "INSERT INTO counter (name, value) VALUES (?, 1)"
        " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value", name)[0]


def add(name: str, number: int) -> None:
    """Count `number` more under `name`."""
    run("INSERT INTO counter (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value", name, number)


def value(name: str) -> int:
    """What was counted under `name`, 0 for nothing yet."""
    row = fetch_one("SELECT value FROM counter WHERE name = ?", name)
    return row[0] if row else 0
