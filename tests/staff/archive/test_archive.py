"""Lưu trữ on screen: scans in, stray pages given away, typed twice, compared, placed."""

from __future__ import annotations

import io
import re

import pypdf
import pytest

from db.archive import archive_entries, archive_scans
from db.connection import run, write
from db.officers import Officer
from services import sealed_files
from services.archive import forms, pages, scanning
from tests import officers, photographs, scans
from tests.officers import CANBO, HANH, VO, Person
from tests.scans import READING, paper, pdf, sheet
from tests.staff.conftest import english, text
from tests.villagers import HOA, NOON

THU = Person("thu", "officer")


@pytest.fixture
def hoa(app, settings, vault) -> int:
    """Hoa's old contract, scanned."""
    return scans.scanned(settings, vault)


@pytest.fixture
def thu(sign_in):
    """The browser of a third officer."""
    write(lambda: Officer.create(name=THU.name, role=THU.role, communes="all",
                                 password_hash=officers.hashed(), created_at=NOON))
    return sign_in(THU)


def hand_in(browser, *files: tuple[str, bytes]):
    return browser.post("/staff/archive/scan", content_type="multipart/form-data",
                        data={"scan": [(io.BytesIO(data), name) for name, data in files]})


def read(settings, vault) -> None:
    scanning.work(sealed_files.of(settings, vault), NOON)


def test_progress_by_office(canbo, hoa) -> None:
    page = canbo.get("/staff/archive")
    assert "Đã số hóa 0 % hợp đồng ký trước 01/01/2019: 0 hợp đồng" in text(page)
    assert "Định Hóa 0 % 1 1 0 0 0 0" in text(page) and "<progress" in page.text
    assert 'href="/staff/archive" aria-current="page"' in page.text


def test_an_officer_sees_the_contracts_of_the_own_communes(sign_in, hoa) -> None:
    assert "0417/HĐ" in text(sign_in(HANH).get("/staff/archive/contracts?office=PA04DH"))
    vo = sign_in(VO)
    assert "Chưa có hợp đồng giấy nào" in text(vo.get("/staff/archive"))
    assert "0417" not in text(vo.get("/staff/archive/contracts"))
    for path in ("", "/type", "/compare", "/commune"):
        assert vo.get(f"/staff/archive/{hoa}{path}").status_code == 404
    page = archive_scans.scan_of(hoa)[0].id
    assert vo.get(f"/staff/archive/scans/{page}").status_code == 404


def test_a_number_leads_to_its_contract(canbo, hoa) -> None:
    answer = canbo.post("/staff/archive/contracts", data={"number": "0417 hđ"})
    assert answer.status_code == 303 and answer.location.endswith(f"/archive/{hoa}")
    wrong = canbo.post("/staff/archive/contracts", data={"number": "không có"})
    assert wrong.status_code == 404 and "Lỗi: Không có hợp đồng nào mang số này" in text(wrong)


def test_files_are_taken_one_by_one_and_read_by_the_worker(canbo, settings, vault) -> None:
    hoa = scans.entry()
    stack = pdf(paper("lạc"), sheet("0417/HĐ"), paper())
    answer = hand_in(canbo, ("a.pdf", stack), ("b.pdf", b""), ("c.png", photographs.png(9, 9)))
    assert answer.status_code == 422
    assert "Lỗi: b.pdf: Tệp trống." in text(answer) and "Lỗi: c.png: Chỉ đọc được" in text(answer)
    assert "Đang đọc: 0 trong 3 trang" in text(answer) and "every 3s" in answer.text
    read(settings, vault)
    fragment = canbo.get("/staff/archive/scan", headers={"HX-Request": "true"})
    assert "1 hợp đồng 1 trang chưa rõ" in text(fragment)
    assert "every 3s" not in fragment.text and "<html" not in fragment.text
    assert scans.state(hoa) == "scanned"
    assert hand_in(canbo).status_code == 422
    assert hand_in(canbo, ("a.pdf", stack)).status_code == 303


def test_a_scan_may_be_larger_than_other_forms(canbo, client) -> None:
    large = ("x.pdf", b"%PDF-1.4" + bytes(2_000_000))
    assert "Lỗi: x.pdf: Tệp bị hỏng." in text(hand_in(canbo, large))
    assert hand_in(client, large).status_code in (303, 413)


