"""Customers on their way in: the staging table beside the records, and what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from db import bulk
from db.connection import fetch_row, run

STAGING, DIFFERENT = "incoming_customer", "different_customer"
KEY = ("code",)
CONTENT = ("name", "search", "given_search", "address", "commune_code", "households", "meter_no",
           "meter_point", "purpose", "contract_no", "contract_signed_on", "contract_medium")
PHONE = ("phone_hash", "phone_sealed")  # "" and no bytes when the file gives none
COLUMNS = (*KEY, *CONTENT, *PHONE)
_TYPES = {"households": "INTEGER", "phone_sealed": "BLOB"}

# The billing system's phone is another one than on file: it is new, or an old one is to go.
# A number that the customer registered at the desk counts as on file and always stays.
_OTHER_PHONE = (
    "(i.phone_hash <> '' AND NOT EXISTS (SELECT 1 FROM customer_phone p WHERE p.code = i.code"
    " AND p.phone_hash = i.phone_hash)) OR EXISTS (SELECT 1 FROM customer_phone p"
    " WHERE p.code = i.code AND p.source = 'billing' AND p.phone_hash <> i.phone_hash)")


UNDATED_CONTRACT = "contract_no <> '' AND contract_signed_on = ''"  # of staged rows


class Counts(NamedTuple):
    """What storing the staged customers does, or did."""

    new: int
    changed: int
    same: int


class Change(NamedTuple):
    """A customer whom the file changes. `old`, `new`: values in the order of CONTENT."""

    line: int
    code: str
    other_phone: bool
    old: tuple
    new: tuple


def stage() -> None:
    """Make the empty staging table."""
    bulk.stage(STAGING, {name: _TYPES.get(name, "TEXT") for name in COLUMNS})


def compare() -> Counts:
    """Find the staged customers that differ from the recorded ones, and count all."""
    bulk.stage(DIFFERENT, {"code": "TEXT", "other_phone": "INTEGER"})
    ours, theirs = (", ".join(f"{alias}.{name}" for name in CONTENT) for alias in "ci")
    run(f"INSERT INTO {DIFFERENT} SELECT line, code, other_phone FROM (SELECT i.line, i.code,"
        f" CASE WHEN {_OTHER_PHONE} THEN 1 ELSE 0 END AS other_phone,"
        f" CASE WHEN ({ours}) <> ({theirs}) THEN 1 ELSE 0 END AS other_content"
        f" FROM {STAGING} i {bulk.join()} customer c ON c.code = i.code) found"
        " WHERE other_phone + other_content > 0")
    bulk.index(DIFFERENT, ("code",))
    bulk.analyze(DIFFERENT, ("code",))
    return _counts()


def _counts() -> Counts:
    total, known = fetch_row(f"SELECT COUNT(*), COUNT(c.code) FROM {STAGING} i"
                             " LEFT JOIN customer c ON c.code = i.code")
    changed = fetch_row(f"SELECT COUNT(*) FROM {DIFFERENT}")[0]
    return Counts(total - known, changed, known - changed)


def changes() -> Iterator[list[Change]]:
    """Changes of known customers, in pages."""
    ours, theirs = (", ".join(f"{alias}.{name}" for name in CONTENT) for alias in "ci")
    width = len(CONTENT)
    for rows in bulk.in_pages(
            f"SELECT i.line, i.code, d.other_phone, {ours}, {theirs} FROM (SELECT line, code,"
            f" other_phone FROM {DIFFERENT} WHERE line > ? ORDER BY line LIMIT ?) d"
            f" {bulk.join()} {STAGING} i ON i.line = d.line"
            f" {bulk.join()} customer c ON c.code = d.code"
            " ORDER BY i.line"):
        yield [Change(line, code, bool(other_phone), tuple(rest[:width]), tuple(rest[width:]))
               for line, code, other_phone, *rest in rows]


def store(now: int) -> None:
    """Bring the staged customers and their phones into the records; `compare` came before."""
    names, assigned = ", ".join((*KEY, *CONTENT)), ", ".join(f"{n} = i.{n}" for n in CONTENT)
    run(f"UPDATE customer AS c SET {assigned}, updated_at = ? FROM {DIFFERENT} d, {STAGING} i"
        " WHERE d.code = c.code AND i.line = d.line", now)
    run(f"INSERT INTO customer ({names}, updated_at) SELECT {names}, CAST(? AS BIGINT)"
        f" FROM {STAGING} i WHERE NOT EXISTS (SELECT 1 FROM customer c WHERE c.code = i.code)"
        + bulk.read_first(), now)
    run("DELETE FROM customer_phone WHERE id IN (SELECT p.id FROM"
        f" {STAGING} i {bulk.join()} customer_phone p ON p.code = i.code"
        " WHERE p.source = 'billing' AND p.phone_hash <> i.phone_hash)")
    run("INSERT INTO customer_phone (code, phone_hash, phone_sealed, source, registered_at)"
        f" SELECT code, phone_hash, phone_sealed, 'billing', CAST(? AS BIGINT) FROM {STAGING} i"
        " WHERE phone_hash <> '' AND NOT EXISTS (SELECT 1 FROM customer_phone p"
        f" WHERE p.code = i.code AND p.phone_hash = i.phone_hash){bulk.read_first()}"
        " ON CONFLICT (code, phone_hash) DO NOTHING", now)
