"""The demo's phone in a real Chromium: keys, counter, what comes in by itself, small links."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app import create_app
from config import Settings
from db import connection
from db.connection import write
from services import clock
from services.outbox import outbox
from sms.gateways import log
from sms.send import Worker
from tests.villagers import HOA

pytestmark = [pytest.mark.browser, pytest.mark.server]
RECEIPT = {"code": HOA.code, "period": "10/2026", "amount": 546_108,
           "receipt_no": "PA04DH-2026-000001"}


@pytest.fixture
def phone(chromium, server):
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(server.url + "/sms/simulator")
    yield page
    context.close()


def send(phone: Page, text: str) -> None:
    phone.get_by_label("Soạn tin").fill(text)
    phone.get_by_role("button", name="Gửi", exact=True).click()


def test_a_text_is_answered_on_the_screen(phone) -> None:
    send(phone, "td pa04 dh 0000017")
    expect(phone.get_by_label("Các tin nhắn")).to_contain_text("546.108d")


def test_keys_write_as_on_nine_keys_and_the_counter_counts(phone) -> None:
    for key in ("8 tuv", "3 def"):
        phone.get_by_role("button", name=key).click()
    expect(phone.get_by_label("Soạn tin")).to_have_value("TD")
    expect(phone.locator("#count")).to_have_text("158")
    phone.get_by_role("button", name="* xóa").click()
    expect(phone.get_by_label("Soạn tin")).to_have_value("T")
    phone.get_by_label("Soạn tin").fill("tiền điện")
    expect(phone.locator("#count")).to_have_text("61")


def test_what_the_worker_sends_comes_in_by_itself(phone, server) -> None:
    settings = Settings.load(server.environ)
    office = create_app(settings).extensions["office"]
    phone_sealed = office.vault.seal_phone(HOA.phone)
    write(lambda: outbox.queue("receipt", "1", phone_sealed, RECEIPT, clock.now_ms()))
    phone.get_by_label("Soạn tin").fill("half a text")
    Worker(office, [log.Sender(settings)]).drain()
    connection.database.close()
    expect(phone.get_by_label("Các tin nhắn")).to_contain_text("Bien nhan PA04DH-2026-000001",
                                                               timeout=30_000)
    expect(phone.get_by_label("Soạn tin")).to_have_value("half a text")


def test_a_link_opens_a_small_page_with_the_code(phone) -> None:
    send(phone, "QR")
    with phone.expect_popup() as opened:
        phone.get_by_role("link", name="/q/").click()
    page = opened.value
    expect(page.get_by_alt_text("Mã QR trả tiền")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_the_phone_still_texts(chromium, server) -> None:
    context = chromium.new_context(java_script_enabled=False,
                                   viewport={"width": 240, "height": 320})
    page = context.new_page()
    page.goto(server.url + "/sms/simulator")
    send(page, "TD")
    expect(page.get_by_label("Các tin nhắn")).to_contain_text("546.108d")
    context.close()
