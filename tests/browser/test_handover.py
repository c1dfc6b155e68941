"""A contract read at the kiosk, then opened by its link on a small phone; no barrier for axe."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from services import clock
from tests import contracts
from tests.browser.desk import check, sign_in

pytestmark = pytest.mark.browser
SCREENS = [(1366, 768), (1024, 768), (1080, 1920)]
SMALL_PHONE = {"width": 240, "height": 320}
# Once its letters are there: others are wider.
FITS = "document.fonts.ready.then(() => document.documentElement.scrollHeight <= innerHeight)"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"  # the screens do not hang on the engine


@pytest.fixture
def signed(app, office, here) -> str:
    """The ticket of Hoa's signed contract. Sealing needs a loop of its own, and this thread may
    run Playwright's already."""
    with ThreadPoolExecutor(1) as another:
        return another.submit(contracts.signed, here._replace(now=clock.now_ms())).result()


def turn(page, number: int) -> None:
    """Wait for a page of the contract and look whether it fits each screen."""
    expect(page.locator(".leaf strong")).to_have_text(f"{number}/21")
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(FITS), (number, width, height)


def test_the_contract_is_read_page_by_page_at_the_kiosk(open_page, office, here, vault):
    ticket, _digest = contracts.drafted(here._replace(now=clock.now_ms()))
    page = open_page()
    page.goto("/kiosk/info")
    page.locator("[data-look=big]").click()
    expect(page.locator("html.big")).to_have_count(1)
    page.get_by_role("link", name="Đọc hợp đồng").click()
    page.get_by_label("Số phiếu của bác?").fill(ticket[3:])
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    code = page.get_by_label("Mã trong tin nhắn?")
    expect(code).to_be_visible()
    code.fill(contracts.last_code(vault))
    page.get_by_role("button", name="Tiếp tục").click()
    for number in range(1, 21):
        turn(page, number)
        if number in (1, 6):
            check(page)
        page.get_by_role("link", name="Sau").click()
    turn(page, 21)
    expect(page.get_by_role("heading")).to_have_text("Bác đã đọc hết hợp đồng")
    page.get_by_role("link", name="Trước").click()
    turn(page, 20)


def test_the_link_opens_on_a_small_phone_without_scripts(open_page, signed, vault, tmp_path):
    phone = open_page(SMALL_PHONE, java_script_enabled=False)
    phone.goto(f"/c/{contracts.link_token(vault)}")
    phone.get_by_role("button", name="Gửi mã cho tôi").click()
    code = phone.get_by_label("Mã mở hợp đồng")
    expect(code).to_be_visible()
    code.fill(contracts.last_code(vault))
    phone.get_by_role("button", name="Mở hợp đồng").click()
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Tải hợp đồng (PDF)").click()
    download.value.save_as(tmp_path / "hop-dong.pdf")
    assert (tmp_path / "hop-dong.pdf").read_bytes().startswith(b"%PDF-")
    phone.get_by_role("link", name="Đọc ngay tại đây").click()
    expect(phone.get_by_role("heading", name="Điều 11. Hiệu lực")).to_have_count(1)


def test_the_officer_prints_and_shows_the_code(open_page, signed):
    page = sign_in(open_page())
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()
    page.goto(f"/staff/work/{signed}")
    check(page)
    with page.context.expect_page() as paper:
        page.get_by_role("button", name="In bản giấy").click()
    paper.value.wait_for_url("**/copy.pdf")
    page.reload()
    expect(page.get_by_text("Đã in 1 bản")).to_be_visible()
    page.get_by_role("button", name="Hiện mã QR").click()
    expect(page.get_by_role("img", name="Mã QR mở hợp đồng")).to_be_visible()
    check(page)
    page.goto("/c/kkkkkkkkkkkkkk")
    expect(page.get_by_role("heading")).to_have_text("Không thấy liên kết này")
    check(page)
