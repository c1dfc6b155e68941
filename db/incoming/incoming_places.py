"""Places that take cash on their way in: the staging table beside the records."""

from __future__ import annotations

from typing import NamedTuple

from db import bulk
from db.connection import fetch_row, run

STAGING = "incoming_place"
KEY = ("code",)
CONTENT = ("name", "kind", "address", "commune_code", "hours", "phone")
COLUMNS = (*KEY, *CONTENT)
_OTHER_CONTENT = (f"({', '.join(f'p.{name}' for name in CONTENT)})"
                  f" <> ({', '.join(f'i.{name}' for name in CONTENT)})")


class Counts(NamedTuple):
    """What storing the staged places does, or did."""

    new: int
    changed: int
    same: int


def stage() -> None:
    """Make the empty staging table."""
    bulk.stage(STAGING, dict.fromkeys(COLUMNS, "TEXT"))


def compare() -> Counts:
    """Count the staged places beside the recorded ones."""
    bulk.index(STAGING, KEY)
    total, known, changed = fetch_row(
        f"SELECT COUNT(*), COUNT(p.code), COUNT(CASE WHEN {_OTHER_CONTENT} THEN 1 END)"
        f" FROM {STAGING} i LEFT JOIN place p ON p.code = i.code")
    return Counts(total - known, changed, known - changed)


def store() -> None:
    """Bring the staged places into the records: new ones, and what is said of known ones."""
    names = ", ".join(COLUMNS)
    run(f"UPDATE place AS p SET {', '.join(f'{name} = i.{name}' for name in CONTENT)}"
        f" FROM {STAGING} i WHERE p.code = i.code AND {_OTHER_CONTENT}")
    run(f"INSERT INTO place ({names}) SELECT {names} FROM {STAGING} i"
        " WHERE NOT EXISTS (SELECT 1 FROM place p WHERE p.code = i.code)" + bulk.read_first())