def test_stray_pages_are_given_away_or_dropped(canbo, settings, vault) -> None:
    hoa = scans.entry()
    scans.hand_in(settings, vault, "chong.pdf", pdf(sheet("9/9"), paper(), paper("2")))
    page = canbo.get("/staff/archive/unplaced")
    assert "Không có hợp đồng nào mang số này: 99" in text(page)
    ids = re.findall(r'name="page" value="(\w+)"', page.text)
    wrong = canbo.post("/staff/archive/unplaced", data={"page": ids, "number": "8/8"})
    assert wrong.status_code == 422 and 'value="8/8"' in wrong.text
    answer = canbo.post("/staff/archive/unplaced", data={"page": ids[:1], "number": "0417/HĐ"})
    assert answer.status_code == 303 and scans.state(hoa) == "scanned"
    late = canbo.post("/staff/archive/unplaced", data={"page": ids, "number": "0417/HĐ"})
    assert late.status_code == 409 and "vừa được người khác xử lý" in text(late)
    canbo.post("/staff/archive/unplaced", data={"page": ids[1:], "discard": "1"})
    assert "Không còn trang nào chưa rõ" in text(canbo.get("/staff/archive/unplaced"))


def test_the_second_sees_nothing_of_the_first(canbo, sign_in, hoa) -> None:
    answer = canbo.post(f"/staff/archive/{hoa}/type", data=READING)
    assert answer.location.endswith("/staff/archive/work?saved=typed")
    assert "người thứ hai" in text(canbo.get(answer.location))
    again = canbo.get(f"/staff/archive/{hoa}/type")
    assert again.status_code == 409 and "Bạn đã nhập hợp đồng này" in text(again)
    hanh = sign_in(HANH)
    form = hanh.get(f"/staff/archive/{hoa}/type").text
    for value in ("Xóm Nà Mao", "090", "canbo", "Nguyễn"):
        assert value not in form
    answer = hanh.post(f"/staff/archive/{hoa}/type", data=READING)
    assert "Hai lần nhập khớp" in text(hanh.get(answer.location))


def test_a_wrong_field_is_named_and_the_form_stays(canbo, hoa) -> None:
    answer = canbo.post(f"/staff/archive/{hoa}/type", data=READING | {"signed_on": "31/2/2016"})
    assert answer.status_code == 422 and "Lỗi: Ngày ký phải là ngày như" in text(answer)
    assert 'value="Xóm Nà Mao"' in answer.text and 'value="31/2/2016"' in answer.text


def test_the_slower_of_two_is_told_and_may_save_as_the_second(canbo, hoa, vault) -> None:
    scans.typed(hoa, vault, HANH)
    scans.typed(hoa, vault, THU)
    answer = canbo.post(f"/staff/archive/{hoa}/type", data=READING)
    assert answer.status_code == 409 and "vừa được người khác làm xong" in text(answer)


def test_different_readings_are_decided_by_a_third(canbo, thu, hoa, vault) -> None:
    scans.typed(hoa, vault, HANH)
    scans.typed(hoa, vault, CANBO, name="Nguyễn Thị Hoe", purpose="business")
    assert canbo.get(f"/staff/archive/{hoa}/compare").status_code == 409
    assert "bạn đã nhập, chờ người khác" in text(canbo.get("/staff/archive/work"))
    page = thu.get(f"/staff/archive/{hoa}/compare")
    assert "Lần 1: Nguyễn Thị Hoà Lần 2: Nguyễn Thị Hoe" in text(page)
    assert "Theo danh sách: Nguyễn Thị Hoa" in text(page)
    wrong = thu.post(f"/staff/archive/{hoa}/compare", data={"pick_name": "1"})
    assert wrong.status_code == 422 and "Lỗi: Mục đích dùng điện" in text(wrong)
    answer = thu.post(f"/staff/archive/{hoa}/compare", data={
        "pick_name": "1", "pick_purpose": "other", "purpose": "household"})
    assert answer.status_code == 303
    assert scans.agreed(hoa, vault).purpose == "household"
    late = thu.post(f"/staff/archive/{hoa}/compare", data={"pick_name": "1", "pick_purpose": "1"})
    assert late.status_code == 409


