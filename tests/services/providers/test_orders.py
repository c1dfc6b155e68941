"""Orders at the three gateways: made once, never guessed, and asked about when in doubt."""

from __future__ import annotations

import dataclasses
import functools
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from db import connection
from db.orders import ProviderEvent, ProviderOrder
from db.payments import Payment
from services import outgoing
from services.bills import billing
from services.clock import MINUTE
from services.errors import AmountOutside, BillNotOwed, NoAnswer, OrderRefused, UnknownProvider
from services.providers import notices, orders, registry
from services.providers.notices import Notice
from tests.standins import accounts
from tests.villagers import HOA, PAO

INFO = "Tien dien ky 10 2026"
OWED = 546_108
NAMES = ["vnpay", "zalopay", "momo"]
pytestmark = pytest.mark.usefixtures("sound_books")


@pytest.fixture
def providers(machines, settings) -> dict:
    return machines.providers(settings)


@pytest.fixture
def make(app, providers, clock):
    """Call with a provider's name: an order for Hoa's bill."""
    def make_order(name: str, **options):
        bill = billing.due(HOA.code).unpaid[0]
        return orders.create(providers[name], bill, INFO, clock(),
                             options.pop("send", accounts.send), **options)
    return make_order


def order_row() -> ProviderOrder:
    return ProviderOrder.get()


def machine(machines, name: str):
    return getattr(machines, name)


@pytest.mark.parametrize("name", NAMES)
def test_an_order_is_made_and_can_be_paid(make, machines, name: str) -> None:
    made = make(name)
    assert (made.state, made.amount, made.partner) == ("open", OWED, name)
    assert made.pay_url.startswith("https://")
    if name == "vnpay":
        assert machines.vnpay.open(made.pay_url) == made.order_ref
        assert machines.vnpay.asked == []
    else:
        assert machine(machines, name).orders.keys() == {made.order_ref}


def test_vnpay_s_address_says_who_pays_what_until_when(make, machines) -> None:
    made = make("vnpay", payer_ip="203.0.113.9")
    machines.vnpay.open(made.pay_url)
    fields = machines.vnpay.orders[made.order_ref]
    assert fields["vnp_Amount"] == "54610800"
    assert (fields["vnp_CreateDate"], fields["vnp_ExpireDate"]) == (
        "20261115120000", "20261115121500")
    assert (fields["vnp_Command"], fields["vnp_Version"], fields["vnp_CurrCode"]) == (
        "pay", "2.1.0", "VND")
    assert fields["vnp_IpAddr"] == "203.0.113.9"
    assert fields["vnp_ReturnUrl"].startswith(
        "https://quaydien.example/partners/callbacks/vnpay/return/")
    assert parse_qs(urlsplit(made.pay_url).query)["vnp_OrderInfo"] == [INFO]


@pytest.mark.parametrize(("name", "form"), [
    ("vnpay", r"261115[0-9A-Z]{12}"), ("zalopay", r"261115_[0-9a-f]{16}"),
    ("momo", r"261115-[0-9a-f]{16}")])
def test_a_reference_has_the_form_the_provider_asks_for(
        make, machines, name: str, form: str) -> None:
    first, second = make(name).order_ref, make(name).order_ref
    assert first != second
    assert re.fullmatch(form, first)


# What the gateway does when an order is made → (error, state of the order).
REFUSED, LOST = (OrderRefused, "refused"), (NoAnswer, "unknown")
CREATION_FAULTS = {
    "declined": REFUSED, "key rotated": REFUSED, "maintenance": LOST, "error": LOST,
    "exception": LOST, "empty": LOST, "slow": LOST, "garbage": LOST, "list": LOST,
    "endless": LOST, "moved": LOST,
}


@pytest.mark.parametrize("fault", CREATION_FAULTS)
@pytest.mark.parametrize("name", ["zalopay", "momo"])
def test_a_lost_answer_is_unknown_and_only_a_clear_no_is_no(
        make, machines, name: str, fault: str) -> None:
    error, state = CREATION_FAULTS[fault]
    machine(machines, name).fault = fault
    with pytest.raises(error):
        make(name, send=functools.partial(outgoing.send, patience_s=0.3))
    assert (order_row().state, order_row().pay_url) == (state, "")


def test_a_wrong_signature_on_momo_s_answer_is_no_answer(make, machines) -> None:
    machines.momo.fault = "wrong signature"
    with pytest.raises(NoAnswer):
        make("momo")
    assert order_row().state == "unknown"


@pytest.mark.parametrize("name", ["zalopay", "momo"])
def test_nobody_at_home_is_unknown(app, providers, machines, clock, name: str) -> None:
    machine(machines, name).close()
    with pytest.raises(NoAnswer):
        orders.create(providers[name], billing.due(HOA.code).unpaid[0], INFO, clock(),
                      accounts.send)
    assert order_row().state == "unknown"


def test_the_order_is_stored_before_the_provider_hears_of_it(make) -> None:
    def look_first(request):
        assert not connection.database.in_transaction()
        assert ProviderOrder.get().order_ref == request.body["orderId"]
        return accounts.send(request)

    assert make("momo", send=look_first).state == "open"


def test_a_payment_faster_than_the_answer_is_not_undone_by_it(make, vault, clock) -> None:
    def pay_first(request):
        body = accounts.send(request)
        notices.record(Notice("momo", "MoMo", request.body["orderId"], "4088", "paid", OWED,
                              clock()), vault, clock())
        return body

    make("momo", send=pay_first)
    assert order_row().state == "paid"


def test_nothing_is_ordered_for_a_paid_bill_or_an_amount_the_provider_does_not_take(
        app, providers, clock) -> None:
    bill = billing.due(PAO.code).unpaid[0]
    with pytest.raises(BillNotOwed):
        orders.create(providers["momo"], bill._replace(state="received"), INFO, clock())
    with pytest.raises(AmountOutside):
        orders.create(providers["momo"], bill._replace(total=50_000_001), INFO, clock())
    with pytest.raises(AmountOutside):
        orders.create(providers["vnpay"], bill._replace(total=4_999), INFO, clock())
    assert ProviderOrder.select().count() == 0


def test_an_open_order_serves_again_while_there_is_time(make, providers, clock) -> None:
    bill = billing.due(HOA.code).unpaid[0]
    assert orders.current(providers["momo"], bill, clock()) is None
    made = make("momo")
    assert orders.current(providers["momo"], bill, clock()) == made
    clock.ms = made.expires_at - 2 * MINUTE
    assert orders.current(providers["momo"], bill, clock()) is None


def test_a_provider_without_its_keys_is_none(settings) -> None:
    assert registry.configured(settings) == {}
    with pytest.raises(UnknownProvider):
        registry.get("momo", settings)


def test_during_a_rotation_the_new_key_signs(app, machines, settings, clock) -> None:
    rotated = dataclasses.replace(machines.settings(settings), momo_secret="newest momosecret")
    machines.momo.key = "newest"
    provider = registry.get("momo", rotated)
    bill = billing.due(HOA.code).unpaid[0]
    assert orders.create(provider, bill, INFO, clock(), accounts.send).state == "open"


def test_events_and_payments_are_untouched_by_an_order_alone(make) -> None:
    make("zalopay")
    assert (ProviderEvent.select().count(), Payment.select().count()) == (0, 0)
