"""Files of a scanner: what can be read, what is refused and why; sheets found in any position."""

from __future__ import annotations

import io

import pypdf
import pytest
from PIL import Image

from services.archive import pictures, sheets
from services.bills import qr_images
from services.decoding import marks
from services.errors import InvalidInput
from tests import photographs, scans


def protected() -> bytes:
    writer, out = pypdf.PdfWriter(scans_pdf()), io.BytesIO()
    writer.encrypt("mat-khau")
    writer.write(out)
    return out.getvalue()


def scans_pdf() -> io.BytesIO:
    return io.BytesIO(scans.pdf(scans.paper()))


def shown(data: bytes, number: int = 1) -> Image.Image:
    """What is kept of a page."""
    [page] = pictures.read(data, [number])
    return Image.open(io.BytesIO(page.data))


def huge(kind: str, side: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, kind)
    return out.getvalue()


BAD = {"empty": b"", "kind": photographs.png(20, 20), "broken": b"%PDF-1.7 nothing",
       "locked": protected(), "pixels": huge("TIFF", 14_000),
       "bytes": bytes(pictures.MOST_BYTES + 1),
       "pages": scans.tiff(*[Image.new("1", (1, 1))] * (pictures.MOST_PAGES + 1))}


@pytest.mark.parametrize("reason", BAD)
def test_what_cannot_be_read_is_named(reason) -> None:
    with pytest.raises(InvalidInput, match=f"scan: {reason}"):
        pictures.count(BAD[reason])


@pytest.mark.parametrize(("data", "reason"), [
    (scans.jpeg(scans.paper())[:-3000], "page"), (huge("PDF", 7_000), "pixels")])
def test_a_page_that_cannot_be_drawn_is_told(data, reason) -> None:
    with pytest.raises(InvalidInput, match=f"scan: {reason}"):
        list(pictures.read(data, [1]))


@pytest.mark.parametrize("make", [scans.pdf, scans.tiff])
def test_every_page_is_read_in_its_order(make) -> None:
    data = make(scans.sheet("1/A"), scans.blank(), scans.sheet("2/B"))
    assert pictures.count(data) == 3
    assert [page.code for page in pictures.read(data, [3, 1, 2])] == ["2B", "1A", ""]


def test_a_page_is_made_smaller_and_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    page = Image.new("RGB", (3000, 900), "white")
    page.paste("black", (500, 300, 900, 600))
    assert shown(scans.jpeg(page, exif=exif)).size == (720, 2400)


def test_a_printed_separator_is_found_again() -> None:
    sheet = sheets.Sheet(sheets.key_of("0417/HĐ"), "0417/HĐ", "Nguyễn Thị Hoa", "", "", "", "")
    made = sheets.pdf([sheet, sheet._replace(key="2B", contract_no="2/B")], "Công ty")
    text = pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert "TỜ PHÂN CÁCH" in text and "Nguyễn Thị Hoa" in text and "0417/HĐ" in text
    assert [page.code for page in pictures.read(made, [1, 2])] == ["0417HD", "2B"]


@pytest.mark.parametrize("degrees", [0, 3, -7, 90, 180, 184])
def test_a_separator_is_found_upside_down_and_askew(degrees) -> None:
    page = scans.sheet("0417/HĐ", degrees)
    noise = Image.effect_noise(page.size, 60).convert("RGB")
    assert marks.code_on(Image.blend(page, noise, 0.25)) == "0417HD"


def test_another_qr_code_parts_nothing() -> None:
    page = scans.paper()
    card = qr_images.png("019168001234||NGUYEN THI HOA|17051968|Nu|Dinh Hoa|10052021", 5)
    page.paste(Image.open(io.BytesIO(card)), (200, 200))
    assert marks.code_on(page) == ""


def test_a_blank_page_is_told_from_a_written_one() -> None:
    def noisy(page):
        return Image.blend(page, Image.effect_noise(page.size, 40).convert("RGB"), 0.2)
    assert marks.is_blank(scans.blank()) and marks.is_blank(noisy(scans.blank()))
    pencilled = scans.blank()
    pencilled.paste("#888888", (200, 300, 260, 303))  # one stroke
    assert not marks.is_blank(scans.paper()) and not marks.is_blank(noisy(pencilled))


@pytest.mark.parametrize(("written", "key"), [
    ("123/HĐ-2016", "123HD2016"), (" 123hd2016 ", "123HD2016"), ("№ ///", ""),
    ("đ" * 60, "D" * 40)])
def test_a_number_is_compared_by_its_letters_and_digits(written, key) -> None:
    assert sheets.key_of(written) == key
