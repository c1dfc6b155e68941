"""What the kiosk does for eyes, ears and hands, in a real Chromium; one database will do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from services.bills import vietqr
from tests import photographs
from tests.services.notation.test_tones import TABLE
from tests.villagers import HOA

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]


def test_the_look_changes_at_once_and_keeps_what_was_typed(stand) -> None:
    person = stand()
    page = person.page
    page.goto("/kiosk/customer")
    page.keyboard.type("PA04")
    with page.expect_response("**/kiosk/look"):
        person.touch("button", "Nền đen")
    expect(page.locator("html")).to_have_class("dark")
    expect(page.get_by_role("button", name="Nền đen")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type("DH0000017")
    page.keyboard.press("Enter")
    expect(page.get_by_text("546.108 đ")).to_be_visible()
    expect(page.locator("html")).to_have_class("dark")


def test_the_second_half_of_a_double_tap_does_not_press_the_next_page(stand) -> None:
    person = stand()
    page = person.page
    page.goto("/kiosk/customer")
    page.keyboard.type(HOA.code)
    page.evaluate("const now = Date.now(); Date.now = () => now")  # both taps are that quick
    page.mouse.move(100, 485)  # Tiếp tục here, Xem 12 tháng there
    page.mouse.down(click_count=1)
    page.mouse.up(click_count=1)
    expect(page.get_by_role("link", name="Xem 12 tháng")).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url)
            if "/kiosk/" in request.url else None)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    assert page.evaluate("document.elementFromPoint(100, 485).closest('a').href").endswith(
        "/history")
    assert asked == []
    page.mouse.down(click_count=1)
    page.mouse.up(click_count=1)
    expect(page.get_by_role("heading", name="Bác có phải là chủ nhà không?")).to_be_visible()


def test_english_reaches_every_page_without_a_reload(stand) -> None:
    person = stand()
    person.touch("button", "English")
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    person.page.get_by_role("link", name="See my bill").click()
    expect(person.page.get_by_label("Customer code")).to_be_visible()


def test_the_slip_prints_once_and_again_on_wish(stand) -> None:
    person = stand()
    page = person.page
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; }")
    person.enter(HOA.code)
    person.touch("link", "Trả tiền")
    person.touch("button", "In phiếu")
    person.see(".ticket")
    page.wait_for_function("window.printed === 1")
    assert "print" not in page.url
    person.touch("button", "In lại")
    page.wait_for_function("window.printed === 2")
    page.reload()
    person.see(".ticket")
    assert page.evaluate("window.printed") == 0


def test_on_paper_stands_the_slip_and_nothing_else(stand, tmp_path) -> None:
    person = stand()
    page = person.page
    person.enter(HOA.code)
    person.touch("link", "Trả tiền")
    person.touch("button", "In phiếu")
    person.see(".ticket")
    page.emulate_media(media="print")
    for gone in (".strip", ".bar", ".hint"):
        expect(page.locator(gone).first).to_be_hidden()
    page.screenshot(path=tmp_path / "paper.png", full_page=True)
    assert vietqr.decode(photographs.read_code(tmp_path / "paper.png"))["54"] == "546108"


def test_listening_plays_and_stops_on_leaving(stand) -> None:
    person = stand()
    page = person.page
    with page.expect_response("**/kiosk/speech/welcome") as spoken:
        person.touch("link", "Nghe")
    assert spoken.value.headers["content-type"].startswith("audio/")
    expect(page.locator(".speaking")).to_have_count(1)
    assert page.url.endswith("/kiosk/")
    person.touch("link", "Xem tiền điện")
    expect(page.get_by_label("Mã khách hàng")).to_be_visible()
    expect(page.locator(".speaking")).to_have_count(0)


def test_tones_in_the_browser_stand_where_the_server_puts_them(stand) -> None:
    page = stand().page
    assert [page.evaluate("([text, tone]) => window.tones.put(text, tone)", [text, tone])
            for text, tone, _ in TABLE] == [expected for *_, expected in TABLE]


def test_with_the_keyboard_alone_one_gets_to_the_bills(stand) -> None:
    page = stand().page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Mã khách hàng")).to_be_focused()
    page.keyboard.type(HOA.code)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    pay_link = page.get_by_role("link", name="Trả tiền")
    expect(pay_link).to_be_visible()
    page.keyboard.press("Tab")
    expect(pay_link).to_be_focused()
