"""Every screen measured: nothing scrolls, everything can be hit, read and heard."""

from __future__ import annotations

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from db import connection
from db.bills import Bill
from db.einvoices import BillLookup
from db.outages import Outage
from db.places import Place
from services import clock
from tests.browser.kiosk import FAULTS, SIZES, Person
from tests.browser.screens import screens
from tests.conftest import Server
from tests.villagers import HOA

pytestmark = pytest.mark.browser

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa",
                   "best-practice"],
       "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}}


@pytest.fixture(scope="module")
def kiosk(sqlite_template, tmp_path_factory):
    """The real server; its looks do not depend on the database, so SQLite alone will do."""
    path = tmp_path_factory.mktemp("looks") / "quaydien.db"
    shutil.copy(sqlite_template, path)
    connection.init(f"sqlite:///{path}")
    _plan_outages()
    _fill_the_year()
    _take_cash()
    server = Server(f"sqlite:///{path}", LIMITS="off")
    yield server
    server.stop()
    connection.database.close()


def _plan_outages() -> None:
    for day, area in enumerate(["Xóm Nà Mao, xóm Bản Piềng", "Xóm Phú Hội 1, xóm Phú Hội 2, "
                                "khu trung tâm xã", "Xóm Đồng Thịnh", "Xóm Làng Gầy"], 1):
        start = clock.now_ms() + day * clock.DAY
        Outage.create(commune_code="05569", area=area, starts_at=start,
                      ends_at=start + 4 * clock.HOUR, reason="Thay máy biến áp")


def _take_cash() -> None:
    """More places than a page holds, with the longest words there are."""
    for number in range(4):
        Place.create(code=str(number), name="Điểm thu tiền điện, bưu điện văn hóa xã Định Hóa",
                     kind="officer", commune_code="05569", phone="+84 208 300 0569 12",
                     address="Nhà văn hóa xóm Nà Mao, cạnh trường trung học cơ sở, đối diện "
                             "trạm y tế và chợ trung tâm của xã Định Hóa"[:100],
                     hours="7:30–11:30, 13:30–17:00, thứ hai đến bảy")


def _fill_the_year() -> None:
    """Thirteen months of bills for Hoa, as in life: the last is compared with the first. Every
    bill has its e-invoice."""
    bill = Bill.get(Bill.code == HOA.code, Bill.month == 8)
    for month in (*range(1, 8), 10, 11, 12):
        Bill.create(**{**bill.__data__, "id": None, "month": month,
                       "year": 2026 if month < 8 else 2025})
    for bill in Bill.select():
        BillLookup.create(bill=bill, bill_no=bill.bill_no, code="TN7K2M9QX4TB03",
                          url="https://hoadon.dienluc.example/tra-cuu")


@pytest.fixture
def stand(chromium, kiosk):
    """Call with size and language to stand before the kiosk."""
    contexts = []

    def standing(size: str, language: str = "vi") -> Person:
        width, height = SIZES[size]
        contexts.append(chromium.new_context(
            viewport={"width": width, "height": height}, base_url=kiosk.url,
            reduced_motion="reduce"))
        return Person(contexts[-1].new_page(), language)
    yield standing
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_each_screen_fits_and_can_be_hit(stand, size: str, language: str) -> None:
    person = stand(size, language)
    person.begin()
    found = {name: person.page.evaluate(FAULTS) for name in screens(person)}
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert len(found) == 52


@pytest.mark.parametrize(("size", "language"), [*((size, "vi") for size in SIZES), ("small", "en")])
def test_large_text_fits_too(stand, size: str, language: str) -> None:
    person = stand(size, language)
    person.begin("big")
    found = {name: person.page.evaluate(FAULTS) for name in screens(person)}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("language", "looks"), [("vi", ()), ("en", ()), ("vi", ("big", "dark"))])
def test_axe_finds_no_barrier(stand, language: str, looks: tuple) -> None:
    person, axe = stand("landscape", language), Axe()
    person.begin(*looks)
    answers = {name: axe.run(person.page, options=AXE).response for name in screens(person)}
    found = {name: [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in answer["violations"]]
             for name, answer in answers.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}
    for name, answer in answers.items():
        looked_at = {rule["id"] for rule in answer["passes"]}
        assert {"color-contrast-enhanced", "target-size"} <= looked_at, name


def test_one_amber_button_a_screen_at_most(stand) -> None:
    person = stand("landscape")
    person.begin()
    second = person.page.locator("main .main-button, nav .main-button").nth(1)
    for name in screens(person):
        # While htmx puts a page in the place of another, both are there for a moment.
        expect(second, f"a second amber button on {name!r}").to_have_count(0)


def test_a_screen_that_is_measured_wrong_is_noticed(stand) -> None:
    person = stand("landscape")
    person.begin()
    person.page.evaluate("""() => {
      const button = Object.assign(document.createElement('button'), {innerText: 'x'});
      document.querySelector('h1').append(button);
      document.body.append(Object.assign(document.createElement('div'), {className: 'tall'}));
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.tall { height: 900px } h1 button { font-size: 9px }');
      document.adoptedStyleSheets = [sheet];
    }""")
    kinds = {fault.split(":")[0].split(" of")[0] for fault in person.page.evaluate(FAULTS)}
    assert {"scrolls", "small", "text"} <= kinds
