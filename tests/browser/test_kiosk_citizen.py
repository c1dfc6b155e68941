"""The citizen card before the kiosk's reader or camera: a real Chromium."""

from __future__ import annotations

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from db import connection
from db.contracts import ContractRequest
from services import clock
from services.privacy import Vault
from tests.browser.kiosk import FAULTS, SIZES, Person
from tests.browser.test_kiosk_ways_in import CAMERA, film
from tests.conftest import ENVIRON, Server
from tests.villagers import PAO

pytestmark = pytest.mark.browser

NUMBER = "019068001234"
CARD = f"{NUMBER}||Lý Văn Páo|01011968|Nam|Xóm 3, Phổ Yên, Thái Nguyên|02032021"


@pytest.fixture(scope="module")
def kiosk(sqlite_template, tmp_path_factory):
    """The real server; Páo has no phone, and signed his contract here with his card."""
    path = tmp_path_factory.mktemp("citizen") / "quaydien.db"
    shutil.copy(sqlite_template, path)
    connection.init(f"sqlite:///{path}")
    now = clock.now_ms()
    ContractRequest.create(
        ticket="HD-482915", kind="resign", name=PAO.name, commune_code="05569", meet_when="any",
        channel="desk", created_at=now, stage="signed", signed_at=now, customer_code=PAO.code,
        citizen_hash=Vault(ENVIRON["DATA_KEY"]).keyed_hash(NUMBER, "citizen"))
    server = Server(f"sqlite:///{path}")
    yield server
    server.stop()
    connection.database.close()


@pytest.fixture
def stand(kiosk):
    """Call with flags of Chromium to stand before the kiosk, asked for the second proof."""
    with sync_playwright() as playwright:
        browsers = []

        def standing(*flags: str) -> Person:
            browsers.append(playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", *flags]))
            person = Person(browsers[-1].new_page(
                viewport={"width": 1366, "height": 768}, base_url=kiosk.url))
            person.enter(PAO.code)
            person.page.goto("/kiosk/proof?then=meter")
            return person
        yield standing
        for browser in browsers:
            browser.close()


def test_the_camera_reads_the_card(stand, tmp_path) -> None:
    person = stand(*CAMERA, film(tmp_path, CARD))
    person.touch("link", "Dùng căn cước")
    expect(person.page.get_by_role("heading", name="Chỉ số công tơ")).to_be_visible(timeout=20_000)


def test_a_scanner_types_the_card_where_no_camera_is(stand) -> None:
    person = stand()
    page = person.page
    person.touch("link", "Dùng căn cước")
    expect(page.get_by_text("Máy này không có máy ảnh. Bác dùng máy đọc.")).to_be_visible()
    field = page.get_by_label("Bác đưa căn cước vào máy đọc.")
    expect(field).to_be_focused()
    page.keyboard.type("019068009999")
    page.keyboard.press("Enter")
    person.see(".summary")
    assert Axe().run(page).response["violations"] == []
    assert fitting(page) == {}
    page.get_by_role("link", name="Đưa thẻ lại").click()
    expect(page.get_by_text("Giữ yên. Máy tự đọc.")).to_be_visible()
    assert fitting(page) == {}
    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Chỉ số công tơ")).to_be_visible()
    page.goto("/kiosk/history")  # with the units beside it, a colour alone would not say it
    expect(page.get_by_role("cell", name="Chưa trả")).to_be_visible()
    assert fitting(page) == {}


def fitting(page) -> dict[str, list[str]]:
    """What is wrong with this screen, by size."""
    found = {}
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        found[size] = page.evaluate(FAULTS)
    return {size: faults for size, faults in found.items() if faults}
