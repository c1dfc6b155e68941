"""Planned outages by commune."""

from __future__ import annotations

import pytest

from db.outages import Outage
from services.clock import DAY, HOUR
from tests.kiosk.person import heading, text
from tests.villagers import NOON


@pytest.fixture
def plan(app):
    """Call with (area, start, hours) to plan an outage in Định Hóa, start in ms after noon."""
    def planned(area: str, start: int, hours: int = 4) -> None:
        Outage.create(commune_code="05569", area=area, starts_at=NOON + start,
                      ends_at=NOON + start + hours * HOUR, reason="Sửa đường dây")
    return planned


def test_the_commune_is_asked_first(client) -> None:
    assert heading(client.get("/kiosk/outages")) == "Lịch cắt điện ở xã nào?"
    answer = client.post("/kiosk/outages", data={"commune": "05569"})
    assert (answer.status_code, answer.location) == (303, "/kiosk/outages/05569")


def test_a_typed_commune_that_nobody_knows_is_asked_again(client) -> None:
    answer = client.post("/kiosk/outages", data={"q": "xyz"})
    assert answer.status_code == 422 and "Lỗi: Không tìm thấy xã này." in text(answer)


def test_outages_of_the_next_fourteen_days_are_told_with_place_and_time(client, plan) -> None:
    plan("Xóm Nà Mao", 2 * DAY)
    plan("Xóm Xa Xôi", 15 * DAY)
    plan("Xóm Hôm Qua", -DAY)
    page = text(client.get("/kiosk/outages/05569"))
    assert "Thứ ba, 17/11/2026 12:00 – 16:00 Xóm Nà Mao Sửa đường dây" in page
    assert "Xa Xôi" not in page and "Hôm Qua" not in page


def test_an_outage_under_way_is_still_told(client, plan) -> None:
    plan("Xóm Nà Mao", -HOUR)
    assert "Xóm Nà Mao" in text(client.get("/kiosk/outages/05569"))


def test_an_outage_over_midnight_names_its_last_day(client, plan) -> None:
    plan("Xóm Nà Mao", DAY, hours=14)
    assert "12:00 – 02:00 17/11" in text(client.get("/kiosk/outages/05569"))


def test_no_outage_is_good_news(client) -> None:
    page = client.get("/kiosk/outages/05716")
    assert heading(page) == "Lịch cắt điện: Xã Võ Nhai"
    assert "Trong 14 ngày tới, xã này không cắt điện." in text(page)


def test_many_outages_come_page_by_page(client, plan) -> None:
    for number in range(1, 6):
        plan(f"Xóm {number}", number * DAY)
    first, second = (text(client.get(f"/kiosk/outages/05569?page={n}")) for n in (1, 2))
    assert "Xóm 3" in first and "Xóm 4" not in first and "Trang sau" in first
    assert "Xóm 5" in second and "Trang trước" in second
