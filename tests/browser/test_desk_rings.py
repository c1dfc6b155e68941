"""A call from the kiosk rings on the desk: a bell, and a sign in the tab's title."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect, sync_playwright

from db import connection
from services import calls, clock
from tests import officers
from tests.conftest import Server
from tests.officers import CANBO, PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(database_url):
    connection.init(database_url)
    officers.hire()
    server = Server(database_url)
    yield server
    server.stop()
    connection.database.close()


def test_a_new_call_rings_once_and_an_old_one_does_not(desk) -> None:
    calls.raise_call("kiosk", clock.now_ms() - clock.MINUTE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium",
                                             args=["--no-sandbox"])
        page = browser.new_page(base_url=desk.url)
        page.add_init_script("window.rung = []; window.Audio = function (address) {"
                             " return {play: () => { window.rung.push(address);"
                             " return Promise.reject() }} }")
        page.clock.install()
        page.goto("/staff/signin")
        page.get_by_label("Tên đăng nhập").fill(CANBO.name)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()
        ticket = calls.raise_call("kiosk", clock.now_ms() + clock.HOUR)
        page.clock.fast_forward("00:11")
        expect(page.get_by_role("status")).to_have_text(f"Có lời gọi mới: {ticket}")
        assert page.evaluate("window.rung") == ["/static/sound/bell.wav"]
        browser.close()
