"""QR pictures that a real reader reads."""

from __future__ import annotations

import subprocess
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from services.bills import qr_images, vietqr

HOA = vietqr.encode("970415", "113366668888", 546_108, "PA04DH00000171026")
SHORTEST = vietqr.encode("970415", "1", 1, "A")
LONGEST = vietqr.encode("970415", "A" * 19, 10**13 - 1, "PA04DH00000171026 X")


def read(path: Path, content: bytes) -> str:
    """What zbarimg reads in a picture."""
    path.write_bytes(content)
    done = subprocess.run(["zbarimg", "--quiet", "--raw", "--nodbus", str(path)],
                          capture_output=True, check=True)
    return done.stdout.decode().removesuffix("\n")


@pytest.mark.parametrize("scale", [1, 2, 3, 4, 7, 12])
@pytest.mark.parametrize("payload", [SHORTEST, HOA, LONGEST])
def test_a_png_of_any_size_reads_as_its_payload(payload: str, scale: int, tmp_path: Path) -> None:
    assert read(tmp_path / "code.png", qr_images.png(payload, scale)) == payload


@pytest.mark.browser
@pytest.mark.parametrize("side", [120, 240, 480])
def test_an_svg_drawn_by_a_browser_reads_as_its_payload(side: int, tmp_path: Path) -> None:
    page = tmp_path / "code.html"
    page.write_text("<!doctype html><body style='margin:0'>"
                    + qr_images.svg(HOA).replace("<svg ", f"<svg width='{side}' "))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium",
                                             args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": side, "height": side})
        tab.goto(page.as_uri())
        picture = tab.screenshot()
        browser.close()
    assert read(tmp_path / "code.png", picture) == HOA


def test_text_outside_the_small_alphabet_reads_too(tmp_path: Path) -> None:
    link = "https://quaydien.example/q/aB3_x-9Zq0"
    assert read(tmp_path / "code.png", qr_images.png(link)) == link


def test_an_upper_case_payload_makes_the_smaller_code() -> None:
    assert len(qr_images.matrix(HOA)) < len(qr_images.matrix(HOA.replace("QR", "qr")))


def test_a_picture_has_four_white_modules_around() -> None:
    rows = qr_images.matrix(HOA)
    edge = [*rows[:4], *rows[-4:], *(row[:4] + row[-4:] for row in rows)]
    assert not any(any(modules) for modules in edge)
    assert rows[4][4] and rows[4][-5] and rows[-5][4]


@pytest.mark.parametrize("scale", [1, 3, 4])
def test_a_png_has_one_bit_a_pixel(scale: int) -> None:
    png = qr_images.png(HOA, scale)
    side = len(qr_images.matrix(HOA)) * scale
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert png[16:26] == side.to_bytes(4, "big") * 2 + b"\x01\x00"
    start = png.index(b"IDAT")
    length = int.from_bytes(png[start - 4:start], "big")
    pixels = zlib.decompress(png[start + 4:start + 4 + length])
    assert len(pixels) == side * (1 + (side + 7) // 8)


def test_a_payment_code_is_small_enough_for_a_feature_phone_page() -> None:
    assert len(qr_images.png(HOA, 2)) < 1_500


def test_the_svg_is_one_path_without_styles() -> None:
    svg = qr_images.svg(HOA)
    assert svg.count("<path") == 2  # the white ground and the code
    assert "style" not in svg
