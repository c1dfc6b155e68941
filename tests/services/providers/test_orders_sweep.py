"""Asking the gateways: what a lost report or a lost answer hid comes to light, exactly once."""

from __future__ import annotations

import functools

import pytest

from db.bills import Bill
from db.orders import ProviderOrder
from db.payments import Payment
from db.strays import Stray
from db.transfers import BankCredit
from services import outgoing
from services.bills import billing
from services.clock import DAY, HOUR, MINUTE
from services.errors import NoAnswer
from services.providers import notices, orders
from services.providers.notices import Notice
from tests.standins import accounts
from tests.villagers import HOA

OWED = 546_108
NAMES = ["vnpay", "zalopay", "momo"]
NUMBERS = {"vnpay": "14422574", "zalopay": "261115000000389", "momo": "4088878653"}
pytestmark = pytest.mark.usefixtures("sound_books")


@pytest.fixture
def providers(machines, settings) -> dict:
    return machines.providers(settings)


@pytest.fixture
def make(app, providers, machines, clock):
    """Call with a provider's name: its order, which the payer has opened."""
    def make_order(name: str):
        made = orders.create(providers[name], billing.due(HOA.code).unpaid[0], "Tien dien",
                             clock(), accounts.send)
        if name == "vnpay":
            machines.vnpay.open(made.pay_url)
        return made
    return make_order


@pytest.fixture
def sweep(providers, vault, clock):
    """Let time pass (ms), then ask; how many were asked about."""
    def go(wait: int = 2 * MINUTE, send=accounts.send) -> int:
        clock.ms += wait
        return orders.sweep(providers, vault, clock(), send)
    return go


def order() -> ProviderOrder:
    return ProviderOrder.get()


def payments() -> list[tuple[str, str, str]]:
    return [(p.partner_id, p.partner_txn_id, p.state) for p in Payment.select()]


@pytest.mark.parametrize("name", NAMES)
def test_a_payment_whose_report_was_lost_is_posted(make, sweep, machines, name: str) -> None:
    made = make(name)
    getattr(machines, name).orders[made.order_ref]["paid"] = True
    assert sweep(MINUTE) == 0  # not yet: the report may be on its way
    assert sweep(MINUTE) == 1
    assert payments() == [(name, NUMBERS[name], "posted")]
    assert order().state == "paid"
    assert sweep(DAY) == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_report_that_comes_late_posts_nothing_more(
        make, sweep, machines, vault, clock, name: str) -> None:
    made = make(name)
    getattr(machines, name).orders[made.order_ref]["paid"] = True
    sweep()
    late = Notice(name, name, made.order_ref, NUMBERS[name], "paid", OWED, clock(), "",
                  "5" * 64)
    verdict = notices.record(late, vault, clock())
    assert (verdict.new, verdict.conflict) == (False, False)
    assert notices.record(late._replace(body_digest="6" * 64), vault, clock()).conflict
    assert len(payments()) == 1


@pytest.mark.parametrize("name", ["zalopay", "momo"])
def test_an_order_whose_answer_was_lost_is_found_and_posted(
        app, providers, sweep, machines, clock, name: str) -> None:
    machine = getattr(machines, name)
    machine.fault = "exception"
    with pytest.raises(NoAnswer):
        orders.create(providers[name], billing.due(HOA.code).unpaid[0], "Tien dien", clock(),
                      accounts.send)
    machine.fault = ""
    machine.orders[order().order_ref]["paid"] = True
    assert sweep(30_000) == 1
    assert (order().state, len(payments())) == ("paid", 1)


# What the gateway says when asked → state of the order, of the bill.
STATUS_FAULTS = {
    "declined": ("failed", "unpaid"), "pending": ("open", "unpaid"),
    "wrong amount": ("held", "unpaid"), "key rotated": ("open", "unpaid"),
    "error": ("open", "unpaid"), "exception": ("open", "unpaid"), "empty": ("open", "unpaid"),
    "slow": ("open", "unpaid"), "garbage": ("open", "unpaid"),
}


