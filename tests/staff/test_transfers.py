"""Transfers that wait for an officer, through the officers' door."""

from __future__ import annotations

import re

import pytest

from db.connection import fetch
from services.transfers import credits
from tests.officers import HANH, VO
from tests.services.transfers.test_credits import OWED, transfer
from tests.staff.conftest import english, text
from tests.villagers import HOA, MAY, NOON

HOA_BILL = f"{HOA.code}-202610-1"


@pytest.fixture
def held(app, vault):
    """Call with amount, text, payer and number: the page of a credit that waits."""
    def record(amount=OWED, words="chi Hoa gui", payer="NGUYEN THI HOA", number="1", **more):
        made = credits.record(transfer(amount, words, number, payer=payer, **more), vault, NOON)
        return f"/staff/credits/{made[0].id}"
    return record


def state() -> list[tuple]:
    return fetch('SELECT state, "left", code FROM bank_credit ORDER BY id')


def word_of(browser, address: str) -> str:
    return re.search(r'name="customer" value="([\w-]+)"', browser.get(address).text)[1]


def test_the_list_tells_what_waits_and_why(canbo, held):
    held()
    held(100, HOA.code, number="2")
    page = canbo.get("/staff/credits")
    for words in ("Chưa rõ của ai", "Thiếu tiền", "chi Hoa gui", "NGUYEN THI HOA",
                  "Chờ quyết định (2)"):
        assert words in text(page)
    assert english(page) == []
    page = text(canbo.get("/staff/credits?state=under"))
    assert "chi Hoa gui" not in page and HOA.code in page


def test_a_long_list_goes_on_by_a_link(canbo, held):
    for number in range(51):
        held(1000 + number, "tien dien", number=f"FT{number}")
    first = canbo.get("/staff/credits")
    assert "1.049" in text(first) and "1.050" not in text(first)
    link = re.search(r'rel="next" href="([^"]+)"', first.text)[1]
    second = canbo.get(link.replace("&amp;", "&"))
    assert "1.050" in text(second) and "1.049" not in text(second)
    assert 'rel="next"' not in second.text and 'rel="first"' in second.text
    assert english(second) == []


@pytest.mark.parametrize("place", ["x", "1", "-1-1", "1-", "9" * 30 + "-1", "1-1-1", "1-%00"])
def test_a_place_that_is_none_is_the_beginning(canbo, held, place):
    held()
    assert "chi Hoa gui" in text(canbo.get(f"/staff/credits?after={place}"))


def test_an_officer_sees_no_transfer_of_another_commune(sign_in, held):
    address = held(100, HOA.code)
    assert HOA.code not in sign_in(VO).get("/staff/credits").text
    assert sign_in(VO).get(address).status_code == 404
    assert sign_in(HANH).get(address).status_code == 200


def test_a_suggested_customer_gets_it(canbo, held):
    address = held()
    page = canbo.get(address)
    assert "Tên giống người chuyển" in text(page) and english(page) == []
    answer = canbo.post(address + "/assign", data={"bill": HOA_BILL})
    page = text(canbo.get(answer.location))
    assert "Đã gán" in page and "PA04DH-2026-000001" in page
    assert state() == [("assigned", 0, HOA.code)]


def test_a_typed_code_shows_the_customers_bills(canbo, held):
    address = held(OWED, "khong ro", "")
    answer = canbo.post(address + "/customer", data={"code": "pa04 dh 0000017"})
    assert answer.status_code == 303 and "PA04" not in answer.location
    assert "Mã vừa nhập" in text(canbo.get(answer.location))
    page = canbo.post(address + "/customer", data={"code": "x"})
    assert page.status_code == 422 and "Không có khách hàng" in text(page)


def test_it_is_kept_for_the_customer_and_later_given_to_a_bill(canbo, held):
    address = held(OWED + 5)
    canbo.post(address + "/keep", data={"customer": word_of(canbo, address),
                                        "note": "khách hẹn tháng sau"})
    assert state() == [("kept", OWED + 5, HOA.code)]
    assert "khách hẹn tháng sau" in text(canbo.get(address))
    canbo.post(address + "/assign", data={"bill": HOA_BILL})
    assert state() == [("over", 5, HOA.code)]


def test_two_transfers_of_one_customer_pay_together(canbo, held):
    first, second = held(500_000, HOA.code), held(46_108, HOA.code, number="2")
    assert "Cộng thêm khoản" in text(canbo.get(first))
    canbo.post(first + "/assign", data={"bill": HOA_BILL, "credit": second.rsplit("/", 1)[1]})
    assert [row[0] for row in state()] == ["assigned", "assigned"]


def test_it_goes_back_with_a_reason(canbo, held):
    address = held()
    page = canbo.post(address + "/owe", data={"note": " "})
    assert page.status_code == 422 and "ghi lý do" in text(page)
    canbo.post(address + "/owe", data={"note": "gửi nhầm"})
    assert state() == [("refund_due", 0, "")]
    assert "gửi nhầm" in text(canbo.get(address))
    assert "Tiền chuyển khoản thừa" in text(canbo.get("/staff/refunds"))


def test_a_repetition_is_no_money_until_an_officer_says_so(canbo, held):
    held()
    address = held(number="x", source="casso")
    page = canbo.get(address)
    assert "Có thể đã báo trước đó" in text(page) and english(page) == []
    canbo.post(address + "/separate", data={"note": "hai lần chuyển"})
    assert [row[0] for row in state()] == ["unmatched", "unmatched"]


@pytest.mark.parametrize(("bills", "status", "words"), [
    ([], 422, "chọn ít nhất một kỳ"), ([f"{MAY.code}-202610-1", HOA_BILL], 409, "ít hơn"),
    ([f"{HOA.code}-202609-1"], 409, "được trả qua nơi khác"), (["x"], 422, "Không có kỳ này")])
def test_what_cannot_be_is_told_and_changes_nothing(canbo, held, bills, status, words):
    page = canbo.post(held() + "/assign", data={"bill": bills})
    assert page.status_code == status and "Lỗi:" in text(page) and words in text(page)
    assert state() == [("unmatched", OWED, "")]


def test_of_two_officers_the_slower_one_is_told(canbo, sign_in, held):
    address = held()
    canbo.post(address + "/assign", data={"bill": HOA_BILL})
    page = sign_in(HANH).post(address + "/owe", data={"note": "gửi nhầm"})
    assert page.status_code == 409 and "vừa được người khác xử lý" in text(page)


def test_a_forged_word_keeps_nothing(canbo, held):
    address = held()
    assert canbo.post(address + "/keep", data={"customer": "x" * 60}).status_code == 422
    assert canbo.get("/staff/credits/999").status_code == 404
