"""What a scanned page is: a separator with its QR code, the blank back of a sheet, or a page. In
the child."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MARK = "QDLT1:"  # before the key, so that no other QR code on a contract parts a stack
_LONGEST = 200  # characters of a code
_SEEN = 1200  # pixels of a page in which the code is looked for
_THUMB = 800  # pixels of a page on which dirt and noise are gone
_EDGE = 0.05  # of a page: shadows of the lid and holes of the folder
_INK = 40  # how much darker than the paper a dot must be
_FEWEST_INK = 0.0001  # of a page's dots, less is a blank page


def code_on(page: Image.Image) -> str:
    """What the code of a separator says after its mark, also upside down or askew; "" for any
    other page."""
    import zxingcpp  # loaded where it is used: docs/decisions/0006-rooms.md

    grey = page.convert("L")
    grey.thumbnail((_SEEN, _SEEN))
    for found in zxingcpp.read_barcodes(grey, zxingcpp.barcode_formats_from_str("QRCode")):
        said = found.text.removeprefix(MARK)
        if said != found.text and any(letter.isalnum() for letter in said):
            return said[:_LONGEST]
    return ""


def is_blank(page: Image.Image) -> bool:
    """Nothing is on the page: the back of a sheet. A pencilled word is something."""
    from PIL import Image  # loaded where it is used: docs/decisions/0006-rooms.md

    across, down = page.width * _EDGE, page.height * _EDGE
    inner = page.convert("L").crop((int(across), int(down), int(page.width - across),
                                    int(page.height - down)))
    inner.thumbnail((_THUMB, _THUMB), Image.Resampling.BOX)
    counts = inner.histogram()
    paper = max(range(256), key=counts.__getitem__)
    return sum(counts[:max(0, paper - _INK)]) < _FEWEST_INK * inner.width * inner.height
