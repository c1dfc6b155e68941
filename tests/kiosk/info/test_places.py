"""Nơi trả tiền mặt: only places that take it, near where one lives or stands."""

from __future__ import annotations

import re

import pytest

from db.calls import Call
from db.places import Place
from services.kiosks import devices
from tests.kiosk.person import enter, heading, text
from tests.villagers import HOA, MAY, NOON


def put(name: str, commune: str, **more: str) -> None:
    values = {"kind": "post", "address": "Phố chợ", "hours": "7:00–17:00", "phone": "0208 300 0570"}
    Place.create(code=name, name=name, commune_code=commune, **{**values, **more})


@pytest.fixture
def taken(app):
    put("Bưu cục Chợ Chu", "05569")
    put("Tạp hóa Cô Sáu", "05569", kind="shop", hours="", phone="")
    put("Bưu cục Đình Cả", "05716")
    put("Tạp hóa Chú Lợi", "05860", kind="shop")


def names(client, page: str = "") -> list[str]:
    return re.findall(r"<p><strong>([^<]+)</strong> · ", client.get(f"/kiosk/info/cash{page}").text)


def test_a_place_is_told_with_kind_address_hours_and_telephone(client, taken) -> None:
    enter(client, HOA)
    page = text(client.get("/kiosk/info/cash"))
    for said in ("Bưu cục Chợ Chu · Bưu điện", "Phố chợ, Xã Định Hóa", "7:00–17:00",
                 "0208 300 0570"):
        assert said in page
    assert "Viettel" not in page and "Agribank" not in page


def test_the_customers_commune_comes_first_then_the_others(client, taken) -> None:
    enter(client, MAY)
    assert names(client)[0] == "Bưu cục Đình Cả"
    enter(client, HOA)
    assert names(client)[:2] == ["Bưu cục Chợ Chu", "Tạp hóa Cô Sáu"]
    assert len(names(client)) == 3 and len(names(client, "?page=2")) == 1


def test_without_a_code_the_kiosks_commune_comes_first(app, client, taken) -> None:
    word = devices.add("vonhai-1", "05716", "", NOON)
    client.post("/kiosk/enrol", data={"word": word})
    assert names(client)[0] == "Bưu cục Đình Cả"


def test_where_no_place_is_known_it_says_so_and_an_officer_can_be_called(client) -> None:
    page = client.get("/kiosk/info/cash")
    assert heading(page) == "Nơi trả tiền mặt"
    for said in ("Máy chưa biết nơi nào thu tiền mặt.", "19006769"):
        assert said in text(page)
    assert '<input type="hidden" name="from" value="cash">' in page.text
    client.post("/kiosk/help", data={"from": "cash"})
    assert Call.get().place == "cash"
