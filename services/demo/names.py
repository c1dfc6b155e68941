"""Invented names that fit the peoples of the province, and telephone numbers."""

from __future__ import annotations

import random

from db import reference


def person(rng: random.Random, people: str) -> str:
    """A full name as people of `people` (a key of the demo's name lists) bear it."""
    words = reference.demo()["peoples"][people]
    sex = rng.choice(("women", "men"))
    family, middle = rng.choice(words["families"]), rng.choice(words[f"{sex}_middle"])
    # Nobody is called "Phúc Phúc".
    given = rng.choice([name for name in words[sex] if name not in (family, *middle.split())])
    return f"{family} {middle} {given}"


def people_of(rng: random.Random, office: dict) -> str:
    """One of the peoples who live in an office's area, as often as they do."""
    weights = office["peoples"]
    return rng.choices(list(weights), list(weights.values()))[0]


def phone(rng: random.Random) -> str:
    """A mobile number, +84…; not of the range that the five known people use."""
    start = rng.choice(("32", "35", "38", "70", "77", "81", "86", "90", "93", "96", "97"))
    return f"+84{start}{rng.randrange(1, 10**6):06}{rng.randrange(10)}"
