"""The file of a contract request in a real Chromium: card, form, papers; no barrier for axe."""

from __future__ import annotations

import re

import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from services import clock
from services.bills import qr_images
from services.contracts import papers, requests
from services.contracts.requests import Wish
from tests import photographs
from tests.browser.desk import OFFICE, at_both_widths, check
from tests.officers import PASSWORD
from tests.villagers import HOA

pytestmark = pytest.mark.browser
CARD = "019168001234|090123456|NGUYỄN THỊ HOA|17051968|Nữ|Xóm Nà Mao, Định Hóa|10052021"
READ = {"Họ và tên": "Nguyễn Thị Hoa", "Số căn cước": "019168001234",
        "Ngày sinh": "17/05/1968", "Địa chỉ": "Xóm Nà Mao, Định Hóa"}


def film(path, text: str) -> None:
    """A film (Y4M) in which somebody holds a QR code before the camera."""
    modules = qr_images.matrix(text)
    code = Image.new("L", (len(modules), len(modules)), 235)
    code.putdata([16 if dark else 235 for row in modules for dark in row])
    frame = Image.new("L", (640, 480), 235)
    side = len(modules) * 6
    frame.paste(code.resize((side, side), Image.Resampling.NEAREST),
                ((640 - side) // 2, (480 - side) // 2))
    colours = b"\x80" * (640 * 480 // 2)
    with open(path, "wb") as out:
        out.write(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420\n")
        for _ in range(10):
            out.write(b"FRAME\n" + frame.tobytes() + colours)


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        yield lambda *args: playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", *args])


@pytest.fixture
def ticket(office, vault) -> str:
    """Hoa asked for a contract by text."""
    wish = Wish(HOA.name, vault.seal_phone(HOA.phone), HOA.commune_code, "any", "sms")
    return requests.request(wish, clock.now_ms())


@pytest.fixture
def open_file(chromium, office, ticket):
    """Sign in, open the request and take it; what the console complains of fails the test."""
    browsers, complaints = [], []

    def make(size=OFFICE, args=(), **more):
        browsers.append(chromium(*args))
        page = browsers[-1].new_context(viewport=size, base_url=office.url, locale="vi-VN",
                                        **more).new_page()
        page.on("console", lambda message: complaints.append(message.text)
                if "Content Security Policy" in message.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/staff/")
        page.get_by_label("Tên đăng nhập").fill("canbo")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("link", name=ticket).click()
        page.get_by_role("button", name="Nhận việc").click()
        return page
    yield make
    for browser in browsers:
        browser.close()
    assert complaints == []


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "card.jpg"
    path.write_bytes(photographs.jpeg())
    return path


def read_card(page, text=CARD):
    page.get_by_label("Dữ liệu QR căn cước").fill(text)
    page.get_by_role("button", name="Đọc thẻ").click()


def bring_papers(page, photo):
    """Upload and accept each paper that is asked for."""
    while page.get_by_role("button", name="Tải lên").count():
        asked = page.get_by_role("button", name="Tải lên").count()
        page.locator("input[type=file]").first.set_input_files(photo)
        page.get_by_role("button", name="Tải lên").first.click()
        page.get_by_role("radio", name="Đã đối chiếu bản gốc").check()
        page.get_by_role("button", name="Chấp nhận").click()
        expect(page.get_by_role("button", name="Tải lên")).to_have_count(asked - 1)


@at_both_widths
def test_a_file_becomes_complete(open_file, photo, size):
    page = open_file(size)
    check(page)
    read_card(page)
    for label, value in READ.items():
        expect(page.get_by_label(label)).to_have_value(value)
    expect(page.get_by_label("Số điện thoại")).to_have_value("0912000017")
    page.get_by_label("Mã khách hàng").fill(HOA.code)
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("row", name="Địa chỉ Xóm Nà Mao, Định Hóa Xóm 1 Khác")).to_be_visible()
    page.locator("input[type=file]").first.set_input_files(photo)
    page.get_by_role("button", name="Tải lên").first.click()
    check(page)
    picture = page.get_by_role("img", name="Căn cước, trang 1")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 640)
    page.get_by_role("button", name="Từ chối").click()
    expect(page.get_by_role("group", name="Căn cước")).to_contain_text("ảnh mờ")
    bring_papers(page, photo)
    expect(page.get_by_text("Đủ giấy tờ", exact=True)).to_be_visible()
    check(page)


def test_everything_works_without_javascript(open_file, photo):
    page = open_file(java_script_enabled=False)
    read_card(page)
    page.get_by_role("button", name="Lưu").click()
    bring_papers(page, photo)
    expect(page.get_by_text("Đủ giấy tờ", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Quét bằng máy ảnh")).to_be_hidden()


def test_the_camera_reads_the_card(open_file, tmp_path):
    film(tmp_path / "card.y4m", CARD)
    page = open_file(args=("--use-fake-device-for-media-stream",
                           "--use-fake-ui-for-media-stream",
                           f"--use-file-for-fake-video-capture={tmp_path / 'card.y4m'}"))
    page.get_by_role("button", name="Quét bằng máy ảnh").click()
    for label, value in READ.items():
        expect(page.get_by_label(label)).to_have_value(value)


def test_without_a_camera_the_form_says_what_to_do(open_file):
    page = open_file()
    page.get_by_role("button", name="Quét bằng máy ảnh").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Không mở được máy ảnh")
    check(page)
    read_card(page)
    expect(page.get_by_label("Số căn cước")).to_have_value(READ["Số căn cước"])


def test_a_bad_card_and_a_bad_photograph_are_told_where_they_are_read(open_file, tmp_path):
    page = open_file()
    read_card(page, CARD.replace("1968|", "1969|"))
    expect(page.get_by_role("alert")).to_contain_text(re.compile("Lỗi: Số căn cước .* không khớp"))
    expect(page.get_by_label("Dữ liệu QR căn cước")).to_be_focused()
    check(page)
    (tmp_path / "photo.jpg").write_bytes(photographs.HEIC)
    page.locator("input[type=file]").first.set_input_files(tmp_path / "photo.jpg")
    page.get_by_role("button", name="Tải lên").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Lỗi: Ảnh HEIC")
    check(page)


def test_the_kiosk_photographs_a_paper_page_by_page(chromium, office, ticket, tmp_path):
    film(tmp_path / "paper.y4m", CARD)
    browser = chromium("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
                       f"--use-file-for-fake-video-capture={tmp_path / 'paper.y4m'}")
    page = browser.new_context(viewport=OFFICE, base_url=office.url).new_page()
    page.goto("/kiosk/contract/papers")
    page.get_by_label("Số phiếu của bác?").fill(ticket)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("link", name="Căn cước").click()
    for count in ("1", "2"):
        page.get_by_role("button", name="Chụp", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="Số ảnh đã chụp")).to_contain_text(count)
    page.get_by_role("button", name="Gửi ảnh").click()
    expect(page.get_by_role("link", name="Giấy tờ nhà đất")).to_be_visible()
    expect(page.get_by_role("link", name="Căn cước")).to_have_count(0)
    browser.close()
    assert len(papers.checklist(requests.status(ticket))[0].pages) == 2