@pytest.mark.parametrize("fault", STATUS_FAULTS)
@pytest.mark.parametrize("name", NAMES)
def test_only_a_clear_answer_changes_anything(
        make, sweep, machines, name: str, fault: str) -> None:
    machine = getattr(machines, name)
    machine.orders[make(name).order_ref]["paid"] = True
    machine.fault = fault
    assert sweep(send=functools.partial(outgoing.send, patience_s=0.3)) == 1
    assert (order().state, Bill.get_by_id(order().bill_id).state) == STATUS_FAULTS[fault]
    if fault == "wrong amount":
        credit = BankCredit.get()
        assert (credit.source_id, credit.state, credit.code) == (name, "under", HOA.code)
    # Whatever it was, the machine is well again, and the payment is not lost.
    if order().state == "open":
        machine.fault = ""
        assert sweep(HOUR) == 1
        assert (order().state, len(payments())) == ("paid", 1)


@pytest.mark.parametrize("fault", ["wrong signature", "suspicious"])
def test_what_vnpay_does_not_sign_or_still_examines_changes_nothing(
        make, sweep, machines, fault: str) -> None:
    machines.vnpay.orders[make("vnpay").order_ref]["paid"] = True
    machines.vnpay.fault = fault
    assert sweep() == 1
    assert (order().state, payments()) == ("open", [])


def test_a_number_that_stands_for_another_order_is_left_to_an_officer(
        make, sweep, machines) -> None:
    for made in (make("momo"), make("momo")):
        machines.momo.orders[made.order_ref].update(paid=True, number=7)
    assert sweep() == 2
    assert [row.state for row in ProviderOrder.select().order_by(ProviderOrder.id)] == [
        "paid", "stuck"]
    assert sweep(DAY) == 0


def test_an_address_that_nobody_opened_expires(app, providers, sweep, clock) -> None:
    orders.create(providers["vnpay"], billing.due(HOA.code).unpaid[0], "Tien dien", clock())
    assert (sweep(20 * MINUTE), order().state) == (1, "open")
    assert (sweep(HOUR), order().state) == (1, "expired")
    assert sweep(HOUR) == 0


def test_an_order_unpaid_for_a_day_expires_and_late_money_still_counts(
        make, sweep, vault, clock) -> None:
    made = make("momo")
    assert (sweep(DAY), order().state) == (1, "open")
    assert (sweep(DAY), order().state) == (1, "expired")
    notices.record(Notice("momo", "MoMo", made.order_ref, "77", "paid", OWED, clock()), vault,
                   clock())
    assert (order().state, payments()) == ("paid", [("momo", "77", "posted")])


def test_a_gateway_silent_for_a_week_leaves_the_order_to_an_officer(
        make, sweep, machines) -> None:
    make("momo")
    machines.momo.fault = "error"
    assert (sweep(DAY), order().state) == (1, "open")
    assert (sweep(7 * DAY), order().state) == (1, "stuck")
    assert [(row.why, row.number, row.code, row.state) for row in Stray.select()] == [
        ("lost", order().order_ref, HOA.code, "open")]


def test_questions_become_rarer(make, sweep) -> None:
    make("momo")
    waits = [next(minutes for minutes in range(1, 100) if sweep(MINUTE)) for _ in range(7)]
    assert waits == [2, 2, 4, 8, 16, 32, 60]


def test_two_sweepers_do_not_ask_about_the_same_order(
        make, providers, machines, vault, clock) -> None:
    make("momo")
    clock.ms += 2 * MINUTE

    def meanwhile(request):
        assert orders.sweep(providers, vault, clock(), accounts.send) == 0
        return accounts.send(request)

    assert orders.sweep(providers, vault, clock(), meanwhile) == 1


def test_a_sweeper_that_died_is_followed_by_another(
        make, providers, machines, vault, clock) -> None:
    made = make("momo")
    machines.momo.orders[made.order_ref]["paid"] = True
    clock.ms += 2 * MINUTE

    def die(request):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        orders.sweep(providers, vault, clock(), die)
    clock.ms += orders.LEASE
    assert orders.sweep(providers, vault, clock(), accounts.send) == 1
    assert order().state == "paid"


def test_a_process_that_died_before_the_answer_leaves_an_order_that_is_asked_about(
        app, providers, machines, sweep, clock) -> None:
    def die(request):
        accounts.send(request)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        orders.create(providers["momo"], billing.due(HOA.code).unpaid[0], "Tien dien", clock(),
                      die)
    assert order().state == "new"
    machines.momo.orders[order().order_ref]["paid"] = True
    assert (sweep(), order().state) == (1, "paid")


def test_without_keys_nobody_is_asked(make, vault, clock) -> None:
    make("momo")
    clock.ms += DAY
    assert orders.sweep({}, vault, clock()) == 0
