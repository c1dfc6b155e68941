"""The same report ten times at once, and two channels for one bill: one posting, no 5xx."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.partners.callbacks import books
from tests.partners.callbacks.transfers import ALL, SePay

OWED = 546_108


def at_once(app, knocks: list) -> list[int]:
    """Each of `knocks` gets a client of its own and goes at the same moment; their statuses."""
    gate = Barrier(len(knocks))

    def go(knock) -> int:
        gate.wait()
        return knock(app.test_client()).status_code

    with ThreadPoolExecutor(len(knocks)) as pool:
        return list(pool.map(go, knocks))


@pytest.mark.parametrize("name", ["vnpay", "zalopay", "momo"])
def test_a_gateway_reports_ten_times_at_once(app, order, machines, name: str) -> None:
    made = order(name)
    knock = {
        "vnpay": lambda c: c.get("/partners/callbacks/vnpay?"
                                 + machines.vnpay.ipn(made.order_ref)),
        "zalopay": lambda c: c.post("/partners/callbacks/zalopay",
                                    data=machines.zalopay.callback(made.order_ref)),
        "momo": lambda c: c.post("/partners/callbacks/momo",
                                 data=machines.momo.ipn(made.order_ref)),
    }[name]
    assert at_once(app, [knock] * 10) == [204 if name == "momo" else 200] * 10
    assert [state for *_rest, state in books.payments()] == ["posted"]
    assert books.messages() == ["receipt"]
    assert len(books.events()) == 1


@pytest.mark.parametrize("provider", ALL, ids=lambda provider: provider.name)
def test_a_transfer_is_told_ten_times_at_once(app, provider) -> None:
    statuses = at_once(app, [lambda c: provider.tell(c, OWED, "PA04DH00000171026")] * 10)
    assert statuses == [200] * 10
    assert [state for *_rest, state in books.payments()] == ["posted"]
    assert [row[2] for row in books.credits()] == ["matched"]


def test_many_channels_pay_one_bill_at_once_and_none_of_the_money_is_lost(
        app, order, machines) -> None:
    vnpay, zalopay, momo = order("vnpay"), order("zalopay"), order("momo")
    knocks = [
        lambda c: c.get("/partners/callbacks/vnpay?" + machines.vnpay.ipn(vnpay.order_ref)),
        lambda c: c.post("/partners/callbacks/zalopay",
                         data=machines.zalopay.callback(zalopay.order_ref)),
        lambda c: c.post("/partners/callbacks/momo", data=machines.momo.ipn(momo.order_ref)),
        *[lambda c, n=n: SePay().tell(c, OWED, "PA04DH00000171026", number=f"FT2631900000{n}")
          for n in range(3)],
    ]
    assert max(at_once(app, knocks)) < 300
    states = [state for *_rest, state in books.payments()]
    assert states.count("posted") == 1
    # Each gateway's payment is posted or due back; each transfer paid or waits for an officer.
    held = [row[2] for row in books.credits()]
    assert len(states) + held.count("already_paid") == 6


def test_one_report_of_the_same_money_from_each_watcher_at_once(app) -> None:
    statuses = at_once(app, [lambda c, p=p: p.tell(c, OWED, "PA04DH00000171026")
                             for p in ALL for _ in range(3)])
    assert statuses == [200] * 9
    assert [state for *_rest, state in books.payments()] == ["posted"]
    assert [row[2] for row in books.credits()] == ["matched"]
