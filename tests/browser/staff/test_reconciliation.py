"""Đối soát in a real Chromium: the demo's day end is explained break by break."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from db import connection, schema
from services import clock
from services.demo import fill, signin
from tests.browser.desk import OFFICE, PHONE, check, sign_in
from tests.conftest import Server
from tests.officers import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(tmp_path_factory, vault):
    """The demo behind the real server."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    connection.init(url)
    schema.migrate()
    fill.fill(2_000, date(2026, 11, 15), vault, clock.now_ms())
    signin.let_in(PASSWORD, clock.now_ms())
    connection.database.close()
    server = Server(url)
    yield server
    server.stop()


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_a_day_with_breaks_of_each_type_is_reconciled(open_page, size) -> None:
    page = sign_in(open_page(size))
    page.get_by_role("link", name="Đối soát").click()
    expect(page.get_by_role("heading", name="Đối soát")).to_be_visible()
    check(page)
    page.locator('a[href="/staff/reconciliation/agribank/2026-11-14"]').click()
    check(page)
    resolve_all(page)
    check(page)
    page.get_by_role("link", name="Đối soát").last.click()
    page.get_by_role("link", name="Khuyến mãi của đối tác").click()
    expect(page.get_by_role("heading", name="Khuyến mãi của đối tác")).to_be_visible()
    check(page)


def resolve_all(page) -> None:
    """Give each open break a reason, whoever has not been given one before."""
    kinds = page.locator(".wide tbody th").all_inner_texts()
    assert len(set(kinds)) == 10
    while page.locator("form.resolve").count():
        left = page.locator("form.resolve").count()
        page.locator("form.resolve select").first.select_option(label="Đối tác đã sửa danh sách")
        page.locator("form.resolve button").first.click()
        expect(page.locator("form.resolve")).to_have_count(left - 1)
    expect(page.get_by_text("Đã xử lý")).to_have_count(10)
