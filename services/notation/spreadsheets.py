"""CSV that people open in a spreadsheet: no cell is taken for a formula (OWASP: CSV injection)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

BOM = "\ufeff"  # by which a spreadsheet knows UTF-8
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row(cells: Iterable[object]) -> str:
    """One line of CSV, ended by CR LF; None is an empty cell."""
    line = io.StringIO()
    csv.writer(line).writerow([_disarm(cell) for cell in cells])
    return line.getvalue()


def _disarm(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
