"""Photographs for the tests, good and bad."""

from __future__ import annotations

import io
import struct
import subprocess
import zlib
from pathlib import Path

from PIL import Image


def jpeg(size: tuple[int, int] = (640, 400), **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#b8c4d8").save(out, "JPEG", **more)
    return out.getvalue()


def with_gps() -> bytes:
    """A photograph that tells where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[2] = (21.0, 35.0, 12.0)  # latitude
    exif[0x010F] = "SECRETMAKER"
    return jpeg(exif=exif)


def png(width: int, height: int) -> bytes:
    """The head of a PNG of any size with almost nothing in it."""
    def chunk(name: bytes, data: bytes) -> bytes:
        return (struct.pack(">I", len(data)) + name + data
                + struct.pack(">I", zlib.crc32(name + data)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(b"\0" * 4096)) + chunk(b"IEND", b""))


def transparent() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (60, 40), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 64
BAD = {
    "empty": b"", "bytes": b"\xff\xd8" + b"\0" * (12 * 1024 * 1024), "heic": HEIC,
    "kind": b"Xin gui anh", "pixels": png(30_000, 30_000), "broken": jpeg()[:900],
}


def read_code(path: Path) -> str:
    """What a QR reader sees in a picture."""
    found = subprocess.run(["zbarimg", "--quiet", "--raw", str(path)], capture_output=True,
                           text=True, check=True)
    return found.stdout.strip()
