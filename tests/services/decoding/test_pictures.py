"""Pictures of every kind, good and hostile, as photographs and as scans: read as what they are, or
refused in a word, soon and in little memory."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image, ImageDraw, TiffImagePlugin

from services.archive import pictures
from services.contracts import photos
from services.errors import InvalidInput
from tests import photographs, scans

PAPER, INK = 0.8, 0.1  # of the whole range of values


def kept(data: bytes) -> Image.Image:
    """What is kept of a photograph."""
    return Image.open(io.BytesIO(photos.clean(data)))


def kept_scan(data: bytes) -> Image.Image:
    assert pictures.count(data) == 1
    [page] = pictures.read(data, [1])
    assert not page.blank and not page.code
    return Image.open(io.BytesIO(page.data))


def saved(picture: Image.Image, kind: str, **more) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def page(top: float, mode: str = "I;16", turned: bool = False) -> Image.Image:
    """Ink on paper in values up to `top`; `turned`: 0 is white."""
    paper, ink = (1 - PAPER, 1 - INK) if turned else (PAPER, INK)
    picture = Image.new("F", (300, 200), paper * top)
    picture.paste(ink * top, (60, 50, 240, 80))
    return picture if mode == "F" else picture.convert("I").convert(mode)


def black(picture: Image.Image) -> Image.Image:
    return picture.point(lambda value: 255 * (value > 128)).convert("1")


def is_black_on_white(picture: Image.Image) -> bool:
    grey = picture.convert("L")
    paper, ink = grey.getpixel((150, 150)), grey.getpixel((150, 65))
    return paper > 180 and ink < 60


def tiff(picture: Image.Image, **tags) -> bytes:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    for name, value in tags.items():
        info[int(name[1:])] = value
    return saved(picture, "TIFF", tiffinfo=info)


def white_is_zero(picture: Image.Image) -> bytes:
    """Pillow writes the other way; the tag is the only difference."""
    data = tiff(picture)
    before, after = (struct.pack("<HHIHH", 262, 3, 1, number, 0) for number in (1, 0))
    assert data.count(before) == 1
    return data.replace(before, after)


def big_endian(photometric: int) -> bytes:
    """16-bit grey as another scanner writes it: Pillow writes none such."""
    picture = page(65_535, "I", turned=photometric == 0)
    pixels = b"".join(struct.pack(">H", picture.getpixel((x, y)))
                      for y in range(picture.height) for x in range(picture.width))
    tags = [(256, 3, picture.width << 16), (257, 3, picture.height << 16), (258, 3, 16 << 16),
            (259, 3, 1 << 16), (262, 3, photometric << 16), (273, 4, 8), (277, 3, 1 << 16),
            (278, 3, picture.height << 16), (279, 4, len(pixels))]
    entries = b"".join(struct.pack(">HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return (b"MM\0*" + struct.pack(">I", 8 + len(pixels)) + pixels
            + struct.pack(">H", len(tags)) + entries + struct.pack(">I", 0))


@pytest.mark.parametrize("data", [
    tiff(page(65_535)), tiff(page(4095)), tiff(page(1023)), tiff(page(255)),
    tiff(page(65_535, "I")), tiff(page(2**24, "I")), tiff(page(1, "F")), tiff(page(255, "F")),
    tiff(page(65_535, "F")), tiff(page(255, "L")), tiff(black(page(255, "L"))),
    tiff(page(255, "L").convert("P")), tiff(page(255, "L").convert("CMYK")), big_endian(1),
    saved(page(255, "L"), "JPEG"), saved(page(255, "L").convert("CMYK"), "JPEG"),
], ids=range(16))
def test_a_scan_of_any_depth_is_black_on_white(data: bytes) -> None:
    assert is_black_on_white(kept_scan(data))


@pytest.mark.parametrize("data", [
    white_is_zero(page(65_535, turned=True)), white_is_zero(page(4095, turned=True)),
    white_is_zero(page(255, "L", turned=True)), white_is_zero(page(1, "F", turned=True)),
    white_is_zero(black(page(255, "L", turned=True))), big_endian(0)], ids=range(6))
def test_where_0_is_white_the_values_are_turned_round(data: bytes) -> None:
    assert is_black_on_white(kept_scan(data))


@pytest.mark.parametrize("data", [
    saved(page(65_535), "PNG"), saved(page(4095), "PNG"), saved(page(255, "L"), "PNG"),
    saved(black(page(255, "L")), "PNG"), saved(page(255, "L").convert("P"), "PNG"),
    saved(page(255, "L").convert("LA"), "PNG"), saved(page(255, "L").convert("RGBA"), "PNG"),
    saved(page(255, "L").convert("RGB"), "WEBP", lossless=True),
    saved(page(255, "L").convert("RGB"), "JPEG", progressive=True),
    saved(page(255, "L").convert("CMYK"), "JPEG"),
], ids=range(10))
def test_a_photograph_of_any_depth_is_black_on_white(data: bytes) -> None:
    assert is_black_on_white(kept(data))


def circle(size: tuple[int, int]) -> Image.Image:
    picture = Image.new("L", size, 255)
    ImageDraw.Draw(picture).ellipse((90, 60, size[0] - 90, size[1] - 60), outline=0, width=5)
    return picture


@pytest.mark.parametrize(("told", "size"), [
    ({"dpi": (204, 98)}, (864, 1199)), ({"dpi": (204, 196)}, (864, 600)),
    ({"dpi": (204, 391)}, (1656, 576)), ({"dpi": (200, 200)}, (864, 576)), ({}, (864, 576)),
    ({"resolution_unit": "cm", "x_resolution": 80.3, "y_resolution": 38.6}, (864, 1198)),
    ({"resolution_unit": "inch", "x_resolution": 1, "y_resolution": 9000}, (864, 576)),
    ({"resolution_unit": "inch", "x_resolution": 0, "y_resolution": 98}, (864, 576)),
])
def test_a_scan_has_square_dots(told: dict, size: tuple[int, int]) -> None:
    assert kept_scan(saved(circle((864, 576)), "TIFF", **told)).size == size


def test_a_scan_that_lies_on_its_side_has_square_dots_as_well() -> None:
    data = tiff(circle((864, 576)), t274=6, t282=204.0, t283=98.0, t296=2)
    assert kept_scan(data).size == (1199, 864)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photograph_has_square_dots(kind: str) -> None:
    assert kept(saved(circle((864, 576)), kind, dpi=(204, 98))).size == (864, 1199)


# Hostile


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, data: bytes, depth: int = 8, colour: int = 2,
        interlaced: int = 0, before: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before
            + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (80, 60), colour) for colour in ("red", "green", "blue")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(("data", "reason"), [
    (photographs.png(30_000, 30_000), "pixels"), (photographs.png(8_000, 5_001), "pixels"),
    (png(2**31 - 1, 2**31 - 1, b""), "pixels"), (png(0, 0, b""), "kind"),
    (moving("PNG"), "moving"), (moving("WEBP"), "moving"), (moving("GIF"), "kind"),
    (photographs.jpeg()[:900], "broken"), (photographs.jpeg()[:20], "kind"),
    (png(100, 100, bytes(10)), "broken"),
    (png(100, 100, b"", before=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**26)))), "broken"),
    (b"\x89PNG\r\n\x1a\n", "kind"), (b"RIFF\0\0\0\0WEBPVP8 ", "kind"),
    (b"II*\0" + bytes(9), "kind"), (b"%!PS-Adobe\n", "kind"), (b"\0\0\0\x0cjP  \r\n\x87\n", "kind"),
    (b"BM" + bytes(60), "kind"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind")], ids=range(18))
def test_a_hostile_photograph_is_refused_soon(data: bytes, reason: str) -> None:
    began = time.monotonic()
    with pytest.raises(InvalidInput) as refusal:
        photos.clean(data)
    assert refusal.value.reason in (reason, "broken" if reason == "kind" else reason)
    assert time.monotonic() - began < 5


def test_the_largest_honest_photograph_is_read() -> None:
    data = png(8_000, 5_000, bytes(5_000 * (8_000 * 4 + 1)), colour=6)
    assert kept(data).size == (2400, 1500)


def test_all_heads_are_looked_at_before_a_picture_is_decoded() -> None:
    large = png(8_000, 5_000, b"")  # its head is good; decoded, it would be called broken
    with pytest.raises(InvalidInput, match="pixels_all"):
        photos.look([large] * 5)
    assert photos.look([large] * 4) == 160_000_000
    with pytest.raises(InvalidInput, match="photo: kind"):
        photos.look([large, b"no picture"])


def pdf(content: bytes, objects: bytes = b"", resources: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return (b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<"
            + resources + b">>>>endobj\n4 0 obj<</Length %d/Filter/FlateDecode>>stream\n"
            % len(packed) + packed + b"\nendstream endobj\n" + objects
            + b"trailer<</Root 1 0 R>>\n")


def picture_in_pdf(side: int, times: int) -> bytes:
    """A picture of a few bytes that unpacks to many, drawn again and again."""
    packed = zlib.compress(zlib.compress(bytes(side * side * 3), 9), 9)
    return pdf(b"/P Do\n" * times, b"5 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d"
               b"/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter[/FlateDecode/FlateDecode]"
               b"/Length %d>>stream\n" % (side, side, len(packed)) + packed
               + b"\nendstream endobj\n", b"/XObject<</P 5 0 R>>")


def laughter(depth: int) -> bytes:
    """Forms that draw ten of the next one each: a kilobyte that takes for ever."""
    objects = b""
    for number in range(depth):
        drawn = b"/F Do " * 10 if number < depth - 1 else b"0 0 500 500 re f " * 10
        objects += (b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject"
                    b"<</F %d 0 R>>>>/Length %d>>stream\n" % (number + 5, number + 6, len(drawn))
                    + drawn + b"\nendstream endobj\n")
    return pdf(b"/F Do " * 10, objects, b"/XObject<</F 5 0 R>>")


@pytest.mark.parametrize("data", [
    picture_in_pdf(7_000, 1), picture_in_pdf(6_000, 2000), laughter(9),
    pdf(b"q 1 0 0 1 0 0 cm " * 3_000_000), pdf(b"0 0 m 500 500 l S\n" * 400_000)], ids=range(5))
def test_a_hostile_pdf_is_refused(data: bytes) -> None:
    assert len(data) < 300_000
    began = time.monotonic()
    try:
        assert pictures.count(data) == 1
        found = list(pictures.read(data, [1]))
    except InvalidInput as error:
        assert error.field == "scan" and error.reason in ("heavy", "pixels", "page", "broken")
    else:
        assert found[0].data or found[0].blank  # cheap after all
    assert time.monotonic() - began < 70
    assert pictures.count(scans.pdf(scans.paper())) == 1  # the next one is read


def test_a_tiff_is_counted_no_further_than_it_is_read() -> None:
    one = Image.new("1", (1, 1))
    with pytest.raises(InvalidInput, match="scan: pages"):
        pictures.count(scans.tiff(*[one] * 600))
    assert pictures.count(scans.tiff(*[one] * 500)) == 500
