"""Who you are by phone, scanner or camera; the voice, the guide, the printer: a real Chromium."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import qrcode
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from db import connection
from db.calls import Call
from services import clock
from services.desk import calls
from tests.browser.kiosk import FAULTS, SIZES, Person
from tests.conftest import Server
from tests.villagers import HOA
from tests.voices import record_core

pytestmark = pytest.mark.browser

PAYLOAD = ("00020101021138540010A000000727012400069704150110113366668802085303704540654610858"
           f"02VN62210817{HOA.code}10266304ABCD")


@pytest.fixture
def kiosk(sqlite_template, tmp_path):
    """Call with settings for the real server; what is walked here is the screen's work."""
    path, servers = tmp_path / "quaydien.db", []
    shutil.copy(sqlite_template, path)
    connection.init(f"sqlite:///{path}")

    def serving(**environ: str) -> str:
        servers.append(Server(f"sqlite:///{path}", **environ))
        return servers[-1].url
    yield serving
    for server in servers:
        server.stop()
    connection.database.close()


@pytest.fixture
def stand(kiosk):
    """Call to stand before a kiosk of one's own: stand(*flags of Chromium, settings)."""
    with sync_playwright() as playwright:
        browsers = []

        def standing(*flags: str, scripts: bool = True, width: int = 1366, height: int = 768,
                     **environ: str) -> Person:
            browsers.append(playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", *flags]))
            context = browsers[-1].new_context(
                viewport={"width": width, "height": height}, base_url=kiosk(**environ),
                java_script_enabled=scripts, reduced_motion="reduce")
            return Person(context.new_page())
        yield standing
        for browser in browsers:
            browser.close()


def film(folder: Path, text: str, code: Image.Image | None = None) -> str:
    """A film of a paper bill with this QR code, or `code`; the flags that make it the camera."""
    code = code or qrcode.make(text).convert("RGB").resize((420, 420))
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(code, ((640 - code.width) // 2, 30))
    frame.save(folder / "bill.jpg", quality=95)
    (folder / "bill.mjpeg").write_bytes((folder / "bill.jpg").read_bytes() * 3)
    return f"--use-file-for-fake-video-capture={folder / 'bill.mjpeg'}"


CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


def test_the_camera_reads_the_bill(stand, tmp_path) -> None:
    person = stand(*CAMERA, film(tmp_path, PAYLOAD))
    page = person.page
    page.goto("/kiosk/customer")
    person.touch("link", "Quét hóa đơn")
    expect(page.get_by_text("N*** T** H**")).to_be_visible(timeout=30_000)
    assert HOA.code not in page.url


def test_the_camera_reads_bars_as_well(stand, tmp_path) -> None:
    bars = zxingcpp.create_barcode(HOA.code, zxingcpp.BarcodeFormat.Code128)
    picture = Image.fromarray(bars.to_image(scale=3)).convert("RGB").resize((560, 160))
    person = stand(*CAMERA, film(tmp_path, "", picture))
    person.page.goto("/kiosk/scan")
    expect(person.page.get_by_text("N*** T** H**")).to_be_visible(timeout=30_000)


def test_the_camera_says_when_the_code_is_something_else(stand, tmp_path) -> None:
    page = stand(*CAMERA, film(tmp_path, "https://example.com/")).page
    page.goto("/kiosk/scan")
    expect(page.get_by_text("Mã này không phải hóa đơn điện.")).to_be_visible(timeout=30_000)
    assert page.url.endswith("/kiosk/scan")


def test_without_a_camera_the_page_leads_to_the_keypad(stand) -> None:
    person = stand()
    page = person.page
    page.goto("/kiosk/scan")
    expect(page.get_by_text("Máy này không có máy ảnh. Bác nhập mã.")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
    person.touch("link", "Nhập mã")
    expect(page.get_by_label("Mã khách hàng")).to_be_focused()


def test_a_scanner_that_types_the_whole_payment_code(stand) -> None:
    page = stand().page
    page.goto("/kiosk/customer")
    page.keyboard.type(PAYLOAD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("N*** T** H**")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_hoa_comes_in_by_her_phone(stand, scripts: bool) -> None:
    person = stand(scripts=scripts)
    page = person.page
    page.goto("/kiosk/customer")
    person.touch("link", "Số điện thoại")
    person.see("#phone")  # the page before has keys of the same names
    for key in "0912000017":
        person.touch("button", key)
    person.touch("button", "Tiếp tục")
    expect(page.get_by_text("091****017")).to_be_visible()
    for key in person.read_the_text():
        person.touch("button", key)
    person.touch("button", "Tiếp tục")
    expect(page.get_by_text("Nguyễn Thị Hoa")).to_be_visible()
    person.touch("link", "Vì sao số tiền này?")
    expect(page.get_by_text("Bậc 4")).to_be_visible()
    person.touch("button", "Kết thúc")
    page.wait_for_url("**/kiosk/")
    page.goto("/kiosk/why/202610-1")
    assert page.url.endswith("/kiosk/customer")
    page.go_back()
    page.wait_for_load_state()
    assert "Nguyễn" not in page.content()


def test_with_the_keyboard_alone_the_second_proof_is_given(stand) -> None:
    person = stand()
    page = person.page
    person.enter(HOA.code)
    page.get_by_role("link", name="Vì sao số tiền này?").focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Gửi mã cho tôi")
    expect(button).to_be_visible()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Mã trong tin nhắn?")).to_be_focused()
    page.keyboard.type(person.read_the_text())
    page.keyboard.press("Enter")
    expect(page.get_by_text("222 số điện (kWh)")).to_be_visible()


def test_a_printer_that_is_absent_leaves_the_slip_on_the_screen(stand) -> None:
    person = stand(KIOSK_PRINTER="tcp://127.0.0.1:1")
    page = person.page
    person.enter(HOA.code)
    person.touch("link", "Trả tiền")
    person.touch("button", "In phiếu")
    expect(page.get_by_text("Máy in không chạy. Bác ghi lại số phiếu.")).to_be_visible()
    expect(page.locator(".ticket strong")).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    assert page.evaluate(FAULTS) == []


def test_a_printer_that_is_there_prints_and_says_so(stand, tmp_path) -> None:
    person = stand(KIOSK_PRINTER=f"file://{tmp_path / 'lp0'}")
    person.enter(HOA.code)
    person.touch("link", "Trả tiền")
    person.touch("button", "In phiếu")
    expect(person.page.get_by_text("Phiếu đã in. Bác lấy phiếu.")).to_be_visible()
    assert (tmp_path / "lp0").stat().st_size > 10_000


def test_the_guide_plays_when_nobody_is_there_and_ends_with_a_touch(stand) -> None:
    person = stand(KIOSK_IDLE_S="2", KIOSK_WARN_S="60")
    page = person.page
    page.clock.install()
    page.goto("/kiosk/")
    page.clock.run_for(2_500)
    guide = page.locator("#guide")
    expect(guide.get_by_text("Bác chạm vào màn hình.")).to_be_visible()
    answer = Axe().run(page, options={"rules": {"color-contrast-enhanced": {"enabled": True}}})
    assert answer.response["violations"] == []
    page.clock.run_for(4_100)
    expect(guide.get_by_text("Bấm mã khách hàng để xem tiền điện.")).to_be_visible()
    page.mouse.click(700, 300)
    expect(guide).to_be_hidden()
    assert page.url.endswith("/kiosk/")
    person.touch("link", "Xem tiền điện")
    expect(page.get_by_label("Mã khách hàng")).to_be_visible()


def test_the_voice_gets_louder_quieter_and_silent(stand) -> None:
    person = stand()
    page = person.page
    page.add_init_script("const make = window.Audio;"
                         "window.Audio = function (a) { return window.heard = new make(a); }")
    page.goto("/kiosk/info/saving")
    person.touch("link", "Nghe")
    volume = page.get_by_role("group", name="Âm lượng")
    expect(volume).to_be_visible()
    assert page.evaluate("window.heard.volume") == 0.75
    person.touch("button", "To hơn")
    assert page.evaluate("window.heard.volume") == 1
    for _ in range(5):
        person.touch("button", "Nhỏ hơn")
    assert page.evaluate("window.heard.volume") == 0.25
    person.touch("button", "Dừng")
    expect(volume).to_be_hidden()
    assert page.evaluate("window.heard.paused")


def test_a_language_says_its_name_and_owns_up_that_it_has_no_texts(stand) -> None:
    page = stand().page
    record_core("tyz")
    page.goto("/kiosk/")
    with page.expect_response("**/kiosk/speech/name/tyz") as said:
        page.get_by_role("button", name="Tày").click()
    assert said.value.headers["content-type"] == "audio/wav"
    expect(page.locator("html")).to_have_attribute("lang", "tyz")
    expect(page.get_by_text("Tiếng này chưa có chữ.")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("lang", "vi")
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(FAULTS) == []


def test_whose_turn_it_is_changes_by_itself(stand) -> None:
    person = stand()
    page = person.page
    page.goto("/kiosk/")
    before = calls.raise_call("kiosk", clock.now_ms())
    person.touch("link", "Gọi cán bộ")
    expect(page.get_by_text("Trước bác còn 1 người.")).to_be_visible()
    told = page.get_by_role("heading", name="Đã báo cán bộ. Chưa có ai nhận.")
    expect(told).to_be_visible()
    Call.update(state="taken", officer="giamsat").where(Call.ticket == before).execute()
    expect(page.get_by_text("Trước bác còn 1 người.")).to_be_hidden(timeout=30_000)
    expect(told).to_be_visible()
    with page.expect_request("**/sound/bell.wav"):
        Call.update(state="taken", officer="canbo").where(Call.ticket != before).execute()
        expect(page.get_by_role("heading", name="Cán bộ canbo đã nhận.")).to_be_visible(
            timeout=30_000)
    Call.update(state="open", officer="").where(Call.ticket != before).execute()
    expect(told).to_be_visible(timeout=30_000)
    Call.update(state="done", officer="canbo").where(Call.ticket != before).execute()
    expect(page.get_by_role("heading", name="Cuộc gọi này đã xong.")).to_be_visible(
        timeout=30_000)
    assert page.evaluate(FAULTS) == []


@pytest.mark.parametrize("path", ["/kiosk/", "/kiosk/customer", "/kiosk/phone", "/kiosk/info"])
def test_at_twice_the_size_nothing_is_cut_off_sideways(stand, path: str) -> None:
    """Browser zoom of 200 % halves the page's own pixels (WCAG 1.4.4, 1.4.10)."""
    page = stand(width=683, height=384).page
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
    assert [fault for fault in page.evaluate(FAULTS) if fault.startswith("cut off")] == []
