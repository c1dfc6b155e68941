"""Long lists on an officer's phone: each line a card, each figure with its name."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.desk import PHONE, check, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """The screen's work, so one database will do."""
    path = tmp_path / "quaydien.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


def test_a_list_on_a_phone_is_read_without_scrolling_sideways(open_page) -> None:
    page = sign_in(open_page(PHONE))
    page.get_by_role("link", name="Tiếng nói").click()
    expect(page.get_by_role("heading", name="Tiếng nói của màn hình")).to_be_visible()
    check(page)
    named = page.locator("[data-label='Giọng máy']").first
    expect(named).to_be_visible()
    before = named.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert before == '"Giọng máy: "'
