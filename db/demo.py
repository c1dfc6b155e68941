"""Where the demo's invented rows go: whole tables at a time, into an empty database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db import bulk
from db.connection import fetch_one, fetch_row, run

_COLUMNS = {
    "customer": "code name search given_search address commune_code households meter_no"
                " meter_point purpose contract_no contract_signed_on contract_medium updated_at",
    "customer_phone": "code phone_hash phone_sealed source registered_at",
    "bill": "id code year month ky from_date to_date old_index new_index kwh subtotal vat total"
            " due_on bill_no state",
    "payment": "id partner partner_txn_id body_digest bill_id amount state receipt_no payer"
               " promotion paid_at received_at",
    "counter": "name value",
}


def customer_count() -> int:
    """How many customers there are."""
    return fetch_row("SELECT COUNT(*) FROM customer")[0]


def busiest_bank(start: int, end: int) -> tuple[str, str]:
    """(name, title) of the bank with most payments received from `start` until before `end`."""
    found = fetch_one("SELECT p.partner, n.title FROM payment p"
                      " JOIN partner n ON n.name = p.partner WHERE n.kind = 'bank'"
                      " AND p.received_at >= ? AND p.received_at < ?"
                      " GROUP BY p.partner, n.title ORDER BY COUNT(*) DESC, p.partner LIMIT 1",
                      start, end)
    return found or ("agribank", "Agribank")


def load(table: str, rows: Iterable[tuple]) -> None:
    """Append rows to one of the tables above, columns in that order."""
    bulk.load(table, _COLUMNS[table].split(), rows)


def add_places(rows: Iterable[Sequence[str]]) -> None:
    """Add places that take cash, where they are not known: columns as in `places.Place`."""
    for row in rows:
        run("INSERT INTO place (code, name, kind, address, commune_code, hours, phone)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO NOTHING", *row)


def mark_paid(settled_before: int) -> None:
    """Tie each bill to its payment: settled when paid before `settled_before` (epoch ms),
    received otherwise. Then let the numbers of bills and payments go on by themselves."""
    run("UPDATE bill AS b SET payment_id = p.id, paid_at = p.paid_at, state = CASE WHEN"
        " p.paid_at < ? THEN 'settled' ELSE 'received' END FROM payment p WHERE p.bill_id = b.id",
        settled_before)
    for table in ("bill", "payment"):
        bulk.restart_numbers(table)
