"""Twelve months, the year before, why a bill is what it is, and what is good to know."""

from __future__ import annotations

import dataclasses

import pytest

from app import create_app
from db.bills import Bill
from db.customers import Customer
from tests.kiosk.person import enter, heading, prove, text
from tests.villagers import HOA, NOON


@pytest.fixture
def proven(client):
    """Hoa's visit after the second proof."""
    prove(client, HOA)
    return client


def bill_a_year_before(total: int, kwh: int) -> None:
    row = Bill.get(Bill.code == HOA.code, Bill.month == 10)
    Bill.create(**{**row.__data__, "id": None, "year": 2025, "total": total, "kwh": kwh,
                   "state": "settled"})


@pytest.mark.parametrize(("total", "said"), [
    (500_000, "nhiều hơn 46.108 đ"), (600_000, "ít hơn 53.892 đ"), (546_108, "bằng nhau")])
def test_the_newest_month_is_compared_with_the_year_before(proven, total: int, said: str) -> None:
    bill_a_year_before(total, 200)
    assert f"So với tháng 10/2025: {said}" in text(proven.get("/kiosk/history"))


def test_the_months_before_ask_for_the_proof_first(client) -> None:
    enter(client, HOA)
    assert 'href="/kiosk/history"' in client.get("/kiosk/bills").text
    assert client.get("/kiosk/history").location == "/kiosk/proof?then=history"


def test_units_are_compared_after_the_proof(proven) -> None:
    bill_a_year_before(500_000, 200)
    assert "222 số, năm trước 200 số" in text(proven.get("/kiosk/history"))


def test_a_bill_that_goes_by_no_tiers_shows_its_sums(proven) -> None:
    Customer.update(purpose="business").where(Customer.code == HOA.code).execute()
    page = text(proven.get("/kiosk/why/202610-1"))
    assert "Giá này không tính theo bậc." in page and "Bậc 1" not in page
    assert "Phải trả 546.108 đ" in page


def test_a_corrected_bill_says_so(proven) -> None:
    Bill.update(total=540_000, corrected_at=NOON).where(
        Bill.code == HOA.code, Bill.month == 10).execute()
    assert "Công ty đã sửa số tiền của tháng này." in text(proven.get("/kiosk/why/202610-1"))


def test_an_amount_unlike_the_table_of_prices_was_not_therefore_corrected(proven) -> None:
    Bill.update(total=540_000).where(Bill.code == HOA.code, Bill.month == 10).execute()
    page = text(proven.get("/kiosk/why/202610-1"))
    assert "sửa số tiền" not in page
    assert "Số phải trả ghi theo hóa đơn của công ty." in page


def test_what_the_company_took_off_stands_in_the_sum(proven) -> None:
    Bill.update(total=500_000, lowered=46_108, corrected_at=NOON).where(
        Bill.code == HOA.code, Bill.month == 10).execute()
    page = text(proven.get("/kiosk/why/202610-1"))
    assert "Công ty giảm -46.108 đ" in page and "Phải trả 500.000 đ" in page


@pytest.mark.parametrize("name", ["202611-1", "202610-9"])
def test_why_of_no_bill_is_not_found(proven, name: str) -> None:
    assert proven.get(f"/kiosk/why/{name}").status_code == 404


def test_who_has_no_bill_yet_has_no_reading_yet(proven) -> None:
    Bill.delete().where(Bill.code == HOA.code).execute()
    for page in ("meter", "history"):
        assert "Chưa có hóa đơn nào." in text(proven.get(f"/kiosk/{page}"))


def test_how_to_save_is_told(client) -> None:
    assert heading(client.get("/kiosk/info/saving")) == "Cách tiết kiệm điện"


def test_the_style_guide_is_of_the_demo_only(client, settings, clock) -> None:
    assert heading(client.get("/kiosk/styleguide")) == "Các phần của màn hình"
    real = create_app(dataclasses.replace(settings, demo=False), clock)
    assert real.test_client().get("/kiosk/styleguide").status_code == 404


def test_calls_tell_whose_turn_it_is(app, clock) -> None:
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        client.post("/kiosk/help", data={"from": "welcome"})
        clock.ms += 1
    assert "Trước bác còn" not in text(first.get("/kiosk/help"))
    assert "Trước bác còn 1 người." in text(second.get("/kiosk/help"))
    assert second.get("/kiosk/help/turn").status_code == 200
    first.post("/kiosk/help/withdraw")
    assert "Trước bác còn" not in text(second.get("/kiosk/help/turn"))
    assert first.get("/kiosk/help/turn").status_code == 286
