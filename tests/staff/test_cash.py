"""Cash at the counter, through the officers' door."""

from __future__ import annotations

import io
import re

import pyotp
import pypdf
import pytest

from db.connection import fetch
from tests.officers import GIAMSAT, HANH, PASSWORD, VO
from tests.staff.conftest import english, text
from tests.staff.money import open_shift, page_of, pay
from tests.villagers import HOA, MAY, SON

MAY_BILLS = [f"{MAY.code}-202609-1", f"{MAY.code}-202610-1"]


@pytest.fixture
def giamsat(app, clock):
    """Giám sát's browser, signed in with both steps."""
    browser = app.test_client()
    browser.post("/staff/signin", data={"name": GIAMSAT.name, "password": PASSWORD})
    secret = re.search(r'id="secret">(.*?)</code>', browser.get("/staff/signin/code").text)[1]
    device = pyotp.TOTP(re.sub(r"<[^>]+>", "", secret))
    browser.post("/staff/signin/code", data={"code": device.at(clock.ms // 1000)})
    return browser


def key_of(page) -> str:
    return re.search(r'name="key" value="(\w+)"', page.text)[1]


def take(browser, handed="400.000", bills=MAY_BILLS, key=""):
    address = page_of(browser, MAY.code) + "/cash"
    key = key or key_of(browser.get(address))
    return browser.post(address, data={"bill": bills, "handed": handed, "key": key})


def test_from_the_open_drawer_to_the_receipt(canbo):
    open_shift(canbo)
    page = canbo.get(page_of(canbo, MAY.code))
    assert "Thu tiền mặt" in text(page)
    answer = take(canbo)
    assert answer.status_code == 303
    page = canbo.get(answer.location)
    for words in ("Đã nhận tiền", "Trả lại khách 75.028", "PA04VN-2026-000001"):
        assert words in text(page).replace("\N{NO-BREAK SPACE}", " ")
    assert "Đã gạch nợ" not in text(page) and english(page) == []
    paper = canbo.get(answer.location + "/receipt")
    assert "Biên nhận thu tiền điện" in text(paper) and "ba trăm hai mươi tư nghìn" in text(paper)
    for kind in ("a5", "80"):
        made = canbo.get(f"{answer.location}/receipt-{kind}.pdf")
        assert made.mimetype == "application/pdf"
        assert MAY.name in pypdf.PdfReader(io.BytesIO(made.data)).pages[0].extract_text()
    assert canbo.get(answer.location + "/receipt-a4.pdf").status_code == 404


def test_the_same_form_twice_leads_to_the_same_taking(canbo):
    open_shift(canbo)
    key = key_of(canbo.get(page_of(canbo, MAY.code) + "/cash"))
    assert take(canbo, key=key).location == take(canbo, key=key).location
    assert fetch("SELECT COUNT(*) FROM payment") == [(2,)]


@pytest.mark.parametrize(("handed", "bills", "words"), [
    ("300.000", MAY_BILLS, "ít hơn tiền điện"), ("tư trăm", MAY_BILLS, "phải là số đồng"),
    ("400.000", [], "chọn ít nhất một kỳ"), ("400.000", [f"{HOA.code}-202610-1"], "một kỳ")])
def test_a_refused_form_keeps_what_was_typed(canbo, handed, bills, words):
    open_shift(canbo)
    page = take(canbo, handed, bills)
    assert page.status_code == 422 and "Lỗi:" in text(page) and words in text(page)
    assert f'value="{handed}"' in page.text and fetch("SELECT * FROM payment") == []


def test_a_bill_paid_elsewhere_meanwhile_is_told(canbo):
    open_shift(canbo)
    pay(MAY_BILLS[0], 107_136)
    page = take(canbo)
    assert page.status_code == 409 and "vừa được trả qua nơi khác" in text(page)


def test_without_a_shift_the_officer_is_led_to_it(canbo):
    page = canbo.get(page_of(canbo, MAY.code) + "/cash")
    assert "Mở ca" in text(page) and 'name="handed"' not in page.text
    assert take(canbo, key="a" * 32).status_code == 409


def test_who_owes_nothing_pays_nothing(canbo):
    open_shift(canbo)
    address = page_of(canbo, SON.code)
    assert "Thu tiền mặt" not in text(canbo.get(address))
    assert "không còn nợ" in text(canbo.get(address + "/cash"))


def test_nobody_takes_cash_for_another_commune(sign_in):
    vo = sign_in(VO)
    open_shift(vo)
    assert vo.get(page_of(sign_in(HANH), HOA.code) + "/cash").status_code == 404


@pytest.mark.parametrize("typed", ["", "năm trăm", "9999999999"])
def test_a_shift_opens_with_an_amount(canbo, typed):
    page = canbo.post("/staff/cash/open", data={"float": typed})
    assert page.status_code == 422 and "Số tiền đầu ca" in text(page)


def test_a_second_shift_is_refused(canbo):
    open_shift(canbo)
    page = canbo.post("/staff/cash/open", data={"float": "0"})
    assert page.status_code == 409 and "đang có một ca mở" in text(page)


def test_the_count_agrees_and_the_shift_is_closed(canbo):
    open_shift(canbo)
    answer = canbo.post("/staff/cash/close", data={"500000": "1"})
    page = canbo.get(answer.location)
    assert "Đã đóng" in text(page) and "Chênh lệch Khớp" in text(page) and english(page) == []
    assert canbo.get("/staff/cash/close").location == "/staff/cash"
    assert canbo.post("/staff/cash/close", data={}).status_code == 409


def test_a_difference_is_shown_and_asked_for_its_reason(canbo):
    open_shift(canbo)
    page = canbo.post("/staff/cash/close", data={"200000": "2"})
    assert page.status_code == 422 and "thiếu 100.000" in text(page) and "Lý do" in text(page)
    answer = canbo.post("/staff/cash/close", data={"200000": "2", "reason": "trả nhầm"})
    page = text(canbo.get(answer.location))
    assert "Thiếu 100.000" in page and "trả nhầm" in page


def test_a_count_that_is_no_count_is_told(canbo):
    open_shift(canbo)
    page = canbo.post("/staff/cash/close", data={"200000": "hai"})
    assert page.status_code == 422 and "Số tờ phải là số nguyên" in text(page)


def test_who_leads_sees_all_shifts_and_differences_of_a_day(canbo, sign_in, giamsat):
    open_shift(canbo)
    canbo.post("/staff/cash/close", data={"200000": "2", "reason": "trả nhầm"})
    open_shift(sign_in(VO), "0")
    page = text(giamsat.get("/staff/cash/shifts?day=2026-11-15"))
    for words in ("canbo, ca", "vo, ca", "Thiếu 100.000", "trả nhầm", "Chênh lệch cả ngày"):
        assert words in page
    assert "không có ca nào" in text(giamsat.get("/staff/cash/shifts?day=2026-11-14"))
    assert giamsat.get("/staff/cash/shifts?day=x").status_code == 200
    assert canbo.get("/staff/cash/shifts").status_code == 403


def test_a_difference_waits_for_a_second_person(canbo, giamsat):
    open_shift(canbo)
    page = text(canbo.get(canbo.post("/staff/cash/close",
                                     data={"200000": "2", "reason": "trả nhầm"}).location))
    assert "chờ một giám sát khác xác nhận" in page and "Xác nhận chênh lệch" not in page
    answer = canbo.post("/staff/cash/shifts/1/agree")
    assert answer.status_code == 403
    assert "Chênh lệch chờ xác nhận 1" in text(giamsat.get("/staff/cash/shifts"))
    answer = giamsat.post("/staff/cash/shifts/1/agree")
    assert "Người xác nhận chênh lệch giamsat" in text(giamsat.get(answer.location))
    assert giamsat.post("/staff/cash/shifts/1/agree").status_code == 409
    assert "Chênh lệch chờ xác nhận" not in text(giamsat.get("/staff/cash/shifts"))


def test_a_supervisor_does_not_agree_to_the_own_drawer(giamsat):
    open_shift(giamsat)
    giamsat.post("/staff/cash/close", data={"200000": "2", "reason": "trả nhầm"})
    answer = giamsat.post("/staff/cash/shifts/1/agree")
    assert answer.status_code == 409 and "phải do một giám sát khác" in text(answer)


def test_a_drawer_that_adds_up_waits_for_nobody(canbo, giamsat):
    open_shift(canbo)
    canbo.post("/staff/cash/close", data={"500000": "1"})
    assert giamsat.post("/staff/cash/shifts/1/agree").status_code == 409
    assert "Chênh lệch chờ xác nhận" not in text(giamsat.get("/staff/cash/shifts"))


def test_a_colleagues_shift_and_takings_do_not_exist(canbo, sign_in):
    open_shift(canbo)
    taking = take(canbo).location
    vo = sign_in(VO)
    for address in (taking, taking + "/receipt", taking + "/receipt-a5.pdf",
                    "/staff/cash/shifts/1", "/staff/cash/shifts/99"):
        assert vo.get(address).status_code == 404
