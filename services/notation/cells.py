"""Cells of files that people and spreadsheets touched before we read them."""

from __future__ import annotations

import re

# As spreadsheets and programs write a number that was too long for them: 9.12E+11, 9,12E+11,
# 1E+12, 9.12E11; a column too narrow: #####; a formula that failed: #N/A, #REF!; a code that went
# through a float: 912000000000.0
_DESTROYED = re.compile(
    r"[+-]?\d{1,3}([.,]\d+)?E[+-]\d{1,3}|[+-]?\d{1,3}[.,]\d+E\d{1,3}|#+|#[A-Z0-9/]+[!?]|#N/A|\d+[.,]0{1,2}",
    re.ASCII | re.IGNORECASE)
_EMPTY_ROWS = re.compile(r'(?:(?:[,;"]|[^\S\n])*\n)*')


def is_destroyed(cell: str) -> bool:
    """True for what a spreadsheet made of a number that names something (a transfer, a bill, a
    meter, a contract): it has lost digits, so it is nobody's number any more."""
    return _DESTROYED.fullmatch(cell.strip()) is not None


def after_empty_rows(text: str) -> str:
    """`text` from its first line that is no row of empty cells: a row of empty cells is no row,
    above the header too."""
    return text[_EMPTY_ROWS.match(text).end():]  # type: ignore[union-attr]  # matches nothing too


def lines(text: str) -> list[str]:
    """The lines of a file from outside, with their ends: LF and CRLF alone end one.

    `str.splitlines` would also cut at VT, FF, NEL, U+2028 and others, which stand inside texts
    that people paste.
    """
    return re.findall(r"[^\n]*\n|[^\n]+", text)
