"""CSV that people open in a spreadsheet: what we write, and what one did to what we read.

Written: no cell is taken for a formula (OWASP: CSV injection). Read: only LF and CRLF end a line,
and a long number that the spreadsheet showed as 9.12E+11 is nobody's number any more.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

BOM = "\ufeff"  # by which a spreadsheet knows UTF-8
# 9.12E+11 and 9,12e11; a cell too narrow shows ####; a broken formula shows #N/A, #VALUE!, #REF!.
_DESTROYED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d{1,3}|#+|#[A-Z0-9/]+[!?]?", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row(cells: Iterable[object]) -> str:
    """One line of CSV, ended by CR LF; None is an empty cell."""
    line = io.StringIO()
    csv.writer(line).writerow([_disarm(cell) for cell in cells])
    return line.getvalue()


def _disarm(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def is_destroyed(cell: str) -> bool:
    """True of a number that a spreadsheet rounded or hid, so that its digits are lost.

    A number without a dot, a comma or a plus sign (12E5) may be an honest serial number.
    """
    text = cell.strip()
    return bool(_DESTROYED.fullmatch(text)) and any(sign in text for sign in ".,+#")


def lines(text: str) -> list[str]:
    """The lines of a text file. Other signs that `str.splitlines` cuts at (U+2028, U+0085, a form
    feed) are part of a line: people paste them into a cell."""
    found = text.replace("\r\n", "\n").split("\n")
    return found[:-1] if found[-1] == "" else found
