"""Photographs from outside: all of them looked at before any is decoded, then encoded anew by
the child.

What is kept is a picture that we wrote ourselves: no EXIF, no location, nothing hidden behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.decoding import photographs, pool
from services.decoding.errors import TooHeavy, Unfit
from services.decoding.jobs import Answer, Job
from services.errors import InvalidInput
from services.limits import limits

MOST_BYTES = 12 * 1024 * 1024  # of one photograph
# Of one upload. Ten pages by a phone's camera of twelve megapixels are less.
MOST_PIXELS_AT_ONCE = 160_000_000
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def clean(data: bytes) -> bytes:
    """One photograph, looked at and made anew; raises as `look`."""
    look([data])
    return make([data])[0]


def made_anew(sent: Sequence[bytes], machine: str, now: int) -> list[bytes]:
    """All are looked at, and counted of the `machine` (unless it is ""), before one of them costs
    anything. Raises as `look`, and TooManyActs."""
    if machine:
        limits.take("pictures.device", machine, now, number=len(sent))
    dots = look(sent)
    if machine:
        limits.take("megapixels.device", machine, now, number=-(-dots // 1_000_000))
    return make(sent)


def look(sent: Sequence[bytes]) -> int:
    """How many dots all of them have, by their heads: nothing is decoded.

    Raises InvalidInput("photo", …): empty, bytes, heic, kind, moving, pixels, pixels_all, broken
    or heavy; ReaderUnavailable when they may be sent again as they are.
    """
    for data in sent:
        _weigh(data)
    dots = 0
    for data in sent:
        dots += int(_ask(photographs.LOOK, data).told)
        if dots > MOST_PIXELS_AT_ONCE:
            raise InvalidInput("photo", "pixels_all")
    return dots


def make(sent: Sequence[bytes]) -> list[bytes]:
    """Photographs that were looked at as JPEGs of our own making, upright, at most 2400 pixels a
    side. Raises as `look`."""
    return [_ask(photographs.CLEAN, data).data for data in sent]


def _weigh(data: bytes) -> None:
    if not data:
        raise InvalidInput("photo", "empty")
    if len(data) > MOST_BYTES:
        raise InvalidInput("photo", "bytes")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise InvalidInput("photo", "heic")


def _ask(job: Job, data: bytes) -> Answer:
    try:
        return pool.call(job, None, data)
    except Unfit as error:
        raise InvalidInput(*error.words) from None
    except TooHeavy:
        raise InvalidInput("photo", "heavy") from None
