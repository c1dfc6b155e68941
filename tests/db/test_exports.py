"""Exports go through their pages at one pace, however long they are."""

from __future__ import annotations

import pytest

from db import bulk, connection
from db import exports as export_records
from db.connection import fetch_row, run
from tests import effort
from tests.villagers import NOON

COLUMNS = ("id", "partner", "partner_txn_id", "body_digest", "bill_id", "amount", "state",
           "receipt_no", "payer", "promotion", "paid_at", "received_at", "voided_at",
           "void_reason")


@pytest.fixture
def crowd(database_url):
    """crowd(n): so many payments more, every other one voided; whose they are is no matter here."""
    connection.init(database_url)
    (bill,) = fetch_row("SELECT MIN(id) FROM bill")

    def come(count: int) -> None:
        (first,) = fetch_row("SELECT COALESCE(MAX(id), 0) FROM payment")
        bulk.load("payment", COLUMNS, (
            (number, "momo", f"C{number}", "", bill, 1, "posted", f"R{number}", "", "", NOON,
             NOON + number, NOON + number if number % 2 else None, "")
            for number in range(first + 1, first + count + 1)))
        run("ANALYZE")

    yield come
    connection.database.close()


@pytest.mark.parametrize("pages", [export_records.standing, export_records.taken_back])
def test_twice_as_many_payments_are_twice_the_work(crowd, pages) -> None:
    done = []
    for _half in range(2):
        crowd(2000)
        done.append(effort.of(lambda: list(pages(0, 2 * NOON, page=50))))
    assert done[1] < 2.6 * done[0]


@pytest.mark.parametrize("page", [1, 2, 7])
def test_payments_of_one_moment_are_told_of_once_each(crowd, page) -> None:
    crowd(20)
    run("UPDATE payment SET received_at = ?", NOON)
    found = [row.id for row in export_records.standing(NOON, NOON + 1, page)]
    assert found == list(range(2, 21, 2))
