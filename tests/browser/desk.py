"""An officer's screens: how wide they are, how one signs in, what must not stand in the way."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.officers import PASSWORD

OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
# Each walk at both widths and on both databases; how wide a screen is changes no row.
at_both_widths = pytest.mark.parametrize(
    ("database_kind", "size"), [("sqlite", OFFICE), ("postgresql", PHONE)],
    ids=["sqlite-office", "postgresql-phone"])


def sign_in(page: Page, name: str = "canbo") -> Page:
    """Name and password at the door; the page after it."""
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    return page


def check(page: Page) -> None:
    """No barrier that axe knows, and nothing to scroll sideways for."""
    # A click waits until the next page begins, not until all of it is there.
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
