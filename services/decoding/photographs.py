"""Photographs, looked at and made anew. In the child."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from services.decoding import pixels
from services.decoding.jobs import Answer, Job
from services.errors import InvalidInput

if TYPE_CHECKING:
    from PIL import Image

LOOK = Job(f"{__name__}:look", cpu_s=3, wall_s=15)
CLEAN = Job(f"{__name__}:clean", cpu_s=12, wall_s=40)
_FORMATS = ("JPEG", "PNG", "WEBP")


def look(_told: Any, data: bytes) -> Answer:
    """How many dots a photograph has, by its head; nothing is decoded.

    Raises InvalidInput("photo", …): kind, moving, pixels or broken.
    """
    with _opened(data) as picture:
        return Answer(picture.width * picture.height)


def clean(_told: Any, data: bytes) -> Answer:
    """A photograph as a JPEG of our own making, upright, at most 2400 pixels a side. Raises as
    `look`."""
    with _opened(data) as picture:
        picture.draft("RGB", (pixels.LONGEST_SIDE, pixels.LONGEST_SIDE))
        return Answer(None, pixels.jpeg(pixels.flat(picture)))


@contextlib.contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    from PIL import Image  # loaded where it is used: docs/decisions/0006-rooms.md

    Image.MAX_IMAGE_PIXELS = pixels.MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if picture.width * picture.height > pixels.MOST_PIXELS:
                    raise InvalidInput("photo", "pixels")
                # A second, smaller picture of a phone (MPO) is no film.
                if getattr(picture, "is_animated", False) and picture.format != "MPO":
                    raise InvalidInput("photo", "moving")
                yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidInput("photo", "pixels") from None
    except Image.UnidentifiedImageError:
        raise InvalidInput("photo", "kind") from None
    except pixels.broken():
        raise InvalidInput("photo", "broken") from None
