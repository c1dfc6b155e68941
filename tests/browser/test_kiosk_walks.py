"""Each service of the kiosk walked in a real Chromium, with scripts and without."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from db import bills as bill_records
from db.calls import Call
from db.contracts import ContractRequest
from db.outbox.outbox import OutboxMessage
from services import clock
from services.bills import vietqr
from services.payments import payments
from services.payments.payments import Report
from tests import photographs
from tests.villagers import HOA, MAY

pytestmark = pytest.mark.browser
# What the database has no part in is walked on one kind only.
screen_only = pytest.mark.parametrize("database_kind", ["sqlite"])


def pay(bill, number: str) -> str:
    """A partner reports the payment; returns the receipt number."""
    report = Report("momo", number, bill.public_id, bill.total, clock.now_ms(), number)
    return payments.post(report, clock.now_ms())[0].payment.receipt_no


def test_hoa_types_her_code_on_the_keypad_and_pays(stand, tmp_path) -> None:
    person = stand()
    page = person.page
    person.touch("link", "Xem tiền điện")
    expect(page.get_by_label("Mã khách hàng")).to_have_attribute("inputmode", "none")
    for key in ["PA04", "D", "H", *"0000018", "Xóa", "7"]:
        person.touch("button", key)
    expect(page.get_by_label("Mã khách hàng")).to_have_value(HOA.code)
    person.touch("button", "Tiếp tục")
    expect(page.get_by_role("heading", name="Tiền điện")).to_be_visible()
    expect(page.get_by_text("546.108 đ")).to_be_visible()
    person.touch("link", "Trả tiền")
    picture = page.get_by_alt_text("Mã QR trả tiền")
    expect(picture).to_be_visible()
    page.screenshot(path=tmp_path / "screen.png")
    payload = picture.get_attribute("data-payload")
    assert photographs.read_code(tmp_path / "screen.png") == payload
    fields = vietqr.decode(payload)
    assert (fields["54"], fields["62"]["08"]) == ("546108", "PA04DH00000171026")

    receipt = pay(bill_records.unpaid(HOA.code)[0], "w-1")
    expect(page.get_by_role("heading", name="Đã nhận tiền")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(receipt)).to_be_visible()
    expect(page).to_have_title("Đã nhận tiền · Quầy Điện")
    expect(page.locator("[hx-get]")).to_have_count(0)
    person.touch("button", "Kết thúc")
    expect(page.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible()
    page.goto("/kiosk/bills")
    assert page.url.endswith("/kiosk/customer")


def test_may_pays_one_month_while_all_is_on_the_screen(stand) -> None:
    person = stand()
    page = person.page
    person.enter(MAY.code)
    person.touch("link", "Trả tất cả")
    expect(page.get_by_text("324.972 đ")).to_be_visible()
    first, second = bill_records.unpaid(MAY.code)
    pay(first, "w-1")
    expect(page.get_by_text("217.836 đ")).to_be_visible(timeout=30_000)
    pay(second, "w-2")
    expect(page.get_by_role("heading", name="Đã nhận tiền")).to_be_visible(timeout=30_000)


@screen_only
def test_a_scanner_types_the_code_and_presses_enter(stand) -> None:
    page = stand().page
    page.goto("/kiosk/customer")
    page.keyboard.type(HOA.code)
    page.keyboard.press("Enter")
    expect(page.get_by_text("N*** T** H**")).to_be_visible()


@screen_only
def test_an_error_keeps_what_was_typed_and_the_cursor(stand) -> None:
    person = stand()
    page = person.page
    page.goto("/kiosk/customer")
    page.keyboard.type("PA04DH9999999")
    person.touch("button", "Tiếp tục")
    expect(page).to_have_title(re.compile("^Lỗi: "))
    expect(page.get_by_role("alert").first).to_contain_text("Lỗi: Không tìm thấy mã này.")
    field = page.get_by_label("Mã khách hàng")
    expect(field).to_have_value("PA04DH9999999")
    expect(field).to_be_focused()


def test_a_name_is_put_together_key_by_key(stand, vault) -> None:
    person = stand()
    page = person.page
    person.touch("link", "Đăng ký hợp đồng điện")
    for key in ["T", "R", "I", "Ê", "U", "nặng", "Cách", "M", "Â", "Y", "hỏi"]:
        person.touch("button", key)
    expect(page.get_by_label("Họ và tên của bác?")).to_have_value("Triệu Mẩy")
    person.touch("button", "Tiếp tục")
    for key in "0363000033":
        person.touch("button", key)
    person.touch("button", "Tiếp tục")
    person.touch("link", "V")
    person.touch("button", "Xã Võ Nhai")
    page.get_by_label("Sản xuất").check()
    person.touch("button", "Tiếp tục")
    expect(page.get_by_label("Lúc nào cũng được")).to_be_checked()
    person.touch("button", "Tiếp tục")
    person.touch("button", "Gửi yêu cầu")
    ticket = page.get_by_text(re.compile(r"HD-\d{6}"))
    expect(ticket).to_be_visible()
    expect(page.get_by_text("Số này sẽ đến điện thoại của bác.")).to_be_visible()
    request = ContractRequest.get(ContractRequest.ticket == ticket.inner_text())
    assert (request.name, request.commune_code, request.purpose, request.meet_when) == (
        "Triệu Mẩy", "05716", "production", "any")
    assert vault.open_phone(request.phone_sealed) == MAY.phone


def test_one_press_calls_an_officer_and_one_takes_it_back(stand) -> None:
    person = stand()
    page = person.page
    person.touch("link", "Gọi cán bộ")
    expect(page.get_by_role("heading", name="Đã báo cán bộ. Chưa có ai nhận.")).to_be_visible()
    assert page.get_by_text(Call.get().ticket).is_visible()
    person.touch("button", "Gọi cán bộ")
    expect(page.get_by_role("heading", name="Đã báo cán bộ. Chưa có ai nhận.")).to_be_visible()
    person.touch("button", "Không cần gọi nữa")
    expect(page.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible()
    assert [call.state for call in Call.select()] == ["done"]


def test_a_text_with_the_link_is_queued_from_the_screen(stand) -> None:
    person = stand()
    person.enter(HOA.code)
    person.touch("link", "Trả tiền")
    person.touch("link", "Gửi tin nhắn")
    for key in "0987654321":
        person.touch("button", key)
    person.touch("button", "Gửi")
    expect(person.page.get_by_text("098****321")).to_be_visible()
    assert json.loads(OutboxMessage.get().params)["amount"] == 546108


def test_without_scripts_hoa_pays_all_the_same(stand) -> None:
    person = stand(scripts=False)
    page = person.page
    person.touch("link", "Trả tiền bằng mã QR")
    for key in ["PA04", "D", "H", *"0000017"]:
        person.touch("button", key)
    expect(page.get_by_label("Mã khách hàng")).to_have_value(HOA.code)
    person.touch("button", "Tiếp tục")
    person.touch("link", "Trả tiền")
    expect(page.get_by_alt_text("Mã QR trả tiền")).to_be_visible()
    person.touch("link", "Xem đã trả chưa")
    expect(page.get_by_alt_text("Mã QR trả tiền")).to_be_visible()
    person.touch("button", "In phiếu")
    expect(page.get_by_text("Số phiếu", exact=True)).to_be_visible()
    pay(bill_records.unpaid(HOA.code)[0], "w-1")
    person.touch("link", "Quay lại")
    expect(page.get_by_role("heading", name="Đã nhận tiền")).to_be_visible()
    person.touch("button", "Kết thúc")
    expect(page.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible()


def test_without_scripts_every_other_service_works_too(stand) -> None:
    person = stand(scripts=False)
    page = person.page
    person.touch("button", "English")
    page.get_by_role("button", name="Tiếng Việt").click()
    person.touch("button", "Chữ to")
    expect(page.locator("html")).to_have_class("big")
    person.touch("link", "Đăng ký hợp đồng điện")
    page.get_by_label("Họ và tên của bác?").fill("Lý Văn Páo")
    person.touch("button", "Tiếp tục")
    person.touch("button", "Không có điện thoại")
    page.get_by_label("Tên xã, phường").fill("Phổ Yên")
    person.touch("button", "Tiếp tục")
    person.touch("button", "Tiếp tục")
    person.touch("button", "Tiếp tục")
    person.touch("button", "Gửi yêu cầu")
    expect(page.get_by_text(re.compile(r"HD-\d{6}"))).to_be_visible()
    expect(page.get_by_text("Bác ghi lại số này.")).to_be_visible()
    person.touch("link", "Quay lại")
    person.touch("link", "Lịch cắt điện")
    person.touch("link", "Đ")
    person.touch("button", "Xã Định Hóa")
    expect(page.get_by_text("Không có lịch cắt điện.")).to_be_visible()
    person.touch("button", "Gọi cán bộ")
    expect(page.get_by_role("heading", name="Đã báo cán bộ. Chưa có ai nhận.")).to_be_visible()
    assert ContractRequest.select().count() == Call.select().count() == 1
