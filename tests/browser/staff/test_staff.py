"""The officers' screens in a real Chromium: names, keyboard, sizes, no barrier found by axe."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import expect

from db.connection import fetch, fetch_row, run, write
from services import clock
from services.contracts import requests
from services.contracts.requests import Wish
from services.desk import calls
from tests.browser.desk import PHONE, at_both_widths, check, sign_in
from tests.villagers import HOA

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(office, vault) -> str:
    """Hoa asks for a contract."""
    wish = Wish(HOA.name, vault.seal_phone(HOA.phone), HOA.commune_code, "any", "kiosk")
    return requests.request(wish, clock.now_ms())


def end(page):
    """The request is done, whatever it lacks."""
    page.get_by_label("Kết quả").select_option("Đã giúp khách xong")
    page.get_by_role("button", name="Xong", exact=True).click()
    page.get_by_role("button", name="Vẫn kết thúc").click()
    expect(page.get_by_text("Việc đã kết thúc")).to_be_visible()


@at_both_widths
def test_an_officer_walks_through_a_request(open_page, ticket, size):
    page = open_page(size)
    check(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()
    check(page)
    page.get_by_role("link", name=ticket).click()
    check(page)
    page.get_by_role("button", name="Nhận việc").click()
    expect(page.get_by_role("link", name="0912000017")).to_be_visible()
    page.get_by_label("Ghi chú mới").fill("Hẹn sáng thứ Năm")
    page.get_by_role("button", name="Thêm ghi chú").click()
    expect(page.get_by_text("Hẹn sáng thứ Năm")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Xong", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Lỗi: Hãy chọn kết quả.")
    check(page)
    page.get_by_label("Kết quả").select_option("Đã giúp khách xong")
    page.get_by_role("button", name="Xong", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Còn thiếu 2 giấy, chưa ký. Vẫn kết thúc?")
    check(page)
    page.get_by_role("button", name="Vẫn kết thúc").click()
    expect(page.get_by_text("Việc đã kết thúc: đã giúp khách xong")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Lấy lại").click()
    expect(page.get_by_role("button", name="Xong", exact=True)).to_be_visible()
    end(page)
    page.get_by_role("link", name="Bàn làm việc").click()
    check(page)
    page.get_by_role("button", name="Lấy lại").click()
    expect(page.get_by_text("Đang làm: canbo")).to_be_visible()
    end(page)
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    assert fetch("SELECT state FROM outbox_message WHERE kind = 'done' ORDER BY id") == [
        ("dropped",), ("dropped",), ("queued",)]


@at_both_widths
def test_a_customer_is_looked_up_and_their_bill_explained(open_page, size):
    page = sign_in(open_page(size))
    page.get_by_role("link", name="Khách hàng").click()
    check(page)
    page.get_by_label("Mã khách hàng, số điện thoại hoặc họ tên").fill("hoa")
    page.get_by_role("button", name="Tìm").click()
    check(page)
    page.get_by_role("link", name=HOA.name).click()
    check(page)
    page.get_by_role("link", name="10/2026").click()
    expect(page.get_by_role("row", name="4 22 2.998")).to_be_visible()
    check(page)
    page.go_back()
    page.go_back()
    expect(page.get_by_role("link", name=HOA.name)).to_be_visible()


def test_the_other_screens_have_no_barriers_either(open_page):
    page = sign_in(open_page())
    for name in ("Yêu cầu mới", "Tài khoản: canbo"):
        page.get_by_role("link", name=name).click()
        check(page)
    page.goto("/staff/nowhere")
    check(page)


def test_a_refused_request_leads_to_the_wrong_field(open_page):
    page = sign_in(open_page(PHONE))
    page.get_by_role("link", name="Yêu cầu mới").click()
    page.get_by_label("Họ và tên").fill("Lường Thị Pao")
    page.get_by_label("Số điện thoại").fill("0912 345")
    page.get_by_label("Xã, phường").select_option("Xã Định Hóa")
    page.get_by_role("button", name="Ghi yêu cầu").click()
    expect(page.get_by_role("alert")).to_contain_text("Lỗi: Số điện thoại")
    expect(page.get_by_label("Số điện thoại")).to_be_focused()
    check(page)
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    page.get_by_role("button", name="Ghi yêu cầu").click()
    expect(page.get_by_role("heading", name=re.compile("HD-"))).to_be_visible()


def test_a_supervisor_enrols_a_device(open_page):
    page = sign_in(open_page(), "giamsat")
    expect(page.get_by_role("img", name="Mã QR cho ứng dụng xác thực")).to_be_visible()
    check(page)
    device = pyotp.TOTP(page.locator("#secret").text_content())
    page.get_by_label("Mã xác thực").fill(device.now())
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()


def test_a_wrong_password_is_told_where_it_is_read(open_page):
    page = open_page()
    page.get_by_label("Tên đăng nhập").fill("canbo")
    page.get_by_label("Mật khẩu").fill("khong-phai")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Lỗi:")
    expect(page.get_by_label("Mật khẩu")).to_be_focused()
    check(page)


def test_the_keyboard_alone_is_enough(open_page, ticket):
    page = sign_in(open_page())
    expect(page.get_by_role("link", name=ticket)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=ticket)
    for _ in range(12):  # the two filters, their button, three chips, the tickets before it
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    take = page.get_by_role("button", name="Nhận việc")
    take.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Xong", exact=True)).to_be_visible()


def test_everything_works_without_javascript(open_page, ticket):
    page = sign_in(open_page(java_script_enabled=False))
    page.get_by_label("Xã, phường").select_option("Xã Định Hóa")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name=ticket).click()
    page.get_by_role("button", name="Nhận việc").click()
    page.get_by_role("button", name="Trả việc").click()
    expect(page.get_by_role("button", name="Nhận việc")).to_be_visible()


def test_the_list_is_fetched_anew_under_the_keyboard(open_page, ticket, vault):
    page = open_page()
    page.clock.install()
    sign_in(page)
    link = page.get_by_role("link", name=ticket)
    link.focus()
    new = calls.raise_call("sms", clock.now_ms(), phone=vault.seal_phone(HOA.phone))
    page.clock.fast_forward("00:21")
    expect(page.get_by_role("link", name=new)).to_be_visible()
    expect(link).to_be_focused()
    check(page)


def open_customers(page) -> None:
    """The customers' page, ready with its scripts: before that no clock of its own runs."""
    page.get_by_role("link", name="Khách hàng").click()
    expect(page.get_by_role("heading", name="Khách hàng")).to_be_visible()
    page.wait_for_load_state("load")


