"""What a scanner hands over, page by page: PDF, TIFF or JPEG, read by the child."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import NamedTuple

from services.decoding import pool, scans
from services.decoding.errors import TooHeavy, Unfit
from services.decoding.scans import MOST_PAGES
from services.errors import InvalidInput

__all__ = ["MOST_BYTES", "MOST_PAGES", "Page", "count", "read"]

MOST_BYTES = 128 * 1024 * 1024  # of one file


class Page(NamedTuple):
    """A page: a separator (what its code says), blank, or a JPEG of our own making."""

    code: str
    blank: bool
    data: bytes


def count(data: bytes) -> int:
    """How many pages a file has.

    Raises InvalidInput("scan", …): empty, bytes, kind, broken, locked, pages, pixels or heavy;
    ReaderUnavailable when it may be asked again.
    """
    if not data:
        raise InvalidInput("scan", "empty")
    if len(data) > MOST_BYTES:
        raise InvalidInput("scan", "bytes")
    try:
        return int(pool.call(scans.COUNT, None, data).told)
    except Unfit as error:
        raise InvalidInput(*error.words) from None
    except TooHeavy:
        raise InvalidInput("scan", "heavy") from None


def read(data: bytes, numbers: Sequence[int]) -> Generator[Page]:
    """The pages of these numbers (from 1). Raises as `count`, and InvalidInput("scan", "page")
    for the page that comes next."""
    answers = pool.stream(scans.READ, list(numbers), data)
    try:
        for answer in answers:
            yield Page(str(answer.told["code"]), bool(answer.told["blank"]), answer.data)
    except Unfit as error:
        raise InvalidInput(*error.words) from None
    except TooHeavy:
        raise InvalidInput("scan", "heavy") from None
    finally:
        answers.close()