def test_the_commune_is_confirmed_and_the_customer_shows_the_scan(canbo, hoa, vault) -> None:
    write(lambda: run("UPDATE customer SET contract_medium = 'paper' WHERE code = ?", HOA.code))
    for who in (HANH, CANBO):
        scans.typed(hoa, vault, who)
    page = canbo.get(f"/staff/archive/{hoa}/commune")
    assert "Xã Bảo Linh, Huyện Định Hóa → Xã Định Hóa" in text(page)
    assert canbo.post(f"/staff/archive/{hoa}/commune", data={}).status_code == 422
    code = re.search(r'name="commune" value="(\d+)" checked', page.text)[1]
    answer = canbo.post(f"/staff/archive/{hoa}/commune", data={"commune": code})
    assert "Hợp đồng đã xong" in text(canbo.get(answer.location))
    contract = canbo.get(f"/staff/archive/{hoa}")
    assert "090*****3456" in text(contract) and "Khác danh sách" in text(contract)
    word = re.search(r"/staff/customers/([\w-]+)", contract.text)[1]
    customer = canbo.get(f"/staff/customers/{word}")
    assert "Hợp đồng giấy đã số hóa Xem bản quét hợp đồng 0417/HĐ" in text(customer)
    again = re.search(r'href="(/staff/requests/new\?customer=[^"]+)">Ký lại', customer.text)[1]
    assert '<option value="resign" selected>' in canbo.get(again).text


def test_a_commune_may_be_chosen_from_the_whole_list(canbo, hoa, vault) -> None:
    for who in (HANH, CANBO):
        scans.typed(hoa, vault, who, old_commune="Zzzz")
    page = canbo.get(f"/staff/archive/{hoa}/commune")
    assert "Không tìm thấy tên này" in text(page)
    canbo.post(f"/staff/archive/{hoa}/commune", data={"other": "01840"})
    assert scans.state(hoa) == "done"


def test_a_page_or_the_whole_scan_is_taken_back(canbo, hoa) -> None:
    first, second = archive_scans.scan_of(hoa)
    assert canbo.post(f"/staff/archive/{hoa}/pages/{second.id}/out").status_code == 303
    last = canbo.post(f"/staff/archive/{hoa}/pages/{first.id}/out")
    assert last.status_code == 422 and "trang duy nhất" in text(last)
    assert canbo.post(f"/staff/archive/{hoa}/rescan").status_code == 303
    assert canbo.post(f"/staff/archive/{hoa}/rescan").status_code == 409
    assert "In tờ phân cách" in text(canbo.get(f"/staff/archive/{hoa}"))


def test_only_who_leads_has_an_agreed_contract_typed_anew(canbo, hoa, vault) -> None:
    for who in (HANH, CANBO):
        scans.typed(hoa, vault, who)
    assert "Nhập lại từ đầu" not in text(canbo.get(f"/staff/archive/{hoa}"))
    answer = canbo.post(f"/staff/archive/{hoa}/anew")
    assert answer.status_code == 409 and "Chỉ giám sát được mở lại" in text(answer)


def test_separators_are_printed_for_an_office_or_one_contract(canbo, app) -> None:
    one = scans.entry()
    scans.entry("2/2017")
    for data, count in (({"office": "PA04DH"}, 2), ({"entry": one}, 1)):
        made = canbo.post("/staff/archive/separators", data=data)
        assert made.mimetype == "application/pdf"
        assert len(pypdf.PdfReader(io.BytesIO(made.data)).pages) == count
    assert canbo.post("/staff/archive/separators", data={"office": "PA04VN"}).status_code == 404


def test_a_page_is_a_download_that_nothing_keeps(canbo, hoa) -> None:
    page = canbo.get(f"/staff/archive/scans/{archive_scans.scan_of(hoa)[0].id}")
    assert page.mimetype == "image/jpeg" and page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert canbo.get("/staff/archive/scans/" + "0" * 32).status_code == 404


@pytest.mark.parametrize("path", [
    "9" * 30, "9" * 30 + "/type", "0", "0/commune", "scans/..%2f..", "0/nothing"])
def test_what_is_not_there_is_told_so(canbo, path) -> None:
    assert canbo.get(f"/staff/archive/{path}").status_code == 404


def test_an_office_that_is_none_asks_for_all(canbo, hoa) -> None:
    assert "0417/HĐ" in text(canbo.get("/staff/archive/contracts?office=%00'--&state=x"))
    assert canbo.post("/staff/archive/separators", data={"office": "\0"}).status_code == 404


def test_no_english_on_the_pages_and_a_word_for_every_key(canbo, app, hoa, settings, vault) -> None:
    scans.hand_in(settings, vault, "chong.pdf", pdf(sheet("9/9"), paper()))
    for path in ("", "/contracts", "/scan", "/unplaced", "/work", f"/{hoa}", f"/{hoa}/type"):
        assert english(canbo.get(f"/staff/archive{path}")) == []
    words = app.jinja_env.get_template("staff/archive/_words.html").module
    assert set(words.STATE) == set(words.TAG) == set(archive_entries.STATES)
    assert tuple(words.FIELD) == forms.FIELDS
    assert {group.reason for group in pages.unplaced(officers.at_desk(CANBO))} <= set(words.WHY)
