"""Other ways to pay at the kiosk: a wallet's QR code, promotions, the way to cash."""

from __future__ import annotations

import re

import pytest

from db import bills as bill_records
from db.orders import ProviderOrder
from kiosk import ways
from services.clock import MINUTE
from tests.kiosk.person import enter, heading, pay, text
from tests.partners.test_promotions import offer
from tests.standins import accounts
from tests.villagers import HOA, MAY

WAYS, MOMO = "/kiosk/pay/202610-1/ways", "/kiosk/pay/202610-1/with/momo"


@pytest.fixture
def machines():
    with accounts.running() as running:
        yield running


@pytest.fixture
def settings(settings, machines):
    return machines.settings(settings)


@pytest.fixture
def hoa(client):
    """Hoa stands at the kiosk."""
    enter(client, HOA)
    return client


def payload(answer) -> str:
    return re.search(r'data-payload="([^"]+)"', answer.get_data(as_text=True))[1]


def test_the_qr_page_leads_to_the_other_ways(hoa) -> None:
    assert "Cách trả khác" in text(hoa.get("/kiosk/pay/202610-1"))
    page = hoa.get(WAYS)
    assert heading(page) == "Cách trả khác"
    assert re.findall(r'action="/kiosk/pay/202610-1/with/(\w+)"', page.text) == [
        "vnpay", "zalopay", "momo"]


def test_only_wallets_whose_secrets_are_set_are_offered(hoa, change_settings) -> None:
    change_settings(vnpay_secret="", momo_access_key="")
    assert re.findall(r"/with/(\w+)", hoa.get(WAYS).text) == ["zalopay"]
    assert hoa.post(MOMO).status_code == 404
    change_settings(zalopay_key1="")
    assert "ví điện tử" not in text(hoa.get(WAYS))


@pytest.mark.parametrize("name", ["vnpay", "zalopay", "momo"])
def test_a_wallets_page_shows_its_code_and_waits_for_the_money(hoa, machines, name) -> None:
    answer = hoa.post(f"/kiosk/pay/202610-1/with/{name}")
    assert (answer.status_code, answer.location) == (303, f"/kiosk/pay/202610-1/with/{name}")
    page, order = hoa.get(answer.location), ProviderOrder.get()
    assert payload(page).replace("&amp;", "&") == order.pay_url
    assert "546.108 đ" in text(page) and HOA.code in text(page)
    assert 'hx-get="/kiosk/pay/202610-1/state"' in page.text
    assert order.info == "Tien dien ky 10 2026 ma PA04DH0000017"


def test_pressing_again_shows_the_same_order_while_it_can_be_paid(hoa, clock) -> None:
    for _ in range(3):
        hoa.post(MOMO)
    assert ProviderOrder.select().count() == 1
    clock.ms += 14 * MINUTE
    enter(hoa, HOA)
    assert hoa.get(MOMO).location == WAYS
    hoa.post(MOMO)
    assert ProviderOrder.select().count() == 2


def test_the_wallets_report_brings_the_receipt(hoa, machines) -> None:
    hoa.post(MOMO)
    assert hoa.get("/kiosk/pay/202610-1/state").status_code == 204
    hoa.post("/partners/callbacks/momo", data=machines.momo.ipn(ProviderOrder.get().order_ref))
    answer = hoa.get("/kiosk/pay/202610-1/state", headers={"HX-Request": "true"})
    assert (answer.status_code, heading(answer)) == (286, "Đã nhận tiền")
    assert hoa.get(MOMO).location == "/kiosk/pay/202610-1"


@pytest.mark.parametrize("fault", ["error", "empty", "garbage", "exception"])
def test_an_answer_that_is_lost_is_unknown_and_nobody_has_paid(hoa, machines, fault) -> None:
    machines.momo.fault = fault
    answer = hoa.post(MOMO)
    assert answer.status_code == 422
    assert "Lỗi: Ví chưa trả lời. Bác chưa mất tiền." in text(answer)
    assert ProviderOrder.get().state == "unknown"
    machines.momo.fault = ""
    assert hoa.post(MOMO).status_code == 303


def test_a_slow_wallet_is_waited_for_shorter_than_the_screen_waits(
        hoa, machines, monkeypatch) -> None:
    assert ways._PATIENCE_S < 8  # base.html: htmx gives up then
    monkeypatch.setattr(ways, "_send", accounts.send)  # the same, with a second of patience
    machines.momo.fault = "slow"
    assert "Ví chưa trả lời" in text(hoa.post(MOMO))
    assert ProviderOrder.get().state == "unknown"


def test_a_wallet_that_refuses_says_so(hoa, machines) -> None:
    machines.momo.fault = "declined"
    answer = hoa.post(MOMO)
    assert answer.status_code == 422 and "Lỗi: Ví không nhận hóa đơn này." in text(answer)
    assert ProviderOrder.get().state == "refused"


def test_a_bill_paid_meanwhile_makes_no_order(hoa, clock) -> None:
    pay(bill_records.unpaid(HOA.code)[0], "m-1", clock())
    assert hoa.post(MOMO).location == "/kiosk/pay/202610-1"
    assert hoa.get("/kiosk/pay/202610-1/ways").location == "/kiosk/pay/202610-1"
    assert ProviderOrder.select().count() == 0


def test_several_bills_at_once_are_for_the_bank_code_only(client) -> None:
    enter(client, MAY)
    both = "/kiosk/pay/202609-1,202610-1"
    assert "/with/" not in client.get(both + "/ways").text
    assert client.post(both + "/with/momo").status_code == 404


@pytest.mark.parametrize("address", [
    "/kiosk/pay/202612-1/ways", "/kiosk/pay/x/with/momo", "/kiosk/pay/202610-1/with/nobody",
    "/kiosk/pay/202610-1/with/payos",
])
def test_what_is_not_there_is_not_found(hoa, address) -> None:
    assert hoa.get(address).status_code == 404


def test_without_a_customer_there_is_no_way(client) -> None:
    for answer in (client.get(WAYS), client.get(MOMO), client.post(MOMO)):
        assert answer.location == "/kiosk/customer"
    assert ProviderOrder.select().count() == 0


def test_a_promotion_is_shown_with_its_last_day_and_its_source(hoa) -> None:
    assert "%" not in text(hoa.get("/kiosk/pay/202610-1"))
    offer()
    said = ("Viettel giảm 5%, nhiều nhất 20.000 đ, đến hết 30/11/2026."
            " Nguồn: Thông báo 01/11/2026.")
    assert said in text(hoa.get("/kiosk/pay/202610-1"))
    assert said in text(hoa.get(WAYS))


@pytest.mark.parametrize("terms", [
    {"ends_on": "2026-11-14"}, {"starts_on": "2026-11-16"}, {"minimum": 600_000},
])
def test_a_promotion_that_this_bill_cannot_have_today_is_not_shown(hoa, terms) -> None:
    offer(**terms)
    assert "giảm" not in text(hoa.get("/kiosk/pay/202610-1")) + text(hoa.get(WAYS))


def test_cash_is_a_way_to_the_places_that_take_it_and_back(hoa) -> None:
    assert 'href="/kiosk/info/cash?pay=202610-1"' in hoa.get(WAYS).text
    assert 'href="/kiosk/pay/202610-1/ways"' in hoa.get("/kiosk/info/cash?pay=202610-1").text
    for strange in ("//evil.example", "202610-1/../x", ""):
        assert 'href="/kiosk/info"' in hoa.get(f"/kiosk/info/cash?pay={strange}").text
