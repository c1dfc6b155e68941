"""Tin nhắc: a supervisor sees how many, starts, and sees how far it is."""

from __future__ import annotations

import pytest

from db.connection import write
from db.outbox.outbox import OutboxMessage
from services.messages import campaigns
from tests.staff.conftest import english, text
from tests.staff.messages.test_messages import giamsat  # noqa: F401 - a fixture
from tests.villagers import NOON


def build() -> None:
    while campaigns.build_next(lambda: NOON, 10_000):
        continue


def test_the_number_and_the_cost_are_shown_before_anything_happens(giamsat):  # noqa: F811
    page = giamsat.get("/staff/campaigns?kind=new_bill")
    assert "Số tin sẽ gửi 2 Chi phí 2 đoạn" in text(page) and english(page) == []
    assert OutboxMessage.select().count() == 0


def test_a_started_run_waits_for_the_worker_and_then_shows_how_far_it_is(giamsat):  # noqa: F811
    answer = giamsat.post("/staff/campaigns", data={"kind": "new_bill"}, follow_redirects=True)
    assert "Nhắc: hóa đơn mới 12:00 15/11/2026, giamsat. Chờ máy gửi" in text(answer)
    assert "every 5s" in answer.text
    build()
    assert "Đã lập xong 2 2 0 0 0" in text(giamsat.get("/staff/campaigns"))
    write(lambda: OutboxMessage.update(state="delivered").execute())
    page = giamsat.get("/staff/campaigns", headers={"HX-Request": "true"})
    assert "Đã lập xong 2 0 2 2 0" in text(page)
    assert "every 5s" not in page.text and "<html" not in page.text


def test_nobody_left_to_remind_is_told(giamsat):  # noqa: F811
    giamsat.post("/staff/campaigns", data={"kind": "new_bill"})
    build()
    page = text(giamsat.get("/staff/campaigns?kind=new_bill"))
    assert "Không còn ai cần nhắc loại này" in page and "Bắt đầu gửi" not in page


@pytest.mark.parametrize("kind", ["", "x", "receipt"])
def test_an_unknown_kind_starts_nothing(giamsat, kind):  # noqa: F811
    answer = giamsat.post("/staff/campaigns", data={"kind": kind})
    assert answer.status_code == 422 and "Lỗi: Hãy chọn loại" in text(answer)
    assert "Chưa có lần gửi nào" in text(giamsat.get(f"/staff/campaigns?kind={kind}"))


def test_reminders_are_for_supervisors(canbo):
    assert canbo.get("/staff/campaigns").status_code == 403
    assert canbo.post("/staff/campaigns", data={"kind": "new_bill"}).status_code == 403
    assert campaigns.runs() == []
