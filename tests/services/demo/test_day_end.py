"""The demo's day end: a break of each type, one partner that agrees, books that stay sound."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from db import checking as checking_records
from db import connection, schema
from db.connection import fetch
from db.promotions import Promotion
from db.reconciliation import ReconciledDay
from services.demo import fill
from services.reconciliation import day_files, reconciliation
from services.reconciliation.comparing import Kind
from tests.villagers import NOON

AS_OF = date(2026, 11, 15)


@pytest.fixture
def database_url(bare_url):
    return bare_url


@pytest.fixture
def filled(database_url, vault):
    connection.init(database_url)
    schema.migrate()
    fill.fill(2_000, AS_OF, vault, NOON)
    yield
    connection.database.close()


def test_the_busiest_bank_has_a_break_of_each_type_and_viettel_agrees(filled) -> None:
    breaks = dict(fetch("SELECT b.type, COUNT(*) FROM reconciliation_break b"
                        " JOIN reconciled_day d ON d.id = b.compared_id"
                        " WHERE d.partner = 'agribank' AND d.day = '2026-11-14' GROUP BY b.type"))
    assert breaks == dict.fromkeys(get_args(Kind), 1)
    viettel = ReconciledDay.get(ReconciledDay.partner == "viettel")
    assert viettel.matched == viettel.ours_count > 0
    assert Promotion.select().count() == 5
    assert list(checking_records.problems()) == []


def test_a_better_list_of_that_day_can_be_taken_in_as_a_file(filled) -> None:
    day = date(2026, 11, 14)
    rows = "".join(f"{line.partner_txn_id},{line.amount},{line.status}\n"
                   for line in reconciliation.ours("agribank", day))
    theirs = day_files.parse(f"partner_txn_id,amount,status\n{rows}".encode())
    found = reconciliation.reconcile("agribank", day, theirs, NOON, reconciliation.FILE)
    assert [one.type for one in found.breaks] == ["unapplied_cash"]
    states = {state for (state,) in fetch("SELECT state FROM reconciliation_break b JOIN"
                                          " reconciled_day d ON d.id = b.compared_id"
                                          " WHERE d.partner = 'agribank'")}
    assert states == {"open", "gone"}


def test_a_tiny_demo_and_a_day_without_payments_do_not_fail(database_url, vault) -> None:
    connection.init(database_url)
    schema.migrate()
    fill.fill(5, date(2026, 11, 2), vault, NOON)
    assert ReconciledDay.select().count() == 2
    connection.database.close()
