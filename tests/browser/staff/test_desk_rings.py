"""A call from the kiosk rings on the desk: a bell, and a sign in the tab's title."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from services import clock
from services.desk import calls
from tests.browser.desk import sign_in

pytestmark = pytest.mark.browser


def test_a_new_call_rings_once_and_an_old_one_does_not(office, chromium) -> None:
    calls.raise_call("kiosk", clock.now_ms() - clock.MINUTE)
    page = chromium.new_page(base_url=office.url)
    page.add_init_script("window.rung = []; window.Audio = function (address) {"
                         " return {play: () => { window.rung.push(address);"
                         " return Promise.reject() }} }")
    page.clock.install()
    page.goto("/staff/signin")
    sign_in(page)
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()
    page.wait_for_load_state()  # the script that asks for news starts its clock now
    ticket = calls.raise_call("kiosk", clock.now_ms() + clock.HOUR)
    page.clock.fast_forward("00:11")
    expect(page.get_by_role("status")).to_have_text(f"Có lời gọi mới: {ticket}")
    assert page.evaluate("window.rung") == ["/static/sound/bell.wav"]
    page.close()
