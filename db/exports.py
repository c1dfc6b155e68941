"""What the billing system is told of payments, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from db.connection import fetch, fetch_one, run

_PAGE = 2_000


class Exported(NamedTuple):
    """A payment that settled, or had settled, a bill."""

    at: int  # epoch ms: when it was received; of a void, when it was voided
    id: int
    receipt_no: str
    code: str
    year: int
    month: int
    ky: int
    bill_no: str
    amount: int
    partner: str
    paid_at: int
    bill_state: str


_COLUMNS = ("p.id, p.receipt_no, b.code, b.year, b.month, b.ky, b.bill_no, p.amount, p.partner,"
            " p.paid_at, b.state FROM payment p JOIN bill b ON b.id = p.bill_id"
            " WHERE p.state = 'posted'")


def standing(since: int, until: int, page: int = _PAGE) -> Iterator[Exported]:
    """Payments received from `since` until before `until` that stand, oldest first; fetched
    `page` at a time."""
    return _pages("p.received_at", " AND p.voided_at IS NULL", since, until, page)


def taken_back(since: int, until: int, page: int = _PAGE) -> Iterator[Exported]:
    """Payments voided or undone from `since` until before `until`, oldest first."""
    return _pages("p.voided_at", "", since, until, page)


def _pages(moment: str, more: str, since: int, until: int, page: int) -> Iterator[Exported]:
    # By row values: an OR of the two makes either engine read all since `since` for every page.
    place = since, 0
    while rows := fetch(f"SELECT {moment}, {_COLUMNS}{more} AND {moment} < ?"
                        f" AND ({moment}, p.id) > (?, ?) ORDER BY {moment}, p.id LIMIT ?",
                        until, *place, page):
        yield from map(Exported._make, rows)
        place = rows[-1][:2]


def settle(bill_id: int, receipt_no: str, amount: int) -> bool:
    """Received → settled, for the payment of this receipt and amount. True when it changed."""
    return run("UPDATE bill SET state = 'settled' WHERE id = ? AND state = 'received'"
               " AND payment_id = (SELECT id FROM payment WHERE receipt_no = ? AND amount = ?)",
               bill_id, receipt_no, amount) == 1


def standing_of(receipt_no: str) -> tuple[int, int, str, int | None] | None:
    """(bill's row id, amount, bill's state, payment that holds the bill or None when it is not
    this one) of a receipt; None for an unknown one."""
    row = fetch_one("SELECT b.id, p.amount, b.state, CASE WHEN b.payment_id = p.id THEN p.id END"
                    " FROM payment p JOIN bill b ON b.id = p.bill_id WHERE p.receipt_no = ?",
                    receipt_no)
    return (row[0], row[1], row[2], row[3]) if row else None
