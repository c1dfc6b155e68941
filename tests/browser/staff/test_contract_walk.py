"""A contract in a real Chromium: from the text HD to the sealed PDF, by the names on the screen."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest
from PIL import Image
from playwright.sync_api import expect

from services import clock
from tests import contracts
from tests.browser.desk import OFFICE, PHONE, check, sign_in
from tests.conftest import ROOT
from tests.officers import PASSWORD
from tests.villagers import PAO

pytestmark = pytest.mark.browser
CARD = "019180000017||Nguyễn Thị Hoa|03021980|Nữ|Xóm Nà Mòn, Xã Định Hóa, Thái Nguyên|01012022"


@pytest.fixture
def desk(open_page):
    """Cán bộ's window at the desk."""
    return sign_in(open_page())


def flask(office, *args: str) -> str:
    """A command beside the running server."""
    return subprocess.run([sys.executable, "-m", "flask", "--app", "app", *args], cwd=ROOT,
                          env=office.environ, capture_output=True, text=True, check=True).stdout


def photograph(path):
    data = io.BytesIO()
    Image.new("RGB", (900, 600), "#d8e4ee").save(data, "JPEG")
    path.write_bytes(data.getvalue())
    return path


def agree(page):
    for box in page.get_by_role("group", name="Khách đồng ý").get_by_role("checkbox").all():
        box.check()


def code_on_the_phone(office, phone="0912000017"):
    texts = flask(office, "sms", "log", "--to", phone)
    return re.findall(r"\b\d{6}\b", texts.splitlines()[-1])[-1]


def sealed_file(page, path):
    """What Tải hợp đồng đã ký brings."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải hợp đồng đã ký").click()
    download.value.save_as(path)
    return path


def test_from_a_text_message_to_a_sealed_contract(desk, office, tmp_path):
    for word in ("HD", "Nguyen Thi Hoa", "Dinh Hoa", "1"):
        said = flask(office, "sms", "say", "0912000017", word)
    ticket = re.search(r"HD-\d{6}", said)[0]

    desk.goto("/staff/")
    desk.get_by_role("link", name=ticket).click()
    desk.get_by_role("button", name="Nhận việc").click()
    desk.get_by_label("Dữ liệu QR căn cước").fill(CARD)
    desk.get_by_role("button", name="Đọc thẻ").click()
    expect(desk.get_by_label("Số căn cước")).to_have_value("019180000017")
    desk.get_by_role("button", name="Lưu", exact=True).last.click()
    photo = photograph(tmp_path / "anh.jpg")
    while desk.get_by_role("button", name="Tải lên").count():
        desk.locator("input[type=file]").first.set_input_files(photo)
        desk.get_by_role("button", name="Tải lên").first.click()
        desk.get_by_role("button", name="Chấp nhận").click()

    desk.get_by_role("button", name="Soạn hợp đồng").click()
    check(desk)
    desk.set_viewport_size(PHONE)
    check(desk)
    desk.set_viewport_size(OFFICE)
    desk.get_by_role("link", name="Đọc hợp đồng").click()
    expect(desk.get_by_role("img", name="Trang 1 trên 3")).to_be_visible()
    desk.wait_for_load_state("load")
    assert desk.evaluate("[...document.images].every(one => one.naturalWidth > 800)")
    check(desk)
    desk.go_back()
    desk.get_by_role("button", name="Gửi mã OTP").click()
    flask(office, "sms", "send", "--once")
    desk.get_by_label("Mã OTP").fill("000000")
    agree(desk)
    desk.get_by_role("button", name="Ký hợp đồng").click()
    expect(desk.get_by_role("alert")).to_contain_text("Mã OTP không đúng. Còn 4 lần nhập.")
    check(desk)
    desk.get_by_label("Mã OTP").fill(code_on_the_phone(office))
    desk.get_by_role("button", name="Ký hợp đồng").click()
    contract = desk.get_by_role("region", name="Hợp đồng")
    expect(contract.get_by_text("Đã ký", exact=True)).to_be_visible()
    check(desk)

    path = sealed_file(desk, tmp_path / "hop-dong.pdf")
    assert "intact" in flask(office, "contracts", "check", str(path))
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said and "Total document signed" in said
    flask(office, "sms", "send", "--once")
    assert f"Hop dong {ticket} da ky" in flask(office, "sms", "log", "--to", "0912000017")


def test_without_a_phone_the_finger_signs_before_two_officers(desk, office, vault, tmp_path):
    ticket = contracts.complete(vault, PAO, now=clock.now_ms())
    desk.goto(f"/staff/work/{ticket}")
    desk.get_by_role("button", name="Soạn hợp đồng").click()
    expect(desk.get_by_role("button", name="Gửi mã OTP")).to_have_count(0)
    agree(desk)
    pad = desk.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    desk.mouse.move(box["x"] + 60, box["y"] + 100)
    desk.mouse.down()
    for step in range(20):
        desk.mouse.move(box["x"] + 60 + 18 * step, box["y"] + 100 - 60 * (step % 2))
    desk.mouse.up()
    check(desk)
    desk.get_by_label("Cán bộ chứng kiến thứ hai").fill("hanh")
    desk.get_by_label("Mật khẩu của cán bộ thứ hai").fill(PASSWORD)
    desk.get_by_role("button", name="Ký hợp đồng").click()
    expect(desk.get_by_role("link", name="Tải hợp đồng đã ký")).to_be_visible()
    path = sealed_file(desk, tmp_path / "hop-dong.pdf")
    assert "by hand" in flask(office, "contracts", "check", str(path))
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True,
                          check=True).stdout
    assert "Ký bằng tay trên màn hình" in text and "canbo, hanh" in text
