"""Separator sheets: a printed page whose QR code names the contract that lies under it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from services.bills import qr_images
from services.decoding.marks import MARK
from services.notation.folding import unaccented

_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "archive"
_FONTS = _FOLDER.parent / "receipt" / "fonts"
_LONGEST_KEY = 40


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
    return MARK + key


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
