"""A contract in a real Chromium: from the text HD to the sealed PDF, by the names on the screen."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pyotp
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


def ask(office, phone: str) -> str:
    """Somebody texts HD from a phone; the ticket."""
    for word in ("HD", "Nguyen Thi Hoa", "Dinh Hoa", "1"):
        said = flask(office, "sms", "say", phone, word)
    return re.search(r"HD-\d{6}", said)[0]


def take(desk, ticket: str) -> None:
    desk.goto("/staff/")
    desk.get_by_role("link", name=ticket).click()
    desk.get_by_role("button", name="Nhận việc").click()


def fill(desk) -> None:
    desk.get_by_label("Dữ liệu QR căn cước").fill(CARD)
    desk.get_by_role("button", name="Đọc thẻ").click()
    expect(desk.get_by_label("Số căn cước")).to_have_value("019180000017")
    expect(desk.get_by_label("Họ và tên")).to_have_value("Nguyễn Thị Hoa")
    desk.get_by_role("button", name="Lưu", exact=True).click()


def bring_papers(desk, photo, answer="Đã đối chiếu bản gốc") -> None:
    """Each paper: its file, Tải lên, the picture, the answer, Chấp nhận."""
    while desk.get_by_role("button", name="Tải lên").count():
        desk.locator("input[type=file]").first.set_input_files(photo)
        desk.get_by_role("button", name="Tải lên").first.click()
        picture = desk.get_by_role("img", name=re.compile("trang 1$")).last
        expect(picture).to_be_visible()
        assert picture.bounding_box()["width"] > 500
        desk.get_by_role("radio", name=answer).check()
        desk.get_by_role("button", name="Chấp nhận").click()


def sign(desk, office, phone: str) -> None:
    """From Soạn hợp đồng to Ký hợp đồng; the customer reads the code and answers for each box."""
    desk.get_by_role("button", name="Soạn hợp đồng").click()
    desk.get_by_role("button", name="Gửi mã OTP").click()
    flask(office, "sms", "send", "--once")
    boxes = desk.get_by_role("group", name="Khách đồng ý").get_by_role("checkbox")
    assert boxes.count() == 3 and not any(box.is_checked() for box in boxes.all())
    desk.get_by_label("Mã OTP").fill(code_on_the_phone(office, phone))
    agree(desk)
    desk.get_by_role("button", name="Ký hợp đồng").click()


def state_of(page):
    return page.get_by_role("region", name="Hợp đồng", exact=True)


def test_from_a_text_message_to_a_sealed_contract(desk, office, tmp_path):
    ticket = ask(office, "0912000017")
    take(desk, ticket)
    fill(desk)
    bring_papers(desk, photograph(tmp_path / "anh.jpg"))
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
    expect(state_of(desk).get_by_text("Đã ký", exact=True)).to_be_visible()
    check(desk)

    path = sealed_file(desk, tmp_path / "hop-dong.pdf")
    assert "intact" in flask(office, "contracts", "check", str(path))
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said and "Total document signed" in said
    flask(office, "sms", "send", "--once")
    assert f"Hop dong {ticket} da ky" in flask(office, "sms", "log", "--to", "0912000017")


def test_one_officer_walks_word_by_word_where_the_number_is_on_file(desk, office, tmp_path):
    take(desk, ask(office, "0912000017"))
    fill(desk)
    bring_papers(desk, photograph(tmp_path / "anh.jpg"))
    sign(desk, office, "0912000017")
    texts = flask(office, "sms", "log", "--to", "0912000017")
    assert "Doc ma cho can bo la dong y ky" in texts
    expect(state_of(desk).get_by_text("Đã ký", exact=True)).to_be_visible()
    sealed_file(desk, tmp_path / "hop-dong.pdf")


def test_two_officers_walk_where_the_number_is_not_on_file(desk, office, open_page, tmp_path):
    ticket = ask(office, "0977123456")
    take(desk, ticket)
    fill(desk)
    bring_papers(desk, photograph(tmp_path / "anh.jpg"), "Chưa thấy bản gốc")
    sign(desk, office, "0977123456")
    expect(state_of(desk).get_by_text("Chờ duyệt", exact=True)).to_be_visible()
    expect(desk.get_by_role("button", name="Duyệt")).to_have_count(0)
    expect(desk.get_by_role("link", name="Tải hợp đồng đã ký")).to_have_count(0)
    check(desk)
    flask(office, "sms", "send", "--once")
    assert f"Co hop dong dien moi {ticket}" in flask(office, "sms", "log", "--to", "0912000017")

    second = sign_in(open_page(), "giamsat")
    device = pyotp.TOTP(second.locator("#secret").text_content())
    second.get_by_label("Mã xác thực").fill(device.now())
    second.get_by_role("button", name="Xác nhận").click()
    second.get_by_role("link", name=re.compile("^Chờ duyệt")).click()
    check(second)
    second.get_by_role("link", name=ticket).click()
    second.get_by_role("button", name="Duyệt").click()
    expect(second.get_by_role("alert")).to_contain_text("Chưa xem: căn cước, giấy tờ về nơi")
    check(second)
    second.goto(f"/staff/work/{ticket}")
    for paper in second.get_by_text("Xem ảnh (1 trang)").all():
        paper.click()
    check(second)
    second.get_by_role("button", name="Duyệt").click()
    expect(state_of(second).get_by_text("Đã ký", exact=True)).to_be_visible()
    check(second)
    desk.reload()
    expect(state_of(desk).get_by_text("Đã ký", exact=True)).to_be_visible()
    path = sealed_file(desk, tmp_path / "hop-dong.pdf")
    assert "intact" in flask(office, "contracts", "check", str(path))


def test_the_second_officer_sends_it_back(desk, office, open_page, tmp_path):
    ticket = ask(office, "0977123456")
    take(desk, ticket)
    fill(desk)
    bring_papers(desk, photograph(tmp_path / "anh.jpg"))
    sign(desk, office, "0977123456")
    second = sign_in(open_page(), "hanh")
    second.goto(f"/staff/work/{ticket}")
    second.get_by_text("Trả lại người làm hồ sơ").click()
    second.get_by_label("Lý do trả lại").fill("Ảnh căn cước chỉ có màu xám")
    second.get_by_role("combobox", name="Căn cước").select_option("blurred")
    check(second)
    second.get_by_role("button", name="Trả lại hồ sơ").click()
    expect(state_of(second).get_by_text("Chờ duyệt", exact=True)).to_have_count(0)
    desk.reload()
    expect(state_of(desk)).to_contain_text("hanh đã trả lại hợp đồng trước: Ảnh căn cước")
    check(desk)
    bring_papers(desk, photograph(tmp_path / "anh.jpg"))
    expect(desk.get_by_role("button", name="Soạn hợp đồng")).to_be_visible()


def test_without_a_phone_the_finger_signs_before_two_officers(desk, office, vault, open_page,
                                                              tmp_path):
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
    expect(state_of(desk).get_by_text("Chờ duyệt", exact=True)).to_be_visible()
    second = sign_in(open_page(), "vo")
    second.goto(f"/staff/work/{ticket}")
    second.get_by_role("button", name="Duyệt").click()
    desk.reload()
    expect(desk.get_by_role("link", name="Tải hợp đồng đã ký")).to_be_visible()
    path = sealed_file(desk, tmp_path / "hop-dong.pdf")
    assert "by hand" in flask(office, "contracts", "check", str(path))
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True,
                          check=True).stdout
    assert "Ký bằng tay trên màn hình" in text and "canbo, hanh" in text
