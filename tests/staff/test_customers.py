"""Search, customer and bill pages."""

from __future__ import annotations

import re

import pytest

from db import bills as bill_records
from db.connection import run
from services.payments import payments
from services.payments.payments import Report
from tests import billing_files
from tests.officers import CANBO, HANH, VO, audited
from tests.staff.conftest import english, text
from tests.villagers import HOA, MAY, NOON


def find(browser, typed: str):
    """The page of results."""
    return browser.post("/staff/customers", data={"q": typed}, follow_redirects=True)


def open_first(browser, typed: str):
    """The page of the first customer found, and its address."""
    address = re.search(r'href="(/staff/customers/[\w-]{40,})"', find(browser, typed).text)[1]
    return browser.get(address), address


@pytest.mark.parametrize("typed", ["pa04 dh 0000017", "0912 000 017", "nguyễn thị hoa", "hoa"])
def test_a_search_leads_to_the_customer(canbo, typed):
    page, _address = open_first(canbo, typed)
    assert "Nguyễn Thị Hoa" in text(page) and "546.108\N{NO-BREAK SPACE}đ" in page.text


def test_neither_code_nor_phone_nor_name_stands_in_an_address(canbo):
    answer = canbo.post("/staff/customers", data={"q": HOA.code})
    page, address = open_first(canbo, HOA.code)
    bill = re.search(r'href="(/staff/customers/[^"]+/bills/[^"]+)"', page.text)[1]
    for place in (answer.location, address, bill):
        assert "PA04" not in place and "0000017" not in place
    assert bill.endswith("/bills/202610-1")


def test_an_address_is_worth_nothing_to_a_colleague(canbo, sign_in):
    _page, address = open_first(canbo, HOA.code)
    assert sign_in(HANH).get(address).status_code == 404


@pytest.mark.parametrize("typed", [HOA.code, "0912000017", "hoa"])
def test_customers_of_other_communes_are_not_found(sign_in, typed):
    page = find(sign_in(VO), typed)
    assert page.status_code == 200 and "Không tìm thấy" in text(page)


def test_a_customer_moved_out_of_reach_is_gone(sign_in):
    hanh = sign_in(HANH)
    _page, address = open_first(hanh, HOA.code)
    run("UPDATE customer SET commune_code = ? WHERE code = ?", MAY.commune_code, HOA.code)
    assert hanh.get(address).status_code == 404
    assert hanh.get(address + "/bills/202610-1").status_code == 404


@pytest.mark.parametrize(("typed", "words"), [
    ("", "ít nhất 2 chữ"), (" a ", "ít nhất 2 chữ"), ("%%%", "ít nhất 2 chữ"),
    ("n" * 81, "dài quá")])
def test_a_search_that_cannot_be_is_told(canbo, typed, words):
    page = find(canbo, typed)
    assert page.status_code == 422 and "Lỗi:" in text(page) and words in text(page)


def test_twenty_of_many_are_shown_and_more_asked_for(canbo):
    rows = [(f"PA04DH1{n:06}", f"Nguyễn Văn {n}") for n in range(25)]
    for code, name in rows:
        run("INSERT INTO customer (code, name, search, given_search, address, commune_code,"
            " households, meter_no, meter_point, purpose, contract_no, contract_signed_on,"
            " contract_medium, updated_at) SELECT ?, ?, 'nguyen van x', 'x nguyen van', address,"
            " commune_code, 1, meter_no, meter_point, purpose, '', '', contract_medium, 0"
            " FROM customer WHERE code = ?", code, name, HOA.code)
    page = find(canbo, "nguyen van")
    assert page.text.count('scope="row"') == 20 and "Còn nhiều hơn 20 người" in text(page)


def test_full_phone_numbers_stand_on_no_page(canbo):
    pages = [find(canbo, "0912000017"), open_first(canbo, HOA.code)[0]]
    for page in pages:
        assert "091****017" in page.text
    assert "912000017" not in pages[1].text


def test_a_bill_page_explains_and_lists_payments(canbo):
    bill = bill_records.get(HOA.code, 2026, 10, 1)
    payments.post(Report("momo", "T1", bill.public_id, bill.total, NOON, "0" * 64), NOON)
    _page, address = open_first(canbo, HOA.code)
    page = text(canbo.get(address + "/bills/202610-1"))
    for words in ("505.656", "40.452", "546.108", "2.998", "Thuế GTGT 8 %", "Đã nhận tiền", "Momo",
                  "PA04DH-2026-000001", "22/09/2026", "1.222"):
        assert words in page


