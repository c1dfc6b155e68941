"""The archive in a real Chromium: a scan handed in, typed, compared, placed; no barrier for axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from db.connection import write
from db.officers import Officer
from services import sealed_files
from services.archive import scanning
from services.privacy import Vault
from tests import officers, scans
from tests.browser.desk import OFFICE, PHONE, check, sign_in
from tests.conftest import ENVIRON
from tests.officers import CANBO, HANH
from tests.scans import paper, pdf, sheet
from tests.villagers import NOON

pytestmark = pytest.mark.browser
TYPED = {"Số hợp đồng": "0417/HĐ", "Ngày ký": "12/04/2016", "Tên khách hàng": "Nguyễn Thị Hoa",
         "Số căn cước hoặc CMND": "090123456", "Địa chỉ": "Xóm Nà Mao",
         "Xã, phường lúc ký": "Xã Bảo Linh", "Huyện, thành phố lúc ký": "Huyện Định Hóa"}


@pytest.fixture(params=["sqlite"])
def database_kind(request) -> str:
    """The screens are the same on both; services and doors are tested on both."""
    return request.param


@pytest.fixture
def store(office, vault, tmp_path):
    """Where the server keeps its files, and this process as the worker."""
    return sealed_files.SealedFiles(tmp_path / "files", Vault(ENVIRON["DATA_KEY"]))


@pytest.fixture
def hoa(store) -> int:
    """Hoa's old contract, scanned; two pages of the stack belong to nobody."""
    made = scans.entry("0417/HĐ")
    stack = pdf(paper("lạc"), sheet("0417/HĐ", 3), paper(), paper("Trang 2"))
    scanning.hand_in("chong.pdf", stack, "canbo", store, NOON)
    scanning.work(store, NOON)
    return made


def fill(page, **changes: str) -> None:
    for label, value in (TYPED | changes).items():
        page.get_by_label(label).fill(value)
    page.get_by_label("Mục đích dùng điện").select_option("household")
    page.get_by_role("button", name="Lưu", exact=True).click()


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_every_screen_of_the_archive(open_page, hoa, vault, size) -> None:
    page = sign_in(open_page(size))
    page.get_by_role("link", name="Lưu trữ").click()
    expect(page.get_by_role("heading", name="Lưu trữ hợp đồng giấy")).to_be_visible()
    check(page)
    for tab, heading in (("Hợp đồng", "Hợp đồng giấy"), ("Bản quét", "Bản quét"),
                         ("Trang chưa rõ", "Trang chưa rõ thuộc hợp đồng nào"),
                         ("Việc cần làm", "Việc cần làm")):
        page.get_by_role("main").get_by_role("link", name=tab, exact=True).click()
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        check(page)
    page.get_by_role("link", name="Nhập hợp đồng đầu tiên").click()
    expect(page.get_by_role("img", name="Trang 1")).to_have_js_property("naturalWidth", 1654)
    check(page)
    scans.typed(hoa, vault, HANH)
    scans.typed(hoa, vault, officers.Person("thu", "officer"), name="Nguyễn Thị Hoe")
    for path, heading in (("compare", "Đối chiếu hợp đồng 0417/HĐ"), ("", "Hợp đồng 0417/HĐ")):
        page.goto(f"/staff/archive/{hoa}/{path}".rstrip("/"))
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        check(page)


def test_from_the_scan_to_the_commune_without_javascript(open_page, hoa) -> None:
    write(lambda: Officer.create(name="thu", role="officer", communes="all",
                                 password_hash=officers.hashed(), created_at=NOON))
    first = sign_in(open_page(java_script_enabled=False), CANBO.name)
    first.goto(f"/staff/archive/{hoa}/type")
    fill(first)
    expect(first.get_by_role("main").get_by_role("status")).to_contain_text("chờ người thứ hai")
    second = sign_in(open_page(java_script_enabled=False), HANH.name)
    second.goto(f"/staff/archive/{hoa}/type")
    fill(second, **{"Tên khách hàng": "Nguyễn Thị Hoe"})
    expect(second.get_by_role("main").get_by_role("status")).to_contain_text("chờ đối chiếu")
    third = sign_in(open_page(java_script_enabled=False), "thu")
    third.goto("/staff/archive/work")
    third.get_by_role("link", name="0417/HĐ").click()
    third.get_by_role("group", name="Tên khách hàng").get_by_label("Lần 1").check()
    third.get_by_role("button", name="Lưu giá trị đúng").click()
    third.get_by_role("link", name="0417/HĐ").click()
    third.get_by_role("button", name="Xác nhận").click()
    expect(third.get_by_role("main").get_by_role("status")).to_contain_text("Hợp đồng đã xong")
    third.get_by_role("link", name="Tiến độ").click()
    expect(third.get_by_role("row", name="Định Hóa")).to_contain_text("100 %")


def test_a_scan_is_handed_in_and_its_progress_shown(open_page, store, tmp_path) -> None:
    scans.entry("0417/HĐ")
    stack = tmp_path / "stack.pdf"
    stack.write_bytes(pdf(sheet("0417/HĐ", 181), paper()))
    page = sign_in(open_page())
    page.goto("/staff/archive/scan")
    page.get_by_label("Tệp quét").set_input_files(stack)
    page.get_by_role("button", name="Nộp bản quét").click()
    expect(page.get_by_role("row", name="stack.pdf")).to_contain_text("Đang đọc: 0 trong 2 trang")
    scanning.work(store, NOON)  # as the worker does
    expect(page.get_by_role("row", name="stack.pdf")).to_contain_text("1 hợp đồng")
