"""What e-invoices bring besides the bill: lookup codes, and which invoice each one replaces.

The staging table is that of the bills, with more columns.
"""

from __future__ import annotations

from db import bulk
from db.connection import fetch, fetch_one, fetch_row, require_write, run
from db.incoming.incoming_bills import DIFFERENT, KEY, STAGING

LOOKUP = ("lookup_code", "lookup_url")
REPLACES = "replaces"  # the number of the replaced invoice, without the zeros before it
COLUMNS = (*LOOKUP, REPLACES)

_SAME_BILL = " AND ".join(f"b.{name} = i.{name}" for name in KEY)


def _told() -> str:
    """SQL: the staged rows with a lookup code, and their bills. A bill that follows the file, or
    says the same, has the invoice's number by now."""
    return (f"FROM {STAGING} i {bulk.join()} bill b ON {_SAME_BILL} AND b.bill_no = i.bill_no"
            " WHERE i.lookup_code <> ''")


def _number(bill_no: str) -> str:
    """SQL: a bill's number without the zeros before it: 1K26TDH0000012 → 1K26TDH12. The form and
    series in front are seven characters (Circular 78/2021, article 4)."""
    return f"(substr({bill_no}, 1, 7) || ltrim(substr({bill_no}, 8), '0'))"


def drop_replaced(with_replacements: bool) -> tuple[int, int | None]:
    """Take staged bills away whose invoice was replaced by another one, before or
    (`with_replacements`) in the same file. Returns how many, and the line of the first."""
    known = []
    if fetch_one("SELECT number FROM replaced_invoice LIMIT 1"):
        known.append("SELECT number FROM replaced_invoice")
    if with_replacements:
        known.append(f"SELECT {REPLACES} FROM {STAGING} WHERE {REPLACES} <> ''")
    if not known:
        return 0, None
    replaced = f"{_number('bill_no')} IN ({' UNION '.join(known)})"
    count, first = fetch_row(f"SELECT COUNT(*), MIN(line) FROM {STAGING} WHERE {replaced}")
    if count:
        run(f"DELETE FROM {STAGING} WHERE {replaced}")
    return count, first


def misplaced(most: int) -> list[tuple]:
    """Staged invoices that replace the invoice of another bill, which would stay owed: (how
    many, line, number replaced, code, year, month and kỳ of that bill), by line."""
    # No index of the bills knows the number without its zeros: the open bills are walked, once.
    bulk.index(STAGING, (REPLACES,))
    return fetch(
        f"SELECT COUNT(*) OVER (), i.line, i.{REPLACES}, {', '.join('b.' + name for name in KEY)}"
        f" FROM bill b {bulk.join()} {STAGING} i ON i.{REPLACES} = {_number('b.bill_no')}"
        f" WHERE b.state = 'unpaid' AND i.{REPLACES} <> '' AND NOT ({_SAME_BILL})"
        " ORDER BY i.line LIMIT ?", most)


def other_lookups() -> int:
    """How many lookup codes `store` will add or change; comes after the comparing of the bills."""
    return fetch_row(
        f"SELECT COUNT(*) FROM {STAGING} i LEFT JOIN bill b ON {_SAME_BILL}"
        " LEFT JOIN bill_lookup l ON l.bill_id = b.id WHERE i.lookup_code <> ''"
        f" AND NOT EXISTS (SELECT 1 FROM {DIFFERENT} d WHERE d.line = i.line AND d.open = 0)"
        " AND (l.bill_id IS NULL OR"
        " (l.bill_no, l.code, l.url) <> (i.bill_no, i.lookup_code, i.lookup_url))")[0]


def store(with_replacements: bool) -> None:
    """Bring lookup codes and replacements into the records; comes after the bills."""
    require_write()
    run("INSERT INTO bill_lookup (bill_id, bill_no, code, url)"
        f" SELECT b.id, i.bill_no, i.lookup_code, i.lookup_url {_told()}"
        " ON CONFLICT (bill_id) DO UPDATE SET bill_no = excluded.bill_no,"
        " code = excluded.code, url = excluded.url")
    if with_replacements:
        run(f"INSERT INTO replaced_invoice (number, by_number) SELECT {REPLACES},"
            f" MAX({_number('bill_no')}) FROM {STAGING} WHERE {REPLACES} <> '' GROUP BY {REPLACES}"
            " ON CONFLICT (number) DO NOTHING")
