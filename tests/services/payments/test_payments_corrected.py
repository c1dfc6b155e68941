"""An import corrects a bill, or a void opens it, in the very moment in which it is paid."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from db import bills as bill_records
from db import connection
from db import payments as payment_records
from db.connection import fetch, fetch_row, write
from services.errors import AmountMismatch
from services.payments import payments
from services.payments.payments import Report
from tests.villagers import HOA, NOON

OLD, NEW = 546_108, 600_000
WAITS = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def hoa_s_bill() -> bill_records.BillRow:
    return bill_records.unpaid(HOA.code)[0]


def report() -> Report:
    return Report("viettel", "VT-1", hoa_s_bill().public_id, OLD, NOON, "a" * 64)


def test_a_stale_reading_of_the_bill_does_not_settle_it(app) -> None:
    stale = hoa_s_bill()
    write(lambda: connection.run("UPDATE bill SET total = ? WHERE id = ?", NEW, stale.id))
    assert not write(lambda: bill_records.mark_received(stale, 1, NOON))
    assert hoa_s_bill().state == bill_records.UNPAID


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_the_old_amount_never_settles_the_corrected_bill(app, database_url) -> None:
    bill, paid = hoa_s_bill(), report()
    begun = threading.Event()

    def pay():
        begun.set()
        try:
            return payments.post(paid, NOON)
        finally:
            connection.database.close()

    with psycopg.connect(database_url) as importing, ThreadPoolExecutor(1) as partner:
        importing.execute("UPDATE bill SET total = %s WHERE id = %s", (NEW, bill.id))
        answer = partner.submit(pay)
        begun.wait(10)
        while not fetch_row(WAITS)[0] and not answer.done():
            continue
        importing.commit()
        with pytest.raises(AmountMismatch):
            answer.result(30)
    assert hoa_s_bill().total == NEW
    assert payment_records.get("viettel", "VT-1") is None
    assert fetch("SELECT 1 FROM ledger_entry") == []


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_bill_that_a_void_opens_in_between_is_taken(app, monkeypatch) -> None:
    """Viettel's payment is voided after MoMo's found the bill received, before it looks again."""
    told = report()
    first, _new = payments.post(told, NOON)
    second = told._replace(partner="momo", partner_txn_id="M-1")
    real = bill_records.mark_received

    def void() -> None:
        payments.void("viettel", "VT-1", "khách trả nhầm", "24:00", NOON)
        connection.database.close()

    def mark_received(bill, payment_id: int, now: int) -> bool:
        won = real(bill, payment_id, now)
        if not won:
            with ThreadPoolExecutor(1) as partner:
                partner.submit(void).result(30)
        return won

    monkeypatch.setattr(bill_records, "mark_received", mark_received)
    assert payments.post(second, NOON)[0].payment.state == payment_records.POSTED
    assert bill_records.get_by_id(first.bill.id).state == bill_records.RECEIVED
