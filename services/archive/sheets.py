"""Separator sheets: a printed page whose QR code names the contract that lies under it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from services.bills import qr_images
from services.notation.folding import unaccented

if TYPE_CHECKING:
    from PIL import Image

_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "archive"
_FONTS = _FOLDER.parent / "receipt" / "fonts"
_MARK = "QDLT1:"  # before the key, so that no other QR code on a contract parts a stack
_LONGEST_KEY = 40
_SEEN = 1200  # pixels of a page in which the code is looked for
_THUMB = 800  # pixels of a page on which dirt and noise are gone
_EDGE = 0.05  # of a page: shadows of the lid and holes of the folder
_INK = 40  # how much darker than the paper a dot must be
_FEWEST_INK = 0.0001  # of a page's dots, less is a blank page


class Sheet(NamedTuple):
    """What a separator says besides its code; all may be ""."""

    key: str
    contract_no: str
    name: str
    customer_code: str
    signed_on: str  # "12/04/2016"
    old_commune: str
    office: str


def key_of(text: str) -> str:
    """A contract number as it is looked for: capital letters and digits, at most 40; "" for
    none. Files and people write "123/HĐ-2016", "123hd2016"."""
    return re.sub(r"[^A-Z0-9]", "", unaccented(text).upper())[:_LONGEST_KEY]


def code_text(key: str) -> str:
    """What the QR code of a separator says."""
    return _MARK + key


def pdf(sheets: Sequence[Sheet], company: str) -> bytes:
    """The separators, one A4 page each."""
    import typst  # loaded where it is used: docs/decisions/0006-rooms.md

    rows = [sheet._asdict() | {"qr": qr_images.svg(code_text(sheet.key))} for sheet in sheets]
    made = typst.compile(_FOLDER / "separators.typ", root=_FOLDER, format="pdf",
                         font_paths=[_FONTS], ignore_system_fonts=True,
                         sys_inputs={"data": json.dumps({"company": company, "sheets": rows},
                                                        ensure_ascii=False)})
    assert isinstance(made, bytes)  # without an output file it is the document
    return made


def key_on(page: Image.Image) -> str | None:
    """The key on a separator, also upside down or askew; None for any other page."""
    import zxingcpp  # loaded where it is used: docs/decisions/0006-rooms.md

    grey = page.convert("L")
    grey.thumbnail((_SEEN, _SEEN))
    for found in zxingcpp.read_barcodes(grey, zxingcpp.barcode_formats_from_str("QRCode")):
        if found.text.startswith(_MARK) and key_of(found.text[len(_MARK):]):
            return key_of(found.text[len(_MARK):])
    return None


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
