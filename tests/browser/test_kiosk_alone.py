"""When nobody is there any more, and when the link is gone: a real Chromium, short patience."""

from __future__ import annotations

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from db import connection
from db.kiosks import KioskSession
from tests.browser.kiosk import FAULTS, Person
from tests.conftest import Server
from tests.villagers import HOA

pytestmark = pytest.mark.browser

IDLE_S, WARN_S = 2, 3


@pytest.fixture(scope="module")
def kiosk(sqlite_template, tmp_path_factory):
    """The real server with little patience; the screen's work, so one database will do."""
    path = tmp_path_factory.mktemp("alone") / "quaydien.db"
    shutil.copy(sqlite_template, path)
    connection.init(f"sqlite:///{path}")
    server = Server(f"sqlite:///{path}", KIOSK_IDLE_S=str(IDLE_S), KIOSK_WARN_S=str(WARN_S),
                    KIOSK_PAY_IDLE_S=str(IDLE_S))
    yield server
    server.stop()
    connection.database.close()


@pytest.fixture
def person(chromium, kiosk):
    """Somebody in front of a kiosk that nobody else uses."""
    KioskSession.delete().execute()
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=kiosk.url)
    yield Person(context.new_page())
    context.close()


@pytest.fixture
def patient(chromium, sqlite_template, tmp_path):
    """Somebody whose kiosk waits as long as usual."""
    path = tmp_path / "quaydien.db"
    shutil.copy(sqlite_template, path)
    server = Server(f"sqlite:///{path}")
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=server.url)
    yield Person(context.new_page())
    context.close()
    server.stop()


def rows() -> int:
    return KioskSession.select().where(KioskSession.data.contains(HOA.code)).count()


def test_nobody_answers_and_the_machine_forgets(person) -> None:
    page = person.page
    page.goto("/kiosk/")
    person.touch("link", "Xem tiền điện")
    expect(page.get_by_label("Mã khách hàng")).to_be_focused()
    page.keyboard.type(HOA.code)
    page.keyboard.press("Enter")
    expect(page.get_by_text("546.108 đ")).to_be_visible()
    assert rows() == 1
    question = page.get_by_role("dialog", name="Bác còn ở đây không?")
    expect(question).to_be_visible()
    expect(page.locator("#idle-left")).to_have_text("1")
    expect(page.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible(timeout=30_000)
    assert rows() == 0
    assert HOA.code not in page.content() and "546.108" not in page.content()
    page.go_back()
    page.wait_for_load_state()
    assert "546.108" not in page.content() and "N***" not in page.content()
    page.goto("/kiosk/bills")
    assert page.url.endswith("/kiosk/customer")


def test_the_question_is_large_and_without_barriers(person) -> None:
    page = person.page
    page.goto("/kiosk/customer")
    page.get_by_role("dialog").wait_for()
    button = page.get_by_role("button", name="Tôi vẫn ở đây")
    expect(button).to_be_focused()
    box = button.bounding_box()
    assert box["height"] >= 88 and box["width"] >= 88
    answer = Axe().run(page, options={"rules": {"color-contrast-enhanced": {"enabled": True}}})
    assert answer.response["violations"] == []


def test_who_is_still_there_says_so_and_goes_on(person) -> None:
    page = person.page
    person.enter(HOA.code)
    page.get_by_role("button", name="Tôi vẫn ở đây").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("546.108 đ")).to_be_visible()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    person.touch("link", "Trả tiền")
    expect(page.get_by_alt_text("Mã QR trả tiền")).to_be_visible()


def test_who_goes_on_typing_is_not_asked(person) -> None:
    page = person.page
    page.clock.install()
    page.goto("/kiosk/customer")
    for _ in range(6):
        page.keyboard.type("1")
        page.clock.run_for(IDLE_S * 700)
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("Mã khách hàng")).to_have_value("111111")
    page.clock.run_for(IDLE_S * 700)
    expect(page.get_by_role("dialog")).to_be_visible()


def test_polling_for_the_payment_is_no_sign_of_a_person(person) -> None:
    page = person.page
    person.enter(HOA.code)
    person.touch("link", "Trả tiền")
    with page.expect_response("**/state?shown=*"):
        page.locator("#idle").get_by_text("Bác còn ở đây không?").wait_for()
    expect(page.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible(timeout=30_000)
    assert rows() == 0


def test_a_look_left_behind_is_put_back_without_a_question(person) -> None:
    page = person.page
    page.goto("/kiosk/")
    person.touch("button", "Nền đen")
    expect(page.locator("html")).to_have_class("dark")
    expect(page.locator("html")).not_to_have_class("dark", timeout=30_000)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_end_button_forgets_at_once_and_back_shows_nothing(person) -> None:
    page = person.page
    person.enter(HOA.code)
    person.touch("button", "Kết thúc")
    expect(page.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible()
    assert rows() == 0
    page.go_back()
    page.wait_for_load_state()
    assert "546.108" not in page.content()


def test_a_lost_link_shows_the_banner_keeps_the_input_and_tries_again(patient) -> None:
    page = patient.page
    page.goto("/kiosk/customer")
    page.keyboard.type(HOA.code)
    page.context.set_offline(True)
    banner = page.get_by_role("alert").filter(has_text="Mất mạng. Bác chờ một lát.")
    expect(banner).to_be_visible(timeout=30_000)
    patient.touch("button", "Tiếp tục")
    expect(page.get_by_label("Mã khách hàng")).to_have_value(HOA.code)
    assert [fault for fault in page.evaluate(FAULTS) if "scrolls" in fault] == []
    page.context.set_offline(False)
    expect(page.get_by_text("546.108 đ")).to_be_visible(timeout=30_000)
    expect(banner).to_be_hidden()


@pytest.mark.parametrize(("answer", "words"), [
    (lambda route: route.abort("connectionrefused"), "Mất mạng. Bác chờ một lát."),
    (lambda route: None, "Mất mạng. Bác chờ một lát."),  # after eight seconds
    (lambda route: route.fulfill(status=503, body=""), "Máy đang bận. Bác chờ một lát."),
], ids=["refused", "hanging", "busy"])
def test_a_server_that_gives_no_page_is_told_and_the_press_is_repeated(
        patient, answer, words) -> None:
    page = patient.page
    page.goto("/kiosk/customer")
    page.keyboard.type(HOA.code)
    page.route("**/kiosk/customer", answer)
    page.keyboard.press("Enter")
    expect(page.get_by_text(words)).to_be_visible(timeout=30_000)
    page.unroute("**/kiosk/customer")
    expect(page.get_by_text("546.108 đ")).to_be_visible(timeout=30_000)


def test_the_end_empties_the_page_even_without_a_link(patient) -> None:
    page = patient.page
    patient.enter(HOA.code)
    page.context.set_offline(True)
    patient.touch("button", "Kết thúc")
    expect(page.get_by_text("546.108 đ")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible(timeout=30_000)


def test_a_form_of_an_ended_visit_leads_back_kindly(patient) -> None:
    page = patient.page
    patient.enter(HOA.code)
    page.context.clear_cookies()
    patient.touch("button", "Gọi cán bộ")
    expect(page.get_by_role("heading", name="Lỗi: Trang này để lâu quá rồi.")).to_be_visible()
    patient.touch("link", "Về trang đầu")
    expect(page.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible()


def test_without_scripts_the_page_leaves_by_itself(chromium, kiosk) -> None:
    context = chromium.new_context(base_url=kiosk.url, java_script_enabled=False)
    person = Person(context.new_page())
    person.enter(HOA.code)
    expect(person.page.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible(
        timeout=30_000)
    assert rows() == 0
    context.close()
