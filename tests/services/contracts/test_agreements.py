"""The contract on paper: PDF/A with its letters, what is empty is named, the company's own text."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import subprocess

import pytest
from PIL import Image
from pypdf import PdfReader

from db import agreements as agreement_records
from services.contracts import agreement_template, agreements
from services.contracts.errors import DraftChanged, SealUnavailable
from tests import contracts, officers
from tests.contracts import drafted
from tests.villagers import NOON

EVERY_LETTER = ("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
                "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ")
SAID = {"contract_no": "HD-482915", "signed_on": "2026-11-24", "kind": "new",
        "name": "Nguyễn Thị Hoa", "id_number": "019180000017", "birth_date": "1980-02-03",
        "address": "Xóm Nà Mòn", "phone": "0912000017", "commune": "Xã Định Hóa",
        "purpose": "household", "households": 1, "customer_code": "", "meter_point": "",
        "supply_days": 7,
        "tiers": [{"number": 1, "first": 1, "upto": 50, "price": 1984},
                  {"number": 2, "first": 51, "upto": None, "price": 2050}]}


@pytest.fixture(scope="module")
def form():
    return agreement_template.read("templates/contract")


def text_of(pdf, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    return " ".join(subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True,
                                   check=True).stdout.split())


def test_it_is_pdf_a_3a_and_every_font_is_inside(form, tmp_path):
    pdf = agreement_template.pdf(form, SAID, NOON)
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in pdf
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True,
                           check=True).stdout.splitlines()[2:]
    assert fonts and all(re.search(r" yes yes yes +\d+ +0$", line) for line in fonts)
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/OutputIntents"]


def test_every_vietnamese_letter_comes_out_again(form, tmp_path):
    said = SAID | {"address": " ".join(EVERY_LETTER)}
    text = text_of(agreement_template.pdf(form, said, NOON), tmp_path)
    assert [letter for letter in EVERY_LETTER if letter not in text] == []
    assert "Nguyễn Thị Hoa" in text and "HỢP ĐỒNG MUA BÁN ĐIỆN" in text and "1.984" in text


def test_what_a_customer_is_called_is_no_command(form, tmp_path):
    said = SAID | {"name": "#panic() $x$ *đậm* _nghiêng_ <x> @y"}
    assert "#panic() $x$ *đậm* _nghiêng_ <x> @y" in text_of(
        agreement_template.pdf(form, said, NOON), tmp_path)


@pytest.mark.parametrize("field", ["name", "id_number", "birth_date", "address", "commune"])
def test_an_empty_field_is_named(form, field):
    assert agreement_template.missing(form, SAID | {field: ""}) == [form.words["required"][field]]


@pytest.mark.parametrize("purpose", ["household", "production", "business", "public"])
@pytest.mark.parametrize("kind", ["new", "holder", "resign", "purpose", "households"])
def test_every_kind_and_purpose_has_its_words(form, kind, purpose, tmp_path):
    said = SAID | {"kind": kind, "purpose": purpose, "households": 4, "phone": "",
                   "customer_code": "PA04DH0000017", "meter_point": "PA04DH0000017001"}
    text = text_of(agreement_template.pdf(form, said, NOON), tmp_path)
    assert kind not in text and f"mục đích {purpose}" not in text
    assert "PA04DH0000017001" in text and "không có" in text


def test_the_pages_are_counted_and_shown_at_reading_size(form):
    pages = agreement_template.pictures(form, SAID)
    assert len(pages) == agreement_template.page_count(agreement_template.pdf(form, SAID,
                                                                              NOON)) == 3
    assert Image.open(io.BytesIO(pages[0])).size == (909, 1286)


def test_the_companys_own_template_takes_the_place_of_ours(app, here, settings, vault, tmp_path):
    officers.hire()
    own = tmp_path / "contract"
    shutil.copytree("templates/contract", own)
    text = (own / "agreement.typ").read_text().replace("HỢP ĐỒNG MUA BÁN ĐIỆN", "HỢP ĐỒNG KHÁC")
    (own / "agreement.typ").write_text(text)
    words = (own / "agreement.json").read_text().replace("QD-SH 2026.11", "PCTN-2027")
    (own / "agreement.json").write_text(words)
    ticket, _digest = drafted(here._replace(settings=dataclasses.replace(
        settings, contract_templates=str(own))))
    found = agreement_records.current(ticket)
    assert found.template.startswith("PCTN-2027 (")
    assert "HỢP ĐỒNG KHÁC" in text_of(agreements.read(found, settings, vault), tmp_path)
    with pytest.raises(DraftChanged):  # the pictures would be of another template
        agreements.page_pictures(found, settings, vault)


def test_a_new_draft_takes_the_place_and_the_file_of_the_old(app, here, settings, vault):
    officers.hire()
    ticket, first = drafted(here)
    agreements.draft(contracts.opened(ticket), here._replace(now=NOON + 86_400_000))
    found = agreement_records.current(ticket)
    assert (found.number, found.digest != first) == (2, True)
    old = agreement_records.Agreement.get(number=1)
    assert (old.state, old.live) == ("void", None)
    with pytest.raises(OSError, match="No such file"):
        agreements.read(old, settings, vault)


@pytest.mark.parametrize(("name", "text"), [
    ("agreement.typ", "#panic()"), ("agreement.json", "{"), ("agreement.json", "{}"),
    ("agreement.json", '{"version":"1","seller":{"name":"x"},"required":{},"consents":[]}')])
def test_a_template_that_cannot_be_used_is_told(app, here, settings, tmp_path, name, text):
    officers.hire()
    own = tmp_path / "contract"
    shutil.copytree("templates/contract", own)
    (own / name).write_text(text)
    with pytest.raises(SealUnavailable, match="template"):
        drafted(here._replace(settings=dataclasses.replace(
        settings, contract_templates=str(own))))


def test_a_folder_that_cannot_be_written_is_told(app, here, settings, tmp_path):
    officers.hire()
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SealUnavailable, match="storage"):
        drafted(here._replace(settings=dataclasses.replace(
            settings, files_dir=str(tmp_path / "file"))))
