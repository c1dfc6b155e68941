"""Barcodes in one camera frame. In the child."""

from __future__ import annotations

import io
from typing import Any

from services.decoding import pixels
from services.decoding.jobs import Answer, Job
from services.errors import InvalidInput

READ = Job(f"{__name__}:read_frame", cpu_s=5, wall_s=10)
_MOST_PIXELS = 1_000_000
_LONGEST = 4000  # characters


def read_frame(_told: Any, frame: bytes) -> Answer:
    """What the first bar or QR code in a JPEG says, "" when there is none. Raises
    InvalidInput("frame")."""
    import zxingcpp  # loaded where it is used: docs/decisions/0006-rooms.md
    from PIL import Image

    try:
        with Image.open(io.BytesIO(frame), formats=("JPEG",)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise InvalidInput("frame")
            grey = picture.convert("L")
    except pixels.broken():
        raise InvalidInput("frame") from None
    texts = (found.text for found in zxingcpp.read_barcodes(grey))
    return Answer(next((text[:_LONGEST] for text in texts if text), ""))
