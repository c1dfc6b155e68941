"""The first sign-in with its printed list, and the page of officers."""

from __future__ import annotations

import time

import pyotp
from playwright.sync_api import Page, expect

from db.connection import write
from db.officers import Officer
from tests import officers
from tests.browser.desk import OFFICE, at_both_widths, check, sign_in
from tests.officers import CANBO, PASSWORD, Person
from tests.villagers import NOON

QUANTRI = Person("quantri", "admin")
WORDS = "khoai-lang-nuong-chay"


def enrol(page: Page, name: str) -> pyotp.TOTP:
    """The first sign-in of somebody who needs a second factor."""
    sign_in(page, name)
    device = pyotp.TOTP(page.locator("#secret").inner_text().replace("\n", "").replace(" ", ""))
    page.get_by_label("Mã xác thực").fill(device.at(time.time()))
    page.get_by_role("button", name="Xác nhận").click()
    return device


def hire(person: Person) -> None:
    write(lambda: Officer.create(name=person.name, role=person.role, communes=person.communes,
                                 password_hash=officers.hashed(), created_at=NOON))


@at_both_widths
def test_the_first_sign_in_ends_with_a_printed_list_that_opens_the_door(open_page, size):
    page = open_page(size)
    enrol(page, "giamsat")
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()
    check(page)
    page.get_by_role("link", name="In mã khôi phục").click()
    check(page)
    page.get_by_role("button", name="In mã khôi phục").click()
    expect(page.get_by_role("heading", name="Mã khôi phục của giamsat")).to_be_visible()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    expect(page.get_by_role("button", name="In trang này")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Đăng xuất").click()
    sign_in(page, "giamsat")
    page.get_by_text("Không có điện thoại?").click()
    check(page)
    page.get_by_label("Mã khôi phục").fill(codes[3])
    page.get_by_role("button", name="Đăng nhập bằng mã khôi phục").click()
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()


def agree(page: Page) -> None:
    """Giám sát, who has no second factor yet, stands by."""
    page.get_by_label("Người thứ hai", exact=True).fill("giamsat")
    page.get_by_label("Mật khẩu người thứ hai").fill(PASSWORD)


@at_both_widths
def test_an_admin_adds_somebody_changes_and_locks_them(open_page, size):
    hire(QUANTRI)
    page = open_page(size)
    enrol(page, "quantri")
    page.get_by_role("link", name="Cán bộ", exact=True).click()
    check(page)
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu đầu tiên").fill("matkhau123456")
    agree(page)
    page.get_by_role("button", name="Thêm cán bộ").click()
    expect(page.get_by_role("alert")).to_contain_text("quá dễ đoán")
    page.get_by_label("Mật khẩu đầu tiên").fill(WORDS)
    agree(page)
    page.get_by_text("Chọn xã, phường").click()
    page.get_by_label("Xã Định Hóa").check()
    page.get_by_role("button", name="Thêm cán bộ").click()
    expect(page.get_by_role("heading", name="lan")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Khóa").click()
    expect(page.get_by_text("Đã khóa từ")).to_be_visible()
    page.get_by_role("button", name="Mở khóa").click()
    expect(page.get_by_text("Dùng được", exact=True)).to_be_visible()


def test_without_javascript_a_session_elsewhere_is_ended(open_page):
    there, here = open_page(OFFICE), open_page(OFFICE, java_script_enabled=False)
    sign_in(there, CANBO.name)
    sign_in(here, CANBO.name)
    here.get_by_role("link", name="Tài khoản").click()
    here.get_by_role("button", name="Kết thúc phiên này").click()
    expect(here.get_by_text("Máy khác")).to_have_count(0)
    there.goto("/staff/customers")
    expect(there.get_by_label("Mật khẩu")).to_be_visible()
    assert PASSWORD