def test_the_end_of_a_session_is_warned_of_and_can_be_put_off(open_page):
    page = open_page()
    page.clock.install()
    sign_in(page)
    open_customers(page)
    run("UPDATE officer_session SET seen_at = ?", clock.now_ms() - 14 * clock.MINUTE)
    page.clock.fast_forward("00:31")
    expect(page.get_by_role("alert")).to_contain_text("phiên làm việc kết thúc sau")
    check(page)
    page.get_by_role("button", name="Làm việc tiếp").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert fetch_row("SELECT seen_at FROM officer_session")[0] > clock.now_ms() - clock.MINUTE


def test_an_ended_session_clears_the_screen(open_page):
    page = open_page()
    page.clock.install()
    sign_in(page)
    open_customers(page)
    write(lambda: run("DELETE FROM officer_session"))
    page.clock.fast_forward("00:31")
    expect(page.get_by_label("Tên đăng nhập")).to_be_visible()
    sign_in(page)
    expect(page.get_by_role("heading", name="Khách hàng")).to_be_visible()


def test_of_two_officers_the_slower_one_is_told(open_page, ticket):
    first, second = sign_in(open_page()), sign_in(open_page(), "hanh")
    for page in (first, second):
        page.get_by_role("link", name=ticket).click()
    first.get_by_role("button", name="Nhận việc").click()
    expect(first.get_by_role("button", name="Xong", exact=True)).to_be_visible()
    second.get_by_role("button", name="Nhận việc").click()
    expect(second.get_by_role("alert")).to_contain_text("Lỗi: canbo đã nhận việc này")
    check(second)


def test_a_page_prints_without_its_buttons(open_page, ticket):
    page = sign_in(open_page())
    page.get_by_role("link", name=ticket).click()
    page.emulate_media(media="print")
    expect(page.get_by_text(HOA.name)).to_be_visible()
    expect(page.get_by_role("button", name="Nhận việc")).to_be_hidden()
