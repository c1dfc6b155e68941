"""The same moment, on the real server: workers, threads, one database, one truth."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import httpx
import pytest

from db import checking as checking_records
from db import connection
from db import payments as payment_records
from db.audit import AuditEntry
from db.bills import Bill
from db.connection import write
from db.ledger import LedgerEntry, unbalanced_payments
from db.outbox.outbox import OutboxMessage
from db.payments import Payment
from db.promotions import Promotion, PromotionUse
from services import clock
from services.payments import partner_keys
from tests.conftest import Server
from tests.partners.signing import HOA_BILL, HOA_OWES, PAYMENTS, headers, paid
from tests.partners.test_promotions import CLAIM, offer
from tests.villagers import HOA

pytestmark = pytest.mark.server
CROWD = 20


class Caller:
    """A partner who calls the server from many lines at once."""

    def __init__(self, server: Server, key, now: Callable[[], int]):
        self.server, self.key, self.now = server, key, now

    def post(self, target: str, body: dict) -> httpx.Response:
        raw = json.dumps(body).encode()
        signed = headers(self.key, "POST", target, self.now() // 1000, raw)
        return httpx.post(self.server.url + target, content=raw, headers=signed, timeout=60)

    def pay(self, number: str, **changes) -> httpx.Response:
        return self.post(PAYMENTS, paid(number, **changes))

    def void(self, number: str) -> httpx.Response:
        return self.post(f"{PAYMENTS}/{number}/void", {"reason": "trả nhầm"})


@pytest.fixture
def callers(database_url, vault):
    """Viettel and MoMo in front of the real server; this process looks into its database."""
    connection.init(database_url)
    # A payment is voided on its own day: at midnight the first ones would be yesterday's.
    noon = clock.at_local(date(2026, 11, 20), 12)
    keys = [partner_keys.key(name, vault, noon) for name in ("viettel", "momo")]
    server = Server(database_url, workers=2, noon=noon)
    now = clock.going_on_from(noon)
    yield [Caller(server, key, now) for key in keys]
    server.stop()
    connection.database.close()


def at_once(calls: list) -> list[httpx.Response]:
    """All calls leave together; their answers in order."""
    start = threading.Barrier(len(calls))

    def go(call) -> httpx.Response:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as crowd:
        return list(crowd.map(go, calls))


def statuses(answers: list[httpx.Response]) -> Counter:
    return Counter(answer.status_code for answer in answers)


def new_bills(count: int) -> list[str]:
    """Unpaid bills of Hoa in years to come, by their names outside."""
    def work() -> None:
        for year in range(2030, 2030 + count):
            Bill.create(code=HOA.code, year=year, month=10, from_date=f"{year}-09-22",
                        to_date=f"{year}-10-21", old_index=0, new_index=1, kwh=1,
                        subtotal=HOA_OWES, vat=0, total=HOA_OWES, due_on=f"{year}-11-20",
                        bill_no=f"B{year}")
    write(work)
    return [f"{HOA.code}-{year}10-1" for year in range(2030, 2030 + count)]


def test_the_same_payment_twenty_times_at_once_is_one_payment(callers) -> None:
    viettel, _momo = callers
    answers = at_once([lambda: viettel.pay("VT-1")] * CROWD)
    assert statuses(answers) == {201: 1, 200: CROWD - 1}
    assert len({answer.content for answer in answers}) == 1
    assert (Payment.select().count(), LedgerEntry.select().count()) == (1, 2)
    assert [row.kind for row in OutboxMessage.select()] == ["receipt"]
    assert Bill.get(Bill.payment_id == Payment.get().id).state == "received"


def test_the_next_receipt_leaves_no_gap_after_a_crowd(callers) -> None:
    viettel, _momo = callers
    at_once([lambda: viettel.pay("VT-1")] * CROWD)
    assert viettel.pay("VT-2").json()["receipt_no"].endswith("-000002")


def test_twenty_contents_under_one_number_are_one_payment_and_alarms(callers) -> None:
    viettel, _momo = callers
    answers = at_once([lambda name=name: viettel.pay("VT-1", payer=f"payer {name}")
                       for name in range(CROWD)])
    assert statuses(answers) == {201: 1, 409: CROWD - 1}
    assert Payment.select().count() == 1
    alarms = AuditEntry.select().where(AuditEntry.action == "payment.conflict").count()
    assert alarms == CROWD - 1


def test_two_channels_pay_each_bill_at_once_and_one_settles(callers) -> None:
    bills = [HOA_BILL, *new_bills(9)]
    calls = [lambda caller=caller, bill=bill: caller.pay(f"{caller.key.partner}:{bill}",
                                                         bill_id=bill)
             for bill in bills for caller in callers]
    answers = at_once(calls)
    assert statuses(answers) == {201: 2 * len(bills)}
    for first, second in zip(answers[::2], answers[1::2], strict=True):
        posted, due = sorted([first.json(), second.json()], key=lambda said: said["status"])
        assert (posted["status"], due["status"]) == ("posted", "refund_due")
        assert due["settled_by"] == posted["payment_id"]
    assert unbalanced_payments() == []
    numbers = sorted(row.receipt_no for row in Payment.select())
    assert numbers == [f"PA04DH-2026-{number:06}"
                       for number in range(1, 2 * len(bills) + 1)]


def test_a_void_twenty_times_at_once_takes_back_once(callers) -> None:
    viettel, _momo = callers
    viettel.pay("VT-1")
    answers = at_once([lambda: viettel.void("VT-1")] * CROWD)
    assert statuses(answers) == {200: CROWD}
    assert len({answer.content for answer in answers}) == 1
    assert LedgerEntry.select().count() == 4
    assert unbalanced_payments() == []


def test_a_void_and_another_payment_at_once_leave_one_truth(callers) -> None:
    viettel, momo = callers
    bills = new_bills(8)
    for bill in bills:
        viettel.pay(bill, bill_id=bill)
    calls = [call for bill in bills for call in (lambda bill=bill: viettel.void(bill),
                                                 lambda bill=bill: momo.pay(bill, bill_id=bill))]
    assert statuses(at_once(calls)) == {200: len(bills), 201: len(bills)}
    for bill in bills:
        row = Bill.get(Bill.year == int(bill.split("-")[1][:4]))
        second = payment_records.get("momo", bill)
        assert second is not None
        expected = ("received", second.id) if second.state == "posted" else ("unpaid", None)
        assert (row.state, row.payment_id) == expected
    assert unbalanced_payments() == []


def test_a_budget_for_seven_is_used_by_seven_of_twenty_at_once(callers) -> None:
    viettel, _momo = callers
    write(lambda: offer(budget=7 * 20_000 + 19_999, per_customer=0, starts_on="2026-01-01",
                        ends_on="2099-12-31"))
    bills = new_bills(CROWD)
    answers = at_once([lambda bill=bill: viettel.pay(bill, bill_id=bill, promotion=CLAIM)
                       for bill in bills])
    assert statuses(answers) == {201: 7, 422: CROWD - 7}
    refused = [answer.json()["reason"] for answer in answers if answer.status_code == 422]
    assert set(refused) == {"budget"}
    assert Promotion.get_by_id("TET27").used == 7 * 20_000
    assert (Payment.select().count(), PromotionUse.select().count()) == (7, 7)
    assert list(checking_records.problems()) == []


def test_a_customer_with_one_use_gets_one_of_many_at_once(callers) -> None:
    viettel, _momo = callers
    write(lambda: offer(budget=10**9, starts_on="2026-01-01", ends_on="2099-12-31"))
    answers = at_once([lambda bill=bill: viettel.pay(bill, bill_id=bill, promotion=CLAIM)
                       for bill in new_bills(CROWD)])
    assert statuses(answers) == {201: 1, 422: CROWD - 1}
    assert Promotion.get_by_id("TET27").used == 20_000
