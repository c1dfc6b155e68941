"""Photographs from outside: looked at before they are decoded, then encoded anew. Pure.

What is kept is a picture that we wrote ourselves: no EXIF, no location, nothing hidden behind it.
"""

from __future__ import annotations

import io
import threading
import warnings
from typing import TYPE_CHECKING

from services.errors import InvalidInput

if TYPE_CHECKING:
    from PIL import Image

MOST_BYTES = 12 * 1024 * 1024  # of one photograph
MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 2400  # pixels kept: A4 at 200 dots an inch
_QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP")
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
# One picture is decoded at a time, so that many uploads at once take no more memory than one.
_alone = threading.Lock()


def clean(data: bytes) -> bytes:
    """A photograph as a JPEG of our own making, upright, at most 2400 pixels a side.

    Raises InvalidInput("photo", …): empty, bytes, heic, kind, pixels or broken.
    """
    # loaded where it is used: docs/decisions/0006-rooms.md
    from PIL import Image

    if not data:
        raise InvalidInput("photo", "empty")
    if len(data) > MOST_BYTES:
        raise InvalidInput("photo", "bytes")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise InvalidInput("photo", "heic")
    with _alone, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return _decode_and_encode(data)


def _decode_and_encode(data: bytes) -> bytes:
    # loaded where it is used: docs/decisions/0006-rooms.md
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InvalidInput("photo", "pixels")
            picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            return encode(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidInput("photo", "pixels") from None
    except Image.UnidentifiedImageError:
        raise InvalidInput("photo", "kind") from None
    except (OSError, ValueError, SyntaxError, MemoryError):
        raise InvalidInput("photo", "broken") from None


def encode(picture: Image.Image) -> bytes:
    """A decoded picture as a JPEG of our own making; raises what Pillow raises for a broken one."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    plain = Image.new("RGB", upright.size, "white")
    # On white: what is transparent must not turn black.
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        plain.paste(layer, mask=layer)
    else:
        plain.paste(upright.convert("RGB"))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
