"""flask partners order NAME CODE YYYY-MM."""

from __future__ import annotations

import json

import pytest

from db.orders import ProviderOrder
from tests.villagers import HOA, MAY, SON


@pytest.fixture
def settings(settings, machines):
    return machines.settings(settings)


@pytest.fixture
def order(runner):
    """Call with NAME CODE YYYY-MM: the command's result."""
    return lambda *arguments: runner.invoke(args=["partners", "order", *arguments])


@pytest.mark.parametrize("name", ["vnpay", "zalopay", "momo"])
def test_it_prints_the_order_as_one_json_object(order, machines, name: str) -> None:
    result = order(name, HOA.code, "2026-10")
    assert (result.exit_code, result.stderr) == (0, "")
    made = json.loads(result.stdout)
    assert list(made) == ["order_ref", "bill_id", "amount", "pay_url"]
    assert (made["bill_id"], made["amount"]) == ("PA04DH0000017-202610-1", 546_108)
    assert ProviderOrder.get().order_ref == made["order_ref"]
    if name == "vnpay":
        assert machines.vnpay.open(made["pay_url"]) == made["order_ref"]
        assert machines.vnpay.orders[made["order_ref"]]["vnp_OrderInfo"] == (
            "Tien dien ky 10 2026 ma PA04DH0000017")


def test_the_order_it_makes_can_be_paid(order, machines, client) -> None:
    made = json.loads(order("momo", "pa04 dh 0000017", "2026-10").stdout)
    answer = client.post("/partners/callbacks/momo", data=machines.momo.ipn(made["order_ref"]))
    assert answer.status_code == 204
    assert "paid already" in order("momo", HOA.code, "2026-10").stderr


# NAME CODE YYYY-MM → what the one line on standard error says
REFUSED = {
    ("nobody", HOA.code, "2026-10"): "none of vnpay, zalopay, momo",
    ("payos", HOA.code, "2026-10"): "none of vnpay, zalopay, momo",
    ("momo", "PA04", "2026-10"): "not a customer code",
    ("momo", "PA04DH9999999", "2026-10"): "no customer",
    ("momo", HOA.code, "2026-13"): "YYYY-MM",
    ("momo", HOA.code, "10/2026"): "YYYY-MM",
    ("momo", HOA.code, "2019-01"): "no bill of PA04DH0000017-201901-1",
    ("momo", SON.code, "2026-10"): "paid already",
}


def test_bad_input_is_one_line_and_exit_2(order) -> None:
    for arguments, words in REFUSED.items():
        result = order(*arguments)
        assert (result.exit_code, result.stdout) == (2, ""), arguments
        assert words in result.stderr
        assert result.stderr.count("\n") == 1
    assert ProviderOrder.select().count() == 0


def test_a_provider_that_refuses_is_exit_2_and_one_that_is_silent_exit_1(
        order, machines) -> None:
    machines.momo.fault = "declined"
    refused = order("momo", MAY.code, "2026-09")
    assert (refused.exit_code, "code 22" in refused.stderr) == (2, True)
    machines.momo.fault = "error"
    silent = order("momo", MAY.code, "2026-10")
    assert (silent.exit_code, "kept as unknown" in silent.stderr) == (1, True)
    assert [row.state for row in ProviderOrder.select()] == ["refused", "unknown"]


def test_without_its_keys_a_provider_is_not_there(order, change_settings) -> None:
    change_settings(vnpay_secret="")
    assert order("vnpay", HOA.code, "2026-10").exit_code == 2