def test_a_bill_that_differs_from_the_tariff_is_pointed_out(canbo):
    run("UPDATE bill SET total = total + 1 WHERE code = ? AND month = 10", HOA.code)
    _page, address = open_first(canbo, HOA.code)
    assert "Số trên hóa đơn là số phải trả" in text(canbo.get(address + "/bills/202610-1"))


@pytest.mark.parametrize("period", ["202601-1", "x", "%00", "202610-1'"])
def test_no_such_bill(canbo, period):
    _page, address = open_first(canbo, HOA.code)
    assert canbo.get(f"{address}/bills/{period}").status_code == 404


def test_every_view_of_a_person_is_on_the_record(canbo):
    _page, address = open_first(canbo, HOA.code)
    canbo.get(address + "/bills/202610-1")
    assert [(actor, action, subject) for actor, action, subject, _detail in audited()[-2:]] == [
        (CANBO.name, "customer.view", HOA.code), (CANBO.name, "bill.view", HOA.code)]
    assert audited()[-3][1] == "customer.search" and HOA.code not in audited()[-3]


def test_no_english_on_the_customer_pages(canbo):
    page, address = open_first(canbo, HOA.code)
    for shown in (canbo.get("/staff/customers"), find(canbo, "hoa"), find(canbo, "ai do"), page,
                  canbo.get(address + "/bills/202610-1")):
        assert english(shown) == []


@pytest.fixture
def adjusted(runner, tmp_path):
    """adjusted(command, columns, *rows): a file of the billing system about bills."""
    def go(command: str, columns: str, *rows: tuple):
        path = billing_files.write(tmp_path / "f.csv", [columns.split(","), *rows])
        assert runner.invoke(args=["bills", command, str(path)]).exit_code == 0
    return go


ADJUST = "code,year,month,ky,kind,amount,on"


def test_bills_cancelled_and_paid_elsewhere_say_so(canbo, adjusted):
    adjusted("adjust", ADJUST, (MAY.code, 2026, 9, 1, "cancel", "", "2026-11-14"))
    adjusted("cleared", "code,year,month,ky,cleared_on", (MAY.code, 2026, 10, 1, "2026-11-14"))
    page, address = open_first(canbo, MAY.code)
    assert "Đã thanh toán (nơi khác)" in text(page) and "Công ty đã hủy" in text(page)
    assert "Không còn nợ tiền điện." in text(page) and "quá hạn" not in text(page)
    assert "14/11/2026: Hủy hóa đơn" in text(canbo.get(address + "/bills/202609-1"))
    assert "khách trả ở nơi khác" in text(canbo.get(address + "/bills/202610-1"))


def test_a_lowered_bill_shows_what_was_taken_off_and_why(canbo, adjusted):
    adjusted("adjust", ADJUST, (HOA.code, 2026, 10, 1, "lower", 500_000, "2026-11-14"))
    _page, address = open_first(canbo, HOA.code)
    page = text(canbo.get(address + "/bills/202610-1")).replace("\xa0", " ")
    assert "Công ty giảm −46.108 đ" in page and "14/11/2026: Giảm còn 500.000 đ" in page


def test_a_correction_that_came_after_the_payment_is_told(canbo, runner, tmp_path):
    payments.post(Report("momo", "1", f"{HOA.code}-202610-1", 546_108, NOON, "0" * 64), NOON)
    path = billing_files.bills(tmp_path / "b.csv", billing_files.bill(
        subtotal=500_000, vat=40_000, total=540_000))
    runner.invoke(args=["bills", "import", str(path)])
    _page, address = open_first(canbo, HOA.code)
    assert "công ty gửi hóa đơn này với số khác: 540.000" in text(
        canbo.get(address + "/bills/202610-1"))


def test_a_credit_note_stands_until_an_officer_sets_it_off_once(canbo, sign_in, adjusted):
    adjusted("adjust", ADJUST, (HOA.code, 2026, 10, 1, "credit", 50_000, "2026-11-14"))
    page, address = open_first(canbo, HOA.code)
    assert "Công ty ghi có 50.000" in text(page)
    form = re.search(r'action="(/staff/customers/[^"]+/set-off)"', page.text)[1]
    assert sign_in(VO).post(form).status_code == 404
    for _twice in range(2):
        assert canbo.post(form).status_code == 303
    assert "Công ty ghi có" not in text(canbo.get(address))
    assert [row for row in audited() if "credit_note.set_off" in row] == [
        (CANBO.name, "credit_note.set_off", HOA.code, "50000 of 2026-11-14")]


def test_nobody_sets_off_a_note_of_another_customer(canbo, adjusted):
    adjusted("adjust", ADJUST, (MAY.code, 2026, 10, 1, "credit", 50_000, "2026-11-14"))
    _page, address = open_first(canbo, HOA.code)
    assert canbo.post(f"{address}/credit-notes/1/set-off").status_code == 404
