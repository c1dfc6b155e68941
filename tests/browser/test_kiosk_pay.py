"""The other ways to pay in a real Chromium: they fit, they can be hit, and work without scripts."""

from __future__ import annotations

import dataclasses
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from config import Settings
from db import connection, partners
from db.connection import write
from services import clock
from tests.browser.kiosk import FAULTS, SIZES, Person
from tests.browser.test_kiosk_looks import AXE
from tests.conftest import ENVIRON, Server
from tests.partners.test_promotions import offer
from tests.standins import accounts

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def machines():
    with accounts.running() as running:
        yield running


@pytest.fixture(scope="module")
def kiosk(machines, sqlite_template, tmp_path_factory):
    """The real server with our accounts at the wallets, and a promotion with long words."""
    url = f"sqlite:///{tmp_path_factory.mktemp('pay') / 'quaydien.db'}"
    shutil.copy(sqlite_template, url.removeprefix("sqlite:///"))
    connection.init(url)
    write(partners.add_known)
    today = clock.local_day(clock.now_ms())
    for number, channel in enumerate(("momo", "viettel", "vietcombank")):
        offer(id=f"P{number}", channel=channel, starts_on=today, ends_on=today,
              source="Thỏa thuận với Vietcombank 20/11/2026 (minh họa)")
    connection.database.close()
    plain = Settings.load({**ENVIRON, "DATABASE_URL": url})
    ours = machines.settings(plain)
    changed = {field.name.upper(): getattr(ours, field.name) for field in dataclasses.fields(ours)
               if getattr(ours, field.name) != getattr(plain, field.name)}
    server = Server(url, LIMITS="off", **changed)
    yield server
    server.stop()


@pytest.fixture
def stand(chromium, kiosk):
    """Call with a size to stand before the kiosk."""
    contexts = []

    def standing(size: str, **more) -> Person:
        width, height = SIZES[size]
        contexts.append(chromium.new_context(
            viewport={"width": width, "height": height}, base_url=kiosk.url,
            reduced_motion="reduce", **more))
        return Person(contexts[-1].new_page())
    yield standing
    for context in contexts:
        context.close()


def screens(person: Person, machines):
    """Each screen of paying another way; yields its name."""
    person.enter("PA04DH0000017")
    person.page.goto("/kiosk/pay/202610-1")
    yield "pay"
    person.page.get_by_role("link", name="Cách trả khác").click()
    person.see(".otherwise")
    yield "ways"
    machines.zalopay.fault = "error"
    person.touch("button", "ZaloPay")
    person.see(".summary")
    yield "no answer"
    machines.zalopay.fault = ""
    person.touch("button", "VNPAY")
    person.see(".code img")
    yield "wallet"


@pytest.mark.parametrize("looks", [(), ("big",)], ids=["usual", "big"])
@pytest.mark.parametrize("size", SIZES)
def test_each_screen_fits_and_can_be_hit(stand, machines, size: str, looks: tuple) -> None:
    person = stand(size)
    person.begin(*looks)
    found = {name: person.page.evaluate(FAULTS) for name in screens(person, machines)}
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert len(found) == 4


def test_axe_finds_no_barrier(stand, machines) -> None:
    person, axe = stand("landscape"), Axe()
    person.begin()
    found = {name: [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in
                    axe.run(person.page, options=AXE).response["violations"]]
             for name in screens(person, machines)}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_without_scripts_a_wallet_is_chosen_and_its_code_shown(stand) -> None:
    person = stand("landscape", java_script_enabled=False)
    page = person.page
    page.goto("/kiosk/customer")
    page.locator("#code").fill("PA04PY0000041")
    page.get_by_role("button", name="Tiếp tục").click()
    page.goto("/kiosk/pay/202610-1")
    page.get_by_role("link", name="Cách trả khác").click()
    page.get_by_role("button", name="MoMo").click()
    expect(page.get_by_alt_text("Mã QR trả tiền qua MoMo")).to_be_visible()
    expect(page.get_by_role("link", name="Xem đã trả chưa")).to_be_visible()
