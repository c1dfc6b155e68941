"""What is true only together with other changes refuses to run outside a transaction."""

from __future__ import annotations

import pytest

from db import agreements as agreement_records
from db import audit, bulk, connection, counters, ledger, partners
from db import cash as cash_records
from db import kiosks as kiosk_records
from db import orders as order_records
from db import papers as paper_records
from db import promotions as promotion_records
from db import reconciliation as reconciliation_records
from db.archive import archive_entries, archive_files
from db.connection import OutsideWrite, fetch, write
from db.ledger import LedgerEntry
from db.outbox import outbox as outbox_records
from tests.villagers import NOON

SIDES = [("a", 1), ("b", -1)]
CALLS = {
    "agreements.add": lambda: agreement_records.add("HD-111111"),
    "archive_entries.back_to_list": lambda: archive_entries.back_to_list(1, NOON),
    "archive_entries.type_anew": lambda: archive_entries.type_anew(1, NOON),
    "archive_files.fail": lambda: archive_files.fail(1, "fault", 0),
    "audit.append": lambda: audit.append(NOON, [("who", "what", "whom", "")]),
    "bulk.alone": bulk.alone,
    "cash.move": lambda: cash_records.move("canbo", 1),
    "counters.next_number": lambda: counters.next_number("a"),
    "kiosks.lengthen": lambda: kiosk_records.lengthen("id", NOON, NOON + 1),
    "ledger.post": lambda: ledger.post("shift", 1, SIDES, NOON),
    "ledger.post_payments": lambda: ledger.post_payments([(1, SIDES, NOON)]),
    "ledger.reverse": lambda: ledger.reverse(1, NOON),
    "ledger.turn_into_refund": lambda: ledger.turn_into_refund(1, NOON),
    "orders.finish_event": lambda: order_records.finish_event(1, "paid", None, None),
    "outbox.add": lambda: outbox_records.add("receipt", "a", ("hash", b""), "{}", NOON, NOON),
    "papers.drop_pages": lambda: paper_records.drop_pages("HD-111111", "card"),
    "partners.end_older_keys": lambda: partners.end_older_keys("momo", NOON, NOON),
    "partners.lock": lambda: partners.lock("momo"),
    "promotions.spend": lambda: promotion_records.spend("spring", 1),
    "promotions.take_back": lambda: promotion_records.take_back(1, NOON),
    "reconciliation.keep_breaks": lambda: reconciliation_records.keep_breaks(1, []),
}


@pytest.fixture(autouse=True)
def bound(database_url):
    """The models bound to a fresh database."""
    connection.init(database_url)
    yield
    connection.database.close()


@pytest.mark.parametrize("name", CALLS)
def test_outside_a_transaction_it_is_refused(name: str) -> None:
    with pytest.raises(OutsideWrite, match=r"inside db\.connection\.write"):
        CALLS[name]()


def test_nothing_was_stored_by_what_was_refused() -> None:
    for call in CALLS.values():
        with pytest.raises(OutsideWrite):
            call()
    assert fetch("SELECT 1 FROM ledger_entry UNION ALL SELECT 1 FROM audit_entry"
                 " UNION ALL SELECT 1 FROM counter UNION ALL SELECT 1 FROM outbox_message") == []


def test_inside_a_transaction_it_runs_also_when_one_stands_in_another() -> None:
    assert write(CALLS["counters.next_number"]) == 1
    assert write(lambda: write(CALLS["counters.next_number"])) == 2
    write(CALLS["ledger.post"])
    assert LedgerEntry.select().count() == 2


@pytest.mark.parametrize("post", [
    lambda sides: ledger.post("shift", 1, sides, NOON),
    lambda sides: ledger.post_payments([(1, sides, NOON)])])
def test_a_posting_that_does_not_add_up_is_refused(post) -> None:
    with pytest.raises(ValueError, match="unbalanced posting"):
        write(lambda: post([("a", 1), ("b", -2)]))
    assert LedgerEntry.select().count() == 0
