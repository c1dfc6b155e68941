"""What holds for the whole house: sending is paused, the demo filled the database, and such."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, run

DEMO = "demo"  # invented people or officers were put in
PAUSED = "sms.paused"  # no text leaves
HEADS = "audit_heads"  # the file of the audit trail's heads cannot be written
# For the end of a WHERE clause: sending is not paused.
NOT_PAUSED = f" AND NOT EXISTS (SELECT 1 FROM house_state WHERE name = '{PAUSED}')"
# A backup of before migration 0015 has no such table yet.
_CREATE = ('CREATE TABLE IF NOT EXISTS "house_state" ("name" VARCHAR(30) NOT NULL PRIMARY KEY,'
           ' "value" TEXT NOT NULL, "at" BIGINT NOT NULL)')
_NOTE = "INSERT INTO house_state (name, value, at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING"


class HouseState(Model):
    """Something that holds as long as its row is there. `value`: why, `at`: since when."""

    name = pw.CharField(max_length=30, primary_key=True)
    value = pw.TextField()
    at = pw.BigIntegerField()


class State(NamedTuple):
    """Since when (epoch ms) something holds, and why."""

    at: int
    value: str


def note(name: str, value: str, now: int) -> bool:
    """From now on it holds; False when it did before."""
    return run(_NOTE, name, value, now) == 1


def noting(name: str, value: str, now: int) -> list[tuple[str, tuple]]:
    """`note` as statements with their parameters, for a database that is not open here."""
    return [(_CREATE, ()), (_NOTE, (name, value, now))]


def drop(name: str) -> bool:
    """It holds no more; False when it did not."""
    return run("DELETE FROM house_state WHERE name = ?", name) == 1


def get(name: str) -> State | None:
    """What holds under a name, or None."""
    row = fetch_one("SELECT at, value FROM house_state WHERE name = ?", name)
    return State._make(row) if row else None


def everything() -> dict[str, State]:
    """All that holds, by name."""
    return {name: State(at, value) for name, at, value in
            fetch("SELECT name, at, value FROM house_state")}


def is_there(name: str, fetched: Callable[..., list] = fetch) -> bool:
    """True when it holds; `fetched` asks this database or another one."""
    return any(held == name for (held,) in fetched("SELECT name FROM house_state"))
