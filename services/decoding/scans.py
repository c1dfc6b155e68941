"""What a scanner hands over, page by page: PDF, TIFF or JPEG. In the child.

A file is looked at before anything of it is decoded, and one page is in memory at a time.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from services.decoding import marks, pixels
from services.decoding.jobs import MB, Answer, Job
from services.errors import InvalidInput

if TYPE_CHECKING:
    import pypdfium2
    from PIL import Image

COUNT = Job(f"{__name__}:count", cpu_s=10, wall_s=40)
READ = Job(f"{__name__}:read", cpu_s=20, wall_s=60, most_bytes=1024 * MB, whole_s=3600)
MOST_PAGES = 500
_MOST_OBJECTS = 20_000  # drawn on a page of a PDF; a page of a scanner holds a few
_IN_AN_INCH = 72  # points, the unit of a PDF page
_DOTS = 200
_LARGEST_SHEET = 14_400  # points, the most that a PDF page may have
_TIFF = (b"II*\0", b"MM\0*")


class _Scan(NamedTuple):
    """A file that can be read: how many pages it has, and the picture of each (from 1)."""

    pages: int
    page: Callable[[int], Image.Image]


def count(_told: Any, data: bytes) -> Answer:
    """How many pages; raises InvalidInput("scan", …): kind, broken, locked, pages or pixels."""
    with _opened(data) as scan:
        return Answer(scan.pages)


def read(told: Any, data: bytes) -> Iterator[Answer]:
    """Of each page asked for (numbers from 1): {"code": text of its separator or "", "blank"} and
    the page as a JPEG of our own making, unless it is one of these.

    Raises as `count`, and InvalidInput("scan", "page" or "pixels").
    """
    with _opened(data) as scan:
        for number in told:
            page = scan.page(number)
            code = marks.code_on(page)
            blank = not code and marks.is_blank(page)
            yield Answer({"code": code, "blank": blank},
                         b"" if code or blank else pixels.jpeg(page))


@contextlib.contextmanager
def _opened(data: bytes) -> Iterator[_Scan]:
    with _way(data)(data) as scan:
        if scan.pages > MOST_PAGES:
            raise InvalidInput("scan", "pages")
        yield scan


def _way(data: bytes):
    # Scanners put a few bytes before the mark of a PDF.
    if b"%PDF-" in data[:1024]:
        return _pdf
    if data[:4] in _TIFF or data[:3] == b"\xff\xd8\xff":
        return _pictures
    raise InvalidInput("scan", "kind")


@contextlib.contextmanager
def _pictures(data: bytes) -> Iterator[_Scan]:
    """A JPEG, or a TIFF with a frame a page."""
    from PIL import Image  # loaded where it is used: docs/decisions/0006-rooms.md

    pixels.know_more()
    Image.MAX_IMAGE_PIXELS = pixels.MOST_PIXELS
    try:
        with _quiet():
            picture = Image.open(io.BytesIO(data), formats=("JPEG", "TIFF"))
            frames = _frames(picture)
    except Image.DecompressionBombError:
        raise InvalidInput("scan", "pixels") from None
    except pixels.broken():
        raise InvalidInput("scan", "broken") from None
    with picture:
        yield _Scan(frames, lambda number: _frame(picture, number))


def _frames(picture: Image.Image) -> int:
    """Counted no further than they are read: a file of a few bytes may have any number."""
    if picture.format != "TIFF":
        return 1  # a second picture in a JPEG is a small copy of the first
    found = 1
    with contextlib.suppress(EOFError):
        while found <= MOST_PAGES:
            picture.seek(found)
            found += 1
    return found


def _frame(picture: Image.Image, number: int) -> Image.Image:
    try:
        with _quiet():
            picture.seek(number - 1)
            if picture.width * picture.height > pixels.MOST_PIXELS:
                raise InvalidInput("scan", "pixels")
            picture.draft("RGB", (pixels.LONGEST_SIDE, pixels.LONGEST_SIDE))
            return pixels.flat(picture)
    except pixels.broken():
        raise InvalidInput("scan", "page") from None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Pillow warns of what is refused here by its size, or as broken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _pdf(data: bytes) -> Iterator[_Scan]:
    document = _document(data)
    try:
        if not len(document):
            raise InvalidInput("scan", "broken")
        yield _Scan(len(document), lambda number: _page(document, number))
    finally:
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
    try:
        page = document[number - 1]
        try:
            return _draw(page)
        finally:
            page.close()
    except pixels.broken():
        raise InvalidInput("scan", "page") from None


def _draw(page: pypdfium2.PdfPage) -> Image.Image:
    from pypdfium2 import raw  # loaded where it is used: docs/decisions/0006-rooms.md

    width, height = page.get_size()
    if min(width, height) < 1 or max(width, height) > _LARGEST_SHEET:
        raise InvalidInput("scan", "page")
    dots = 0
    for objects, found in enumerate(page.get_objects()):
        if found.type == raw.FPDF_PAGEOBJ_IMAGE:
            across, down = found.get_px_size()
            dots += across * down
        if dots > pixels.MOST_PIXELS or objects > _MOST_OBJECTS:
            raise InvalidInput("scan", "pixels")
    scale = min(_DOTS / _IN_AN_INCH, pixels.LONGEST_SIDE / max(width, height))
    bitmap = page.render(scale=scale, may_draw_forms=False)
    try:
        return bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()
