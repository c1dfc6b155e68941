"""Barcodes in one camera frame, for browsers whose own decoder cannot read them."""

from __future__ import annotations

import io

from services.errors import InvalidInput

MOST_BYTES = 200_000  # of one frame
_MOST_PIXELS = 1_000_000


def read(frame: bytes) -> str:
    """What the first bar or QR code in a JPEG says, "" when there is none.

    Raises InvalidInput("frame") for anything that is not a small JPEG.
    """
    import zxingcpp  # loaded where it is used: docs/decisions/0006-rooms.md
    from PIL import Image

    if len(frame) > MOST_BYTES:
        raise InvalidInput("frame")
    try:
        with Image.open(io.BytesIO(frame), formats=("JPEG",)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise InvalidInput("frame")
            grey = picture.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise InvalidInput("frame") from None
    return next((found.text for found in zxingcpp.read_barcodes(grey) if found.text), "")
