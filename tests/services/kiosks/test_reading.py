"""The contract as text: the words of the PDF, in pages that fit, and as a voice reads them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from db import agreements as agreement_records
from db.connection import fetch_row, run, write
from services import clock
from services.contracts import agreement_template, agreements, requests
from services.contracts.errors import SealUnavailable
from services.errors import TooManyCodes, TooManyLookups, WrongCode
from services.kiosks import reading
from services.kiosks.visits import Visit
from services.limits import rules
from tests import contracts, officers
from tests.officers import audited
from tests.villagers import NOON, PAO

VISIT, OTHER = Visit("v", {}, 0), Visit("w", {}, 0)
PURPOSES = ("household", "production", "business", "public")


@pytest.fixture
def database_kind() -> str:
    return "sqlite"  # nothing here hangs on the engine


def words(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("households", [1, 3])
def test_every_line_that_is_read_stands_in_the_pdf_that_is_signed(settings, purpose, households):
    form = agreement_template.read(settings.contract_templates)
    said = {"contract_no": "HD-482915", "signed_on": "2026-11-15", "kind": "new",
            "name": 'Lý "Páo" #A*b_', "id_number": "019068000041", "birth_date": "1980-02-03",
            "address": "Xóm Nà Mòn", "phone": "", "commune": "Xã Định Hóa", "purpose": purpose,
            "households": households, "customer_code": "", "meter_point": "", "supply_days": 7,
            "tiers": agreements._tiers("2026-11-15")}
    made = agreement_template.pdf(form, said, NOON)
    printed = words("".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages))
    told = agreement_template.transcribe(form, said)
    assert [name for name, _ in told["summary"]] == [
        "Người ký", "Nơi dùng điện", "Dùng điện để", "Giá điện", "Phải trả"]
    assert len(told["clauses"]) == 14
    for clause in told["clauses"]:
        if not clause["title"].startswith("Hợp đồng"):
            assert words(clause["title"]) in printed
        for line in clause["lines"]:
            if not line.startswith("Bậc "):  # rows of the table
                assert words(line) in printed, line


def test_a_template_without_marks_is_signed_but_not_read_at_the_kiosk(settings, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    form = agreement_template.read(settings.contract_templates)
    for name in ("seal.typ", "agreement.json"):
        (folder / name).write_bytes((form.folder / name).read_bytes())
    (folder / "agreement.typ").write_text("Hợp đồng")
    own = agreement_template.read(str(folder))
    assert agreement_template.transcribe(own, {"tiers": []}) == {"summary": [], "clauses": []}
    (folder / "agreement.typ").write_text("#metadata(3) <clause>")
    with pytest.raises(SealUnavailable, match="template"):
        agreement_template.transcribe(own, {"tiers": []})


@given(st.lists(st.text("abcđ ", max_size=900), max_size=12))
def test_no_page_is_higher_than_a_screen_and_no_word_is_lost(lines):
    pages = reading._paginate("Điều 1", lines)
    assert all(reading._height(page.lines) <= reading._LINES for page in pages)
    assert words("".join(line for page in pages for line in page.lines)) == words("".join(lines))


@pytest.mark.parametrize(("written", "heard"), [
    ("Ngày sinh: 03/02/1980", "Ngày sinh: ngày 3 tháng 2 năm 1980"),
    ("1.984 đồng một kWh", "một nghìn chín trăm tám mươi tư đồng một ki lô oát giờ"),
    ("Điện thoại: 0912000017", "Điện thoại: 0 9 1 2 0 0 0 0 1 7"),
    ("số HD-482915", "số H D 4 8 2 9 1 5"), ("Sau 15 ngày.", "Sau 15 ngày.")])
def test_numbers_are_heard_as_people_say_them(written, heard):
    assert reading.spell_out(written) == heard


@pytest.fixture
def ticket(app, here) -> str:
    officers.hire()
    return contracts.drafted(here)[0]


def test_a_code_opens_the_contract_in_the_visit_that_asked_for_it(ticket, vault):
    row = requests.status(ticket)
    reading.send_code(row, VISIT, 0, vault, NOON)
    code = contracts.last_code(vault)
    with pytest.raises(Exception, match="read"):
        reading.prove(row, code, OTHER, vault, NOON)
    reading.prove(row, code, VISIT, vault, NOON)
    assert ("kiosk", "contract.read", ticket, contracts.digest_of(ticket)) in audited()
    with pytest.raises(TooManyCodes):
        reading.send_code(row, VISIT, rules.most("code.visit"), vault, NOON)


def test_the_card_opens_where_there_is_no_phone_and_guesses_end(ticket, here, vault):
    pao = requests.status(contracts.drafted(here, PAO)[0])
    reading.prove(pao, "019068000041", VISIT, vault, NOON)
    for number in range(4):
        with pytest.raises(WrongCode):
            reading.prove(pao, f"01906800000{number}", VISIT, vault, NOON)
    with pytest.raises(TooManyLookups):
        reading.prove(pao, "019068000009", VISIT, vault, NOON)
    reading.prove(pao, "019068000041", VISIT, vault, NOON + clock.DAY)


def test_what_was_drafted_before_texts_were_kept_has_no_pages(ticket, vault):
    write(lambda: run("UPDATE agreement SET clauses_sealed = NULL"))
    assert reading.text(agreement_records.current(ticket), vault).pages == []


def test_a_draft_that_no_longer_fits_is_not_read(ticket):
    assert reading.current(ticket)
    write(lambda: run("UPDATE contract_request SET stage = 'requested'"))
    assert reading.current(ticket) is None


def test_the_text_of_the_contract_lies_sealed(ticket):
    sealed = bytes(fetch_row("SELECT clauses_sealed FROM agreement")[0])
    assert "Nguyễn".encode() not in sealed and "Điều".encode() not in sealed
