"""How heavy the kiosk's pages are on the line, by the browser's own count."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright

from db import connection
from tests.browser.kiosk import Person
from tests.conftest import Server
from tests.villagers import HOA

pytestmark = pytest.mark.browser

FIRST, OTHERS = 150_000, 30_000  # bytes, heads included
PAGES = ["/kiosk/customer", "/kiosk/bills", "/kiosk/history", "/kiosk/pay/202610-1",
         "/kiosk/proof", "/kiosk/phone", "/kiosk/scan", "/kiosk/contract/name", "/kiosk/outages",
         "/kiosk/help", "/kiosk/info", "/kiosk/info/cash"]


def test_pages_are_light(sqlite_template, tmp_path) -> None:
    path = tmp_path / "quaydien.db"
    shutil.copy(sqlite_template, path)
    connection.init(f"sqlite:///{path}")
    server = Server(f"sqlite:///{path}")
    try:
        weights = measured(server.url)
    finally:
        server.stop()
        connection.database.close()
    assert weights.pop("/kiosk/") <= FIRST
    assert {page: weight for page, weight in weights.items() if weight > OTHERS} == {}
    assert len(weights) == len(PAGES) and min(weights.values()) > 1_000


def measured(url: str) -> dict[str, int]:
    """Bytes by page, the start page first, as one visit fetches them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium",
                                             args=["--no-sandbox"])
        page = browser.new_context(base_url=url).new_page()
        came: list[float] = []
        network = page.context.new_cdp_session(page)
        network.on("Network.loadingFinished", lambda done: came.append(done["encodedDataLength"]))
        network.send("Network.enable")
        page.goto("/kiosk/", wait_until="networkidle")
        weights = {"/kiosk/": sum(came)}
        Person(page).enter(HOA.code)
        for path in PAGES:
            came.clear()
            page.goto(path, wait_until="networkidle" if "pay" not in path else "load")
            weights[path] = sum(came)
        browser.close()
    return {path: int(weight) for path, weight in weights.items()}
