"""Photographs from outside: made anew, or refused before they cost anything."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from services.contracts import photos
from services.errors import InvalidInput
from tests import photographs


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_photograph_loses_what_it_tells_besides() -> None:
    kept = photos.clean(photographs.with_gps())
    assert opened(photographs.with_gps()).getexif() and not opened(kept).getexif()
    assert b"SECRETMAKER" not in kept
    assert opened(kept).size == (400, 640)  # stood upright before its EXIF went


def test_what_hides_behind_a_picture_is_gone() -> None:
    script = b"<script>alert(1)</script>PK\x03\x04"
    assert script not in photos.clean(photographs.jpeg() + script)


def test_a_large_one_is_made_smaller() -> None:
    assert opened(photos.clean(photographs.jpeg((6000, 4000)))).size == (2400, 1600)


def test_what_is_transparent_becomes_white() -> None:
    assert opened(photos.clean(photographs.transparent())).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(("reason", "data"), [
    *photographs.BAD.items(), ("kind", b"%PDF-1.7\n"), ("kind", b"GIF89a" + b"\0" * 40),
    ("kind", b"<html><script>1</script>"), ("pixels", photographs.png(8_000, 8_000))])
def test_bad_ones_are_named(reason: str, data: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        photos.clean(data)
    assert (refusal.value.field, refusal.value.reason) == ("photo", reason)
