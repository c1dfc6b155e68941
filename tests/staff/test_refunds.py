"""Giving money back, and the second officer, through the officers' door."""

from __future__ import annotations

import pytest

from db.connection import fetch
from tests.officers import HANH, VO
from tests.staff.conftest import english, text
from tests.staff.money import open_shift, pay
from tests.staff.test_cash import giamsat  # noqa: F401 — a fixture
from tests.villagers import HOA, PAO

HOA_BILL, PAO_BILL = f"{HOA.code}-202610-1", f"{PAO.code}-202610-1"


@pytest.fixture
def twice(app):
    """Call with a bill and its amount: it is paid twice; the page of the refund."""
    def make(bill=HOA_BILL, amount=546_108) -> str:
        pay(bill, amount, "viettel")
        pay(bill, amount, "momo")
        return f"/staff/refunds/{fetch('SELECT MAX(id) FROM refund')[0][0]}"
    return make


def test_what_is_due_back_is_listed_with_its_reason(canbo, twice):
    twice()
    page = canbo.get("/staff/refunds")
    for words in (HOA.name, "546.108", "Trả hai lần cho một kỳ", "Phải hoàn lại", "2.000.000"):
        assert words in text(page)
    assert english(page) == []


def test_a_small_amount_is_given_back_at_once(canbo, twice):
    address = twice()
    page = canbo.get(address)
    assert "Ghi cách hoàn" in text(page) and english(page) == []
    answer = canbo.post(address + "/give", data={"way": "transfer", "evidence": "FT123"})
    page = text(canbo.get(answer.location))
    assert "Đã hoàn tiền" in page and "Chuyển khoản, số FT123" in page


def test_a_large_amount_waits_for_the_supervisor(canbo, giamsat, twice, change_settings):  # noqa: F811
    change_settings(refund_approval_from=1_000_000)
    address = twice(PAO_BILL, 1_534_140)
    canbo.post(address + "/give", data={"way": "transfer", "evidence": "FT123"})
    page = text(canbo.get(address))
    assert "Chờ duyệt hoàn tiền" in page and "Chờ người giám sát khác duyệt" in page
    page = canbo.post(address + "/approve")
    assert page.status_code == 409 and "không được tự duyệt" in text(page)
    assert "bạn duyệt được" in text(giamsat.get("/staff/refunds"))
    answer = giamsat.post(address + "/approve")
    assert "Người duyệt giamsat" in text(giamsat.get(answer.location))


def test_the_supervisor_may_turn_it_down(canbo, giamsat, twice, change_settings):  # noqa: F811
    change_settings(refund_approval_from=1_000_000)
    address = twice(PAO_BILL, 1_534_140)
    canbo.post(address + "/give", data={"way": "transfer", "evidence": "FT123"})
    giamsat.post(address + "/turn-down")
    assert "Phải hoàn lại" in text(canbo.get(address))


@pytest.mark.parametrize(("way", "words"), [
    ("cash", "chưa mở ca"), ("transfer", "số chứng từ"), ("", "chọn cách hoàn")])
def test_what_is_missing_is_told(canbo, twice, way, words):
    page = canbo.post(twice() + "/give", data={"way": way})
    assert page.status_code in (409, 422) and "Lỗi:" in text(page) and words in text(page)


def test_cash_goes_out_of_the_drawer_when_a_colleague_agrees(canbo, sign_in, twice):
    address, hanh = twice(), sign_in(HANH)
    open_shift(canbo, "600.000")
    assert "lấy từ ca số" in text(canbo.get(address))
    canbo.post(address + "/give", data={"way": "cash"})
    assert "Chờ người khác duyệt" in text(canbo.get(address))
    answer = canbo.post(address + "/approve")
    assert answer.status_code == 409 and "không được tự duyệt" in text(answer)
    assert english(answer) == []
    assert "bạn duyệt được" in text(hanh.get("/staff/refunds"))
    assert hanh.post(address + "/approve").status_code == 303
    shift = text(canbo.get("/staff/cash/shifts/1"))
    assert "Đã hoàn cho khách 546.108" in shift


def test_another_communes_refund_does_not_exist(sign_in, twice):
    address, vo = twice(), sign_in(VO)
    assert vo.get(address).status_code == 404
    assert vo.post(address + "/give", data={"way": "cash"}).status_code == 404
    assert HOA.name not in vo.get("/staff/refunds").text


def test_who_cannot_be_texted_gets_a_slip(canbo, twice):
    address = twice(PAO_BILL, 1_534_140)
    page = canbo.get(address)
    assert "Khách không nhận được tin nhắn: in phiếu" in text(page)
    canbo.post(address + "/give", data={"way": "transfer", "evidence": "FT123"})
    slip = canbo.get(address + "/slip")
    for words in ("Phiếu hoàn tiền số", PAO.name, "1.534.140", "Bằng chữ", "FT123", "canbo",
                  "Khách ký"):
        assert words in text(slip)
    assert english(slip) == []


def test_who_can_be_texted_may_have_one_too(canbo, twice):
    address = twice()
    page = canbo.get(address)
    assert "In phiếu cho khách" in text(page) and "không nhận được tin" not in text(page)
    assert "Giấy báo phải hoàn tiền số" in text(canbo.get(address + "/slip"))


def test_of_what_is_not_agreed_to_there_is_no_slip(canbo, clock, change_settings):
    change_settings(refund_approval_from=1_000_000)
    address = f"/staff/payments/{pay(PAO_BILL, 1_534_140)}"
    clock.ms += 24 * 3600 * 1000
    canbo.post("/staff/signin", data={"name": "canbo", "password": "lua-nep-thom"})
    refund = canbo.post(address + "/undo", data={"reason": "nhầm"}).location
    assert canbo.get(refund + "/slip").status_code == 303


def test_the_slip_of_another_commune_does_not_exist(sign_in, twice):
    assert sign_in(VO).get(twice() + "/slip").status_code == 404
