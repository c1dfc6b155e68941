"""A list of old contracts on its way in: the staging table beside the entries."""

from __future__ import annotations

from typing import NamedTuple

from db import bulk
from db.connection import fetch_row, run

STAGING = "incoming_archive"
KEY = ("key",)
CONTENT = ("contract_no", "customer_code", "name", "signed_on", "old_commune", "old_district",
           "office")
COLUMNS = (*KEY, *CONTENT, "commune_code")
UNKNOWN_CUSTOMER = ("customer_code <> '' AND NOT EXISTS"
                    " (SELECT 1 FROM customer c WHERE c.code = customer_code)")
_OURS, _THEIRS = (", ".join(f"{alias}.{name}" for name in ("key", *CONTENT)) for alias in "ei")
_OTHER = f"({_OURS}) <> ({_THEIRS})"


class Counts(NamedTuple):
    """What storing the staged list does, or did. `left`: work on them has begun."""

    new: int
    changed: int
    same: int
    left: int


def stage() -> None:
    """Make the empty staging table."""
    bulk.stage(STAGING, dict.fromkeys(COLUMNS, "TEXT") | {"entry_id": "INTEGER"})


def compare() -> Counts:
    """Find the entry that each line speaks of, and count."""
    run(f"UPDATE {STAGING} SET entry_id ="
        f" (SELECT e.id FROM archive_entry e WHERE e.key = {STAGING}.key)")
    # The billing system may know of a contract without knowing its number.
    run(f"UPDATE {STAGING} SET entry_id = (SELECT MIN(e.id) FROM archive_entry e"
        f" WHERE e.customer_code = {STAGING}.customer_code AND e.contract_no = ''"
        " AND e.state = 'listed') WHERE entry_id IS NULL AND customer_code <> ''"
        f" AND line IN (SELECT MIN(line) FROM {STAGING} GROUP BY customer_code)")
    bulk.index(STAGING, ("entry_id",))
    total, known, changed, left = fetch_row(
        "SELECT COUNT(*), COUNT(e.id),"
        f" COUNT(CASE WHEN {_OTHER} AND e.state = 'listed' THEN 1 END),"
        f" COUNT(CASE WHEN {_OTHER} AND e.state <> 'listed' THEN 1 END)"
        f" FROM {STAGING} i LEFT JOIN archive_entry e ON e.id = i.entry_id")
    return Counts(total - known, changed, known - changed - left, left)


def store(now: int) -> None:
    """Bring the list into the entries; `compare` came before."""
    assigned = ", ".join(f"{name} = i.{name}" for name in ("key", *CONTENT))
    commune = ("COALESCE((SELECT c.commune_code FROM customer c WHERE c.code = i.customer_code),"
               " i.commune_code)")
    run(f"UPDATE archive_entry AS e SET {assigned}, commune_code = {commune}, changed_at = ?"
        f" FROM {STAGING} i WHERE e.id = i.entry_id AND e.state = 'listed' AND {_OTHER}", now)
    names = ", ".join(("key", *CONTENT))
    run(f"INSERT INTO archive_entry ({names}, commune_code, source, state, first_by, second_by,"
        f" decided_by, old_commune_code, confirmed_by, changed_at) SELECT {names}, {commune},"
        f" 'list', 'listed', '', '', '', '', '', CAST(? AS BIGINT) FROM {STAGING} i"
        " WHERE entry_id IS NULL", now)
