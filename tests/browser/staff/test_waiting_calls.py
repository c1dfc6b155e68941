"""Somebody calls at a kiosk: seen and heard on every page, until an officer answers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from services import clock
from services.desk import calls, desk
from services.kiosks import devices
from tests.browser.desk import at_both_widths, check, sign_in
from tests.officers import HANH, at_desk

pytestmark = pytest.mark.browser
# How often the bell rang on this page stands on its root.
LISTEN = ("window.Audio = function () { return {play: () => {"
          " const root = document.documentElement;"
          " root.dataset.rung = Number(root.dataset.rung || 0) + 1; return Promise.resolve() }} }")


def region(page):
    return page.get_by_role("status", name="Khách đang đợi", exact=True)


def press_call(open_page):
    """Somebody before the machine presses Gọi cán bộ; returns the machine's page."""
    page = open_page()
    page.goto("/kiosk/help?from=bills")
    page.locator("#main").get_by_role("button", name="Gọi cán bộ").click()
    expect(page.get_by_text("GAP-").first).to_be_visible()
    return page


@at_both_widths
def test_a_press_at_the_kiosk_appears_on_another_page_and_is_taken_there(open_page, size):
    page = open_page(size)
    page.add_init_script(LISTEN)
    page.clock.install()
    sign_in(page)
    page.get_by_role("link", name="Khách hàng").click()
    expect(page.get_by_role("heading", name="Khách hàng")).to_be_visible()
    page.wait_for_load_state("load")
    expect(region(page)).to_be_empty()
    press_call(open_page)
    page.clock.fast_forward("00:06")
    expect(region(page)).to_contain_text("Khách đợi ở màn hình cảm ứng")
    expect(region(page)).to_contain_text("đang xem Tiền điện")
    check(page)
    ticket = region(page).get_attribute("data-ticket")
    expect(page.locator("html")).to_have_attribute("data-rung", "1")
    page.clock.fast_forward("00:10")
    expect(page.locator("html")).to_have_attribute("data-rung", "2")  # until somebody answers
    region(page).get_by_role("button", name="Nhận ngay").click()
    expect(page.get_by_role("heading", name=ticket)).to_be_visible()
    expect(page.get_by_text("Đang làm: canbo")).to_be_visible()
    expect(region(page)).to_be_empty()


def test_the_bell_is_switched_off_and_stays_so_on_the_next_page(open_page):
    page = open_page()
    page.add_init_script(LISTEN)
    sign_in(page)
    calls.raise_call("kiosk", clock.now_ms())
    page.get_by_role("link", name="Tin nhắn").click()
    expect(page.locator("html")).to_have_attribute("data-rung", "1")
    mute = page.get_by_role("button", name="Tắt chuông")
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Khách hàng").click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    expect(region(page)).to_contain_text("Khách đợi")
    expect(page.locator("html")).not_to_have_attribute("data-rung", "1")


def test_a_browser_that_lets_nothing_sound_shows_it_all_the_same(open_page):
    page = open_page()
    page.add_init_script("window.Audio = function () { return {play: () => Promise.reject()} }")
    calls.raise_call("kiosk", clock.now_ms())
    sign_in(page)
    expect(region(page).get_by_role("button", name="Nhận ngay")).to_be_visible()


def test_who_leaves_is_told_of_and_sinks(open_page):
    page = open_page()
    page.clock.install()
    sign_in(page)
    person = press_call(open_page)
    page.reload()
    row = page.get_by_role("table", name="Việc đang chờ").locator("tr[data-kind=call]")
    expect(row).to_have_attribute("data-band", "standing")
    person.get_by_role("button", name="Kết thúc").click()
    expect(person.get_by_role("link", name="Xem tiền điện")).to_be_visible()
    page.clock.fast_forward("00:11")
    expect(row).to_have_attribute("data-band", "rest")
    expect(row).to_contain_text("Khách đã rời máy")
    expect(region(page)).to_contain_text("Khách đã rời máy")
    check(page)


def test_without_javascript_it_stands_on_each_page_and_a_colleague_may_be_faster(open_page):
    page = sign_in(open_page(java_script_enabled=False))
    word = devices.add("hall-1", "05569", "", clock.now_ms(), "Nhà văn hóa Định Hóa")
    assert word
    ticket = calls.raise_call("kiosk", clock.now_ms(), commune_code="05569", kiosk="hall-1",
                              place="pay")
    page.goto("/staff/archive/")
    expect(region(page)).to_contain_text("Khách đợi ở Nhà văn hóa Định Hóa")
    assert region(page).get_attribute("data-ticket") == ticket
    desk.take(ticket, at_desk(HANH), clock.now_ms())
    region(page).get_by_role("button", name="Nhận ngay").click()
    expect(page.get_by_role("alert")).to_contain_text("Lỗi: hanh đã nhận việc này")
