"""Pages with a payment code wait for whoever fetches a telephone: a real Chromium, clock moved."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from db import bills as bill_records
from db.kiosks import KioskSession
from services import clock
from tests.browser.kiosk import FAULTS, SIZES, Person
from tests.browser.test_kiosk_looks import AXE
from tests.kiosk.person import pay
from tests.villagers import HOA

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]

IDLE_MS, WARN_MS = 300_000, 20_000
PAGES = ["", "/slip", "/sent", "/ways"]
# Points of the code at which something else lies above it.
COVERED = """() => {
  const code = document.querySelector(".code img"), found = [];
  if (!code) return found;
  const {left, top, width, height} = code.getBoundingClientRect();
  for (let x = 0; x <= 10; x++) for (let y = 0; y <= 10; y++) {
    const [at, down] = [left + 1 + (width - 2) * x / 10, top + 1 + (height - 2) * y / 10];
    if (document.elementFromPoint(at, down) !== code) found.push([at, down]);
  }
  return found;
}"""


def come(person: Person, page: str) -> Page:
    """Hoa stands before a page of her payment; time stands still."""
    person.enter(HOA.code)
    person.page.goto("/kiosk/pay/202610-1")
    person.touch("button", "In phiếu")
    person.see(".slip .ticket")
    if page == "/sent":
        person.page.goto("/kiosk/pay/202610-1/text")
        person.page.locator("#phone").fill("0912000017")
        person.touch("button", "Gửi")
        person.see(".sent .good")
    person.page.clock.install()
    person.page.goto(f"/kiosk/pay/202610-1{page}")
    return person.page


def leave_alone(page: Page, ms: int) -> None:
    """Nobody touches the screen; what is due in between happens once."""
    page.clock.fast_forward(ms)
    page.clock.run_for(500)


@pytest.mark.parametrize("page", PAGES)
def test_five_minutes_then_bell_and_voice_beside_the_code_then_the_start(stand, page) -> None:
    person = stand()
    screen = come(person, page)
    question = screen.locator("#idle")
    leave_alone(screen, IDLE_MS - 2_000)
    expect(question).to_be_hidden()
    with (screen.expect_request("**/sound/bell.wav"),
          screen.expect_request("**/kiosk/speech/leaving")):
        leave_alone(screen, 2_000)
    expect(question.get_by_text("Bác còn ở đây không?")).to_be_visible()
    expect(screen.get_by_role("dialog")).to_have_count(0)
    assert KioskSession.select().where(KioskSession.data.contains(HOA.code)).count() == 1
    leave_alone(screen, WARN_MS)
    expect(screen.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible()
    assert KioskSession.select().where(KioskSession.data.contains(HOA.code)).count() == 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", PAGES)
def test_the_code_is_never_covered_and_nothing_scrolls(stand, page: str, size: str) -> None:
    person = stand()
    screen = come(person, page)
    screen.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    leave_alone(screen, IDLE_MS)
    expect(screen.locator("#idle")).to_be_visible()
    assert screen.evaluate(COVERED) == []
    screen.evaluate("document.getElementById('volume').hidden = false")  # while the voice speaks
    assert screen.evaluate(COVERED) == []
    screen.evaluate("document.getElementById('volume').hidden = true")
    assert screen.evaluate(FAULTS) == []
    screen.evaluate("window.kiosk.lost()")
    assert screen.evaluate(COVERED) == []


def test_the_question_beside_the_code_has_no_barriers(stand) -> None:
    screen = come(stand(), "")
    leave_alone(screen, IDLE_MS)
    expect(screen.locator("#idle")).to_be_visible()
    assert Axe().run(screen, options=AXE).response["violations"] == []


def test_any_touch_beside_the_code_is_an_answer(stand) -> None:
    screen = come(stand(), "")
    leave_alone(screen, IDLE_MS)
    with screen.expect_response("**/kiosk/stay"):
        screen.get_by_alt_text("Mã QR trả tiền").click()
    expect(screen.locator("#idle")).to_be_hidden()
    expect(screen.get_by_role("button", name="Gọi cán bộ")).to_be_visible()
    leave_alone(screen, IDLE_MS - 2_000)
    expect(screen.locator("#idle")).to_be_hidden()
    leave_alone(screen, 2_000)
    screen.get_by_role("button", name="Tôi vẫn ở đây").click()
    expect(screen.locator("#idle")).to_be_hidden()
    leave_alone(screen, IDLE_MS)
    screen.locator("#idle").get_by_role("button", name="Kết thúc").click()
    expect(screen.get_by_role("heading", name="Bác cần làm gì?")).to_be_visible()


def test_whoever_silenced_the_voice_is_not_called(stand) -> None:
    screen = come(stand(), "")
    heard = []
    screen.on("request", lambda request: heard.append(request.url)
              if request.url.endswith((".wav", "/leaving")) else None)
    screen.get_by_role("link", name="Nghe").click()
    screen.get_by_role("button", name="Dừng").click()
    leave_alone(screen, IDLE_MS)
    expect(screen.locator("#idle")).to_be_visible()
    assert heard == []


@pytest.mark.parametrize("page", PAGES)
def test_each_page_hears_of_the_money_even_while_it_asks(stand, page: str) -> None:
    screen = come(stand(), page)
    leave_alone(screen, IDLE_MS)
    pay(bill_records.unpaid(HOA.code)[0], "m-1", clock.now_ms())
    screen.clock.run_for(2_500)
    expect(screen.get_by_role("heading", name="Đã nhận tiền")).to_be_visible()
    leave_alone(screen, 60_000)
    expect(screen.get_by_role("heading", name="Đã nhận tiền")).to_be_visible()
