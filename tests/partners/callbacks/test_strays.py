"""What a provider tells and nobody can use as it stands: money is taken in, and an officer sees."""

from __future__ import annotations

import pytest

from db.payments import Payment
from db.strays import Stray
from services.clock import DAY
from tests.partners.callbacks import books
from tests.villagers import HOA

VNPAY, MOMO, ZALOPAY = (f"/partners/callbacks/{name}" for name in ("vnpay", "momo", "zalopay"))


def seen() -> list[tuple[str, str, str]]:
    return [(row.source, row.why, row.code) for row in Stray.select().order_by(Stray.id)]


def tell(client, order, machines, name: str, **changes):
    """One paid notice of a new order of Hoa's, changed."""
    made = order(name)
    if name == "vnpay":
        return client.get(f"{VNPAY}?{machines.vnpay.ipn(made.order_ref, **changes)}")
    if name == "momo":
        return client.post(MOMO, data=machines.momo.ipn(made.order_ref, **changes))
    return client.post(ZALOPAY, data=machines.zalopay.callback(made.order_ref, **changes))


@pytest.mark.parametrize(("name", "changes"), [
    ("vnpay", {"vnp_PayDate": "99991231235959"}), ("vnpay", {"vnp_PayDate": "00010101000000"}),
    ("vnpay", {"vnp_PayDate": "20270101000000"}), ("vnpay", {"vnp_PayDate": "20240101000000"}),
    ("momo", {"responseTime": 253_402_300_799_000}), ("momo", {"responseTime": 1}),
    ("zalopay", {"server_time": -5}), ("zalopay", {"server_time": 1_794_718_800}),
])
def test_money_with_a_moment_that_cannot_be_is_posted_as_of_its_arrival(
        client, order, machines, clock, name, changes) -> None:
    tell(client, order, machines, name, **changes)
    assert (books.bill(), books.orders()) == ("received", ["paid"])
    assert Payment.get().paid_at == clock()
    assert seen() == [(name, "time_taken", HOA.code)]
    assert Stray.get().state == "open"


@pytest.mark.parametrize(("name", "changes"), [
    ("vnpay", {"vnp_PayDate": ""}), ("momo", {"responseTime": 0}),
    ("zalopay", {"server_time": None}),
])
def test_a_moment_that_is_not_told_is_no_trouble(client, order, machines, clock, name,
                                                 changes) -> None:
    tell(client, order, machines, name, **changes)
    assert (Payment.get().paid_at, seen()) == (clock(), [])


@pytest.mark.parametrize(("name", "changes"), [
    ("vnpay", {"vnp_Amount": "54610850"}), ("momo", {"amount": "many"}),
    ("zalopay", {"amount": 5.5})])
def test_what_is_signed_and_cannot_be_read_waits_once(client, order, machines, name,
                                                      changes) -> None:
    made = order(name)
    for _again in range(2):
        if name == "vnpay":
            client.get(f"{VNPAY}?{machines.vnpay.ipn(made.order_ref, **changes)}")
        elif name == "momo":
            client.post(MOMO, data=machines.momo.ipn(made.order_ref, **changes))
        else:
            client.post(ZALOPAY, data=machines.zalopay.callback(made.order_ref, **changes))
    assert seen() == [(name, "unreadable", "")]
    assert Stray.get().times == 2


def test_other_content_under_a_known_number_waits(client, order, machines) -> None:
    made = order("momo")
    client.post(MOMO, data=machines.momo.ipn(made.order_ref))
    client.post(MOMO, data=machines.momo.ipn(made.order_ref, amount=600_000))
    assert seen() == [("momo", "conflict", HOA.code)]


def test_a_failure_after_success_waits_and_the_payment_stands(client, order, machines) -> None:
    made = order("momo")
    client.post(MOMO, data=machines.momo.ipn(made.order_ref))
    client.post(MOMO, data=machines.momo.ipn(made.order_ref, resultCode=1006))
    assert (books.bill(), seen()) == ("received", [("momo", "contrary", HOA.code)])


def test_a_notice_long_after_its_order_ended_is_posted(client, order, machines, clock) -> None:
    made = order("momo")
    clock.ms += 3 * DAY
    client.post(MOMO, data=machines.momo.ipn(made.order_ref))
    assert (books.bill(), seen()) == ("received", [])
