"""Bars and QR codes in one picture of a camera."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from services.errors import InvalidInput
from services.kiosks import barcodes
from tests.villagers import HOA


def picture(image: Image.Image, kind: str = "JPEG") -> bytes:
    kept = io.BytesIO()
    image.save(kept, kind)
    return kept.getvalue()


@pytest.mark.parametrize("kind", ["Code128", "Code39", "QRCode", "DataMatrix"])
def test_the_code_of_a_bill_is_read(kind: str) -> None:
    made = zxingcpp.create_barcode(HOA.code, getattr(zxingcpp.BarcodeFormat, kind))
    bars = Image.fromarray(made.to_image(scale=2))
    paper = Image.new("L", (bars.width + 80, bars.height + 80), "white")
    paper.paste(bars, (40, 40))
    assert barcodes.read(picture(paper)) == HOA.code


def test_an_empty_sheet_says_nothing() -> None:
    assert barcodes.read(picture(Image.new("L", (640, 480), "white"))) == ""


@pytest.mark.parametrize("frame", [
    b"", b"\xff\xd8\xff", b"x" * 300_000, picture(Image.new("L", (9, 9)), "PNG"),
    picture(Image.new("L", (2000, 2000))),
])
def test_what_is_no_small_picture_is_refused(frame: bytes) -> None:
    with pytest.raises(InvalidInput):
        barcodes.read(frame)


def test_the_kiosk_answers_a_frame(client) -> None:
    made = zxingcpp.create_barcode(HOA.code, zxingcpp.BarcodeFormat.Code128)
    frame = picture(Image.fromarray(made.to_image(scale=3)))
    answer = client.post("/kiosk/scan", data=frame, content_type="image/jpeg")
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, HOA.code)
    assert answer.mimetype == "text/plain"
    blank = picture(Image.new("L", (640, 480), "white"))
    assert client.post("/kiosk/scan", data=blank, content_type="image/jpeg").status_code == 204
    assert client.post("/kiosk/scan", data=b"x", content_type="image/jpeg").status_code == 400
