"""Barcodes in one camera frame, for browsers whose own decoder cannot read them."""

from __future__ import annotations

from services.decoding import frames, pool
from services.decoding.errors import TooHeavy, Unfit
from services.errors import InvalidInput

MOST_BYTES = 200_000  # of one frame


def read(frame: bytes) -> str:
    """What the first bar or QR code in a JPEG says, "" when there is none.

    Raises InvalidInput("frame") for anything that is not a small JPEG, or ReaderUnavailable.
    """
    if len(frame) > MOST_BYTES:
        raise InvalidInput("frame")
    try:
        return str(pool.call(frames.READ, None, frame).told)
    except (Unfit, TooHeavy):
        raise InvalidInput("frame") from None
