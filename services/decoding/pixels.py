"""A decoded picture as what it is: eight bits, square dots, upright, on white. In the child.

Pillow cuts values above 255 where a picture has more depth, shows some pictures inverted, and
leaves the resolution to whoever shows it: a fax has 204 dots an inch across and 98 down.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SIDE = 2400  # pixels kept: A4 at 200 dots an inch
MOST_PIXELS = 40_000_000
_QUALITY = 85
_DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
_THROUGH = ("RGBA", "LA", "PA", "La", "RGBa")
# The largest value of fractions, and of a picture of so many bits.
_TOPS = (1, 255, 1023, 4095, 16_383, 65_535, 2**24 - 1, 2**32 - 1)
_ORIENTATION, _PHOTOMETRIC, _WHITE_IS_ZERO = 274, 262, 0
_MOST_STRETCH = 8  # no machine makes dots so long; then the numbers are wrong
_NEARLY_SQUARE = 1.02
_SIDEWAYS = (5, 6, 7, 8)
_WAYS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # EXIF orientation → Pillow's Transpose


def know_more() -> None:
    """Grey TIFFs that Pillow does not know: inverted, of 16 bits in the other order of bytes."""
    from PIL import TiffImagePlugin  # loaded where it is used: docs/decisions/0006-rooms.md

    known, big = TiffImagePlugin.OPEN_INFO, b"MM"
    known.setdefault((big, 0, (1,), 1, (16,), ()), ("I;16B", "I;16B"))
    for photometric in (0, 1):
        known.setdefault((big, photometric, (1,), 1, (32,), ()), ("I", "I;32B"))
        known.setdefault((b"II", photometric, (1,), 1, (12,), ()), ("I;16", "I;12"))


def flat(picture: Image.Image) -> Image.Image:
    """`picture`, not loaded yet, as L or RGB with square dots, upright, at most 2400 pixels a
    side. Raises what Pillow raises for a broken one."""
    # Read before the pixels: a TIFF is turned while it is loaded, and forgets that it was.
    across, down = _resolution(picture)
    tags = getattr(picture, "tag_v2", {})
    if tags.get(_ORIENTATION) in _SIDEWAYS:
        across, down = down, across
    inverted = tags.get(_PHOTOMETRIC, 1) == _WHITE_IS_ZERO
    full = picture.convert(_mode(picture))
    # Taken before the picture is made smaller, which goes beyond them at sharp edges.
    ends = full.getextrema() if full.mode == "F" else (0, 0)
    page = _upright(_square(full, across, down), picture)
    if page.mode == "F":
        low, high = map(float, ends)  # type: ignore[arg-type]
        return _shallow(page, low, high, inverted)
    return _on_white(page) if page.mode == "RGBA" else page


def jpeg(page: Image.Image) -> bytes:
    """A flat picture as a JPEG of our own making."""
    out = io.BytesIO()
    page.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _resolution(picture: Image.Image) -> tuple[float, float]:
    """Dots of one length across and down, or (1, 1)."""
    told = picture.info.get("dpi") or picture.info.get("aspect") or picture.info.get(
        "jfif_density") or (1, 1)
    try:
        across, down = float(told[0]), float(told[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 1, 1
    if not (0 < across < math.inf and 0 < down < math.inf):
        return 1, 1
    stretch = max(across / down, down / across)
    return (across, down) if _NEARLY_SQUARE < stretch <= _MOST_STRETCH else (1, 1)


def _mode(picture: Image.Image) -> str:
    """The simplest that holds all that the picture says."""
    if picture.mode in _DEEP:
        return "F"
    if picture.mode in _THROUGH or "transparency" in picture.info:
        return "RGBA"
    # Black and white becomes grey first: made smaller, its letters would fall apart.
    return "L" if picture.mode in ("1", "L") else "RGB"


def _upright(page: Image.Image, told: Image.Image) -> Image.Image:
    from PIL import Image  # loaded where it is used: docs/decisions/0006-rooms.md

    way = _WAYS.get(told.getexif().get(_ORIENTATION, 1))
    return page if way is None else page.transpose(Image.Transpose(way))


def _on_white(page: Image.Image) -> Image.Image:
    """What is transparent must not turn black."""
    from PIL import Image  # loaded where it is used: docs/decisions/0006-rooms.md

    plain = Image.new("RGB", page.size, "white")
    plain.paste(page, mask=page.getchannel("A"))
    return plain


def _shallow(page: Image.Image, low: float, high: float, inverted: bool) -> Image.Image:
    """Grey of more than eight bits, or of fractions, as eight. Scanners keep 12 bits in 16: the
    largest value tells how many are used. `inverted`: 0 is white."""
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("values that are no numbers")
    low = min(low, 0.0)
    top = next((most for most in _TOPS if high <= most), high)
    scale = 255 / (top - low)
    offset = -low * scale
    if inverted:
        scale, offset = -scale, 255 - offset
    return page.point(lambda value: value * scale + offset).convert("L")


def _square(page: Image.Image, across: float, down: float) -> Image.Image:
    """Square dots, at most LONGEST_SIDE of them: the sparser side is stretched."""
    most = max(across, down)
    width, height = page.width * most / across, page.height * most / down
    shrink = min(1.0, LONGEST_SIDE / max(width, height))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    if size == page.size:
        return page
    return page.resize(size, reducing_gap=2.0)



def broken() -> tuple[type[Exception], ...]:
    """What Pillow and PDFium raise at what cannot be decoded (a PdfiumError is a RuntimeError).
    Where memory ends, the child ends."""
    from PIL import Image  # loaded where it is used: docs/decisions/0006-rooms.md

    return (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, OverflowError,
            RuntimeError, ZeroDivisionError, AttributeError, struct.error, zlib.error,
            AssertionError, Image.DecompressionBombError)
