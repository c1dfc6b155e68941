"""What a scanner hands over, page by page: PDF, TIFF or JPEG. Pure.

A file is looked at before anything of it is decoded, and one page is in memory at a time.
"""

from __future__ import annotations

import contextlib
import io
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from services.contracts.photos import MOST_PIXELS
from services.errors import InvalidInput

if TYPE_CHECKING:
    import pypdfium2
    from PIL import Image

MOST_BYTES = 128 * 1024 * 1024  # of one file
MOST_PAGES = 500
LONGEST_SIDE = 2400  # pixels of a page: A4 at 200 dots an inch
_IN_AN_INCH = 72  # points, the unit of a PDF page
_DOTS = 200
_LARGEST_SHEET = 14_400  # points, the most that a PDF page may have
_TIFF = (b"II*\0", b"MM\0*")
# PDFium may not be called by two threads at once.
_alone = threading.Lock()


class Scan(NamedTuple):
    """A file that can be read: how many pages it has, and the picture of each (from 1)."""

    pages: int
    page: Callable[[int], Image.Image]


@contextlib.contextmanager
def open_scan(data: bytes) -> Iterator[Scan]:
    """The pages of a file.

    Raises InvalidInput("scan", …): empty, bytes, kind, broken, locked, pages; `page` raises
    InvalidInput("scan", "page" or "pixels").
    """
    with _reader(data)(data) as scan:
        if scan.pages > MOST_PAGES:
            raise InvalidInput("scan", "pages")
        yield scan


def _reader(data: bytes):
    if not data:
        raise InvalidInput("scan", "empty")
    if len(data) > MOST_BYTES:
        raise InvalidInput("scan", "bytes")
    # Scanners put a few bytes before the mark of a PDF.
    if b"%PDF-" in data[:1024]:
        return _pdf
    if data[:4] in _TIFF or data[:3] == b"\xff\xd8\xff":
        return _pictures
    raise InvalidInput("scan", "kind")


@contextlib.contextmanager
def _pictures(data: bytes) -> Iterator[Scan]:
    """A JPEG, or a TIFF with a frame a page."""
    from PIL import Image  # loaded where it is used: docs/decisions/0006-rooms.md

    try:
        with _quiet():
            picture = Image.open(io.BytesIO(data), formats=("JPEG", "TIFF"))
            frames = getattr(picture, "n_frames", 1)
    except Image.DecompressionBombError:
        raise InvalidInput("scan", "pixels") from None
    except _broken():
        raise InvalidInput("scan", "broken") from None
    with picture:
        yield Scan(frames, lambda number: _frame(picture, number))


def _frame(picture: Image.Image, number: int) -> Image.Image:
    try:
        with _quiet():
            picture.seek(number - 1)
            if picture.width * picture.height > MOST_PIXELS:
                raise InvalidInput("scan", "pixels")
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            return _upright(picture)
    except _broken():
        raise InvalidInput("scan", "page") from None


def _upright(picture: Image.Image) -> Image.Image:
    from PIL import ImageOps  # loaded where it is used: docs/decisions/0006-rooms.md

    # Black and white becomes grey first: made smaller, its letters would fall apart.
    page = picture.convert("L" if picture.mode in ("1", "L", "I;16") else "RGB")
    page = ImageOps.exif_transpose(page)
    page.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return page


def _broken() -> tuple[type[Exception], ...]:
    """What Pillow and PDFium raise at what cannot be decoded (a PdfiumError is a RuntimeError)."""
    from PIL import Image  # loaded where it is used: docs/decisions/0006-rooms.md

    return (OSError, ValueError, SyntaxError, MemoryError, EOFError, KeyError, TypeError,
            OverflowError, RuntimeError, Image.DecompressionBombError)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Pillow warns of what is refused here by its size, or as broken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _pdf(data: bytes) -> Iterator[Scan]:
    with _alone:
        document = _document(data)
        pages = len(document)
    try:
        if not pages:
            raise InvalidInput("scan", "broken")
        yield Scan(pages, lambda number: _page(document, number))
    finally:
        with _alone:
            document.close()


def _document(data: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2  # loaded where it is used: docs/decisions/0006-rooms.md
    from pypdfium2 import raw

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise InvalidInput("scan", "locked" if locked else "broken") from None


def _page(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    with _alone:
        try:
            page = document[number - 1]
            try:
                return _draw(page)
            finally:
                page.close()
        except _broken():
            raise InvalidInput("scan", "page") from None


def _draw(page: pypdfium2.PdfPage) -> Image.Image:
    from pypdfium2 import raw  # loaded where it is used: docs/decisions/0006-rooms.md

    width, height = page.get_size()
    if min(width, height) < 1 or max(width, height) > _LARGEST_SHEET:
        raise InvalidInput("scan", "page")
    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        across, down = found.get_px_size()
        if across * down > MOST_PIXELS:
            raise InvalidInput("scan", "pixels")
    scale = min(_DOTS / _IN_AN_INCH, LONGEST_SIDE / max(width, height))
    bitmap = page.render(scale=scale, may_draw_forms=False)
    try:
        return bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()
