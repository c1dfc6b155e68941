"""The screens of texts, reminders and DK in a real Chromium: names, sizes, no barriers."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import expect

from db.connection import fetch_row, run, write
from services import clock
from services.desk import registering
from services.messages import campaigns
from services.outbox import outbox
from sms.receive import Inbound, receive
from tests.browser.desk import at_both_widths, check, sign_in
from tests.villagers import HOA
from web.office import Office

RECEIPT = {"code": HOA.code, "period": "10/2026", "amount": 546_108,
           "receipt_no": "PA04DH-2026-000001"}


@pytest.fixture
def texts(office, settings, vault):
    """Hoa asked something, and her receipt did not reach her."""
    receive(Office(settings, clock.now_ms), Inbound("kannel", "1", HOA.phone, "TD"))
    write(lambda: outbox.queue("receipt", "1", vault.seal_phone(HOA.phone), RECEIPT,
                               clock.now_ms()))
    run("UPDATE outbox_message SET state = 'failed', error = 'retry slowly: off',"
        " gateway = 'twilio', text = 'QUAYDIEN: Da nhan 546.108d', sent_at = created_at")


def supervisor(page):
    """Giám sát, through both steps."""
    sign_in(page, "giamsat")
    device = pyotp.TOTP(page.locator("#secret").text_content())
    page.get_by_label("Mã xác thực").fill(device.now())
    page.get_by_role("button", name="Xác nhận").click()
    return page


@at_both_widths
def test_a_failed_text_is_found_and_sent_again(open_page, texts, size):
    page = sign_in(open_page(size))
    page.get_by_role("link", name="Tin nhắn", exact=True).click()
    check(page)
    page.get_by_label("Số điện thoại hoặc số phiếu").fill("0912 000 017")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_text("máy tắt hoặc ngoài vùng phủ sóng")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Đã xếp tin để gửi lại")
    assert fetch_row("SELECT COUNT(*) FROM outbox_message WHERE state = 'queued'")[0] == 1


@at_both_widths
def test_a_supervisor_starts_reminders_and_sees_them_go(open_page, size):
    run("UPDATE bill SET due_on = ? WHERE state = 'unpaid'",
        clock.local_day(clock.now_ms() + 10 * clock.DAY))
    page = supervisor(open_page(size))
    page.get_by_role("link", name="Tin nhắn", exact=True).click()
    page.get_by_role("link", name="Tin nhắc").click()
    check(page)
    page.get_by_label("Loại tin nhắc").select_option("Nhắc: hóa đơn mới")
    page.get_by_role("button", name="Xem số tin").click()
    expect(page.get_by_text("Số tin sẽ gửi")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Bắt đầu gửi").click()
    expect(page.get_by_text("Chờ máy gửi")).to_be_visible()
    while campaigns.build_next(clock.now_ms, 10_000):
        continue
    expect(page.get_by_text("Đã lập xong")).to_be_visible(timeout=30_000)
    check(page)
    page.get_by_role("link", name="Chi phí").click()
    check(page)


@at_both_widths
def test_a_number_is_tied_at_the_desk(open_page, vault, size):
    asker = vault.seal_phone("+84977123456")
    ticket = write(lambda: registering.ask_officer(HOA.code, asker, clock.now_ms()))
    page = sign_in(open_page(size))
    page.get_by_role("link", name=ticket).click()
    page.get_by_role("link", name="Gắn số điện thoại").click()
    check(page)
    page.get_by_role("button", name="Nhận việc").click()
    page.get_by_role("link", name="Gắn số điện thoại").click()
    check(page)
    page.get_by_role("button", name="Xác nhận gắn số").click()
    expect(page.get_by_text("đã gắn số này với mã khách hàng")).to_be_visible()
    check(page)
