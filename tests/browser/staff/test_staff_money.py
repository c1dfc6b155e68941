"""The money room in a real Chromium: cash, transfers, refunds, papers; no barrier found by axe."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import expect

from db.connection import fetch, run
from services import clock
from services.payments import payments
from services.payments.payments import Report
from services.transfers import credits
from tests.browser.desk import at_both_widths, check, sign_in
from tests.services.transfers.test_credits import OWED, transfer
from tests.villagers import HOA, MAY, PAO

pytestmark = pytest.mark.browser


def amount(text: str) -> re.Pattern:
    """An amount as the screens write it, whatever its space."""
    return re.compile(re.escape(text) + r"\s*đ")


def open_shift(page) -> None:
    page.get_by_role("link", name="Thu tiền", exact=True).click()
    page.get_by_label("Tiền đầu ca").fill("500.000")
    page.get_by_role("button", name="Mở ca").click()
    expect(page.get_by_role("heading", name="Ca đang mở")).to_be_visible()


def find(page, name: str) -> None:
    page.get_by_role("link", name="Khách hàng", exact=True).click()
    page.get_by_label("Mã khách hàng, số điện thoại hoặc họ tên").fill(name)
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name=name).click()


def enrol(page) -> None:
    """The second step of a supervisor's first sign-in."""
    device = pyotp.TOTP(page.locator("#secret").text_content())
    page.get_by_label("Mã xác thực").fill(device.now())
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()


@at_both_widths
def test_cash_is_taken_the_drawer_counted_and_the_shift_closed(open_page, size):
    page = sign_in(open_page(size))
    page.get_by_role("link", name="Thu tiền", exact=True).click()
    check(page)
    open_shift(page)
    check(page)
    find(page, MAY.name)
    page.get_by_role("link", name="Thu tiền mặt").click()
    page.get_by_label("Khách đưa").fill("400.000")
    expect(page.get_by_role("main").get_by_role("status")).to_have_text(
        re.compile(r"Phải thu 324\.972\s*đ, trả lại khách 75\.028\s*đ"))
    check(page)
    page.get_by_role("button", name="Thu tiền").click()
    expect(page.get_by_role("heading", name="Đã nhận tiền")).to_be_visible()
    expect(page.locator(".change")).to_have_text(amount("75.028"))
    check(page)
    page.get_by_role("link", name="In biên nhận").click()
    check(page)
    page.emulate_media(media="print")
    expect(page.get_by_text("PA04VN-2026-000002")).to_be_visible()
    expect(page.get_by_role("button", name="In", exact=True)).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto("/staff/cash/close")
    check(page)
    page.get_by_label(amount("200.000")).fill("4")
    page.get_by_role("button", name="Đóng ca").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"thiếu\s+24\.972"))
    expect(page.get_by_label("Lý do chênh lệch")).to_be_focused()
    check(page)
    page.get_by_label("Lý do chênh lệch").fill("trả thừa tiền lẻ")
    page.get_by_role("button", name="Đóng ca").click()
    expect(page.get_by_text("Đã đóng")).to_be_visible()
    check(page)


def test_an_impatient_officer_takes_the_money_once(open_page):
    page = sign_in(open_page())
    open_shift(page)
    find(page, MAY.name)
    page.get_by_role("link", name="Thu tiền mặt").click()
    page.get_by_label("Khách đưa").fill("400.000")
    page.get_by_role("button", name="Thu tiền").dblclick()
    expect(page.get_by_role("heading", name="Đã nhận tiền")).to_be_visible()
    assert fetch("SELECT COUNT(*) FROM cash_taking") == [(1,)]
    page.go_back()
    expect(page.get_by_text("Khách không còn nợ tiền điện")).to_be_visible()
    assert fetch("SELECT COUNT(*) FROM payment") == [(2,)]


def test_cash_without_javascript(open_page):
    page = sign_in(open_page(java_script_enabled=False))
    open_shift(page)
    find(page, MAY.name)
    page.get_by_role("link", name="Thu tiền mặt").click()
    page.get_by_label(re.compile("Kỳ 10/2026")).uncheck()
    page.get_by_label("Khách đưa").fill("107136")
    page.get_by_role("button", name="Thu tiền").click()
    expect(page.locator(".change")).to_have_text(amount("0"))


@at_both_widths
def test_a_transfer_finds_its_bill(open_page, vault, size):
    now = clock.now_ms()
    credits.record(transfer(OWED, "chi Hoa gui", payer="NGUYEN THI HOA", paid_at=now), vault, now)
    page = sign_in(open_page(size))
    page.get_by_role("link", name="Thu tiền", exact=True).click()
    page.get_by_role("link", name="Chuyển khoản chờ xử lý").click()
    expect(page.get_by_text("chi Hoa gui")).to_be_visible()
    check(page)
    page.locator("tbody a").first.click()
    check(page)
    page.get_by_role("button", name="Gán vào kỳ đã chọn").click()
    expect(page.get_by_text("Đã gán")).to_be_visible()
    check(page)
    page.get_by_role("link", name="PA04DH-2026-000001").click()
    expect(page.get_by_role("heading", name="Biên nhận PA04DH-2026-000001")).to_be_visible()
    check(page)


@at_both_widths
def test_two_officers_give_much_money_back(open_page, size):
    now = clock.now_ms()
    run("UPDATE bill SET subtotal = 2346426, vat = 187714, total = 2534140 WHERE code = ?",
        PAO.code)
    for partner in ("viettel", "momo"):
        payments.post(Report(partner, "1", f"{PAO.code}-202610-1", 2_534_140, now, "0" * 64), now)
    page = sign_in(open_page(size))
    page.goto("/staff/refunds")
    check(page)
    page.locator("tbody a").first.click()
    check(page)
    page.get_by_label("Chuyển khoản").check()
    page.get_by_label("Số chứng từ").fill("FT123")
    page.get_by_role("button", name="Gửi người duyệt").click()
    expect(page.get_by_text("Chờ duyệt hoàn tiền")).to_be_visible()
    check(page)
    second = sign_in(open_page(size), "giamsat")
    enrol(second)
    second.goto(page.url)
    second.get_by_role("button", name="Duyệt", exact=True).click()
    expect(second.get_by_text("Đã hoàn tiền", exact=True)).to_be_visible()
    check(second)
    for name in ("/staff/refunds", "/staff/cash/shifts", "/staff/payments/export"):
        second.goto(name)
        check(second)


def test_a_receipt_downloads_as_pdf(open_page):
    now = clock.now_ms()
    payments.post(Report("momo", "1", f"{HOA.code}-202610-1", 546_108, now, "0" * 64), now)
    page = sign_in(open_page())
    page.goto(f"/staff/payments/{fetch('SELECT id FROM payment')[0][0]}")
    answer = page.request.get(page.get_by_role("link", name="PDF khổ A5").get_attribute("href"))
    assert answer.status == 200 and answer.body().startswith(b"%PDF")
