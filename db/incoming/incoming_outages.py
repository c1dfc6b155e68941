"""Planned outages on their way in: the staging table beside the records."""

from __future__ import annotations

from typing import NamedTuple

from db import bulk
from db.connection import fetch_row, run

STAGING = "incoming_outage"
KEY = ("commune_code", "starts_at", "area")
CONTENT = ("ends_at", "reason")
COLUMNS = (*KEY, *CONTENT)
_SAME_OUTAGE = " AND ".join(f"o.{name} = i.{name}" for name in KEY)
_OTHER_CONTENT = "(o.ends_at, o.reason) <> (i.ends_at, i.reason)"


ENDS_EARLY = "ends_at <= starts_at"  # of staged rows


class Counts(NamedTuple):
    """What storing the staged outages does, or did."""

    new: int
    changed: int
    same: int


def stage() -> None:
    """Make the empty staging table."""
    bulk.stage(STAGING, {name: "INTEGER" if name.endswith("_at") else "TEXT"
                         for name in COLUMNS})


def compare() -> Counts:
    """Count the staged outages beside the recorded ones."""
    bulk.index(STAGING, KEY)
    total, known, changed = fetch_row(
        f"SELECT COUNT(*), COUNT(o.id), COUNT(CASE WHEN {_OTHER_CONTENT} THEN 1 END)"
        f" FROM {STAGING} i LEFT JOIN outage o ON {_SAME_OUTAGE}")
    return Counts(total - known, changed, known - changed)


def store() -> None:
    """Bring the staged outages into the records: new ones, and changed ends and reasons."""
    names = ", ".join(COLUMNS)
    run(f"UPDATE outage AS o SET ends_at = i.ends_at, reason = i.reason FROM {STAGING} i"
        f" WHERE {_SAME_OUTAGE} AND {_OTHER_CONTENT}")
    run(f"INSERT INTO outage ({names}) SELECT {names} FROM {STAGING} i"
        f" WHERE NOT EXISTS (SELECT 1 FROM outage o WHERE {_SAME_OUTAGE})" + bulk.read_first())
