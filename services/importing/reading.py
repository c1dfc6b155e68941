"""CSV, read strictly and block by block, so that memory does not grow with the file.

UTF-8 with or without BOM, `,` or `;`, quotes as in RFC 4180. The header must name exactly
the expected columns, in any order. A row of empty cells, as spreadsheets leave them, is no row.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from services.importing.faults import Faults, Unreadable
from services.notation import cells

MOST_BYTES = 4 * 1024**3
MOST_ROW = 8192  # characters; the longest honest row has some 600
_BLOCK = 64 * 1024
# Those of ASCII first: space, tab, vertical tab, form feed.
_SPACES = (" ", "\t", "\v", "\f", *(sign for sign in map(chr, range(0x80, 0x3001))
                                    if sign.isspace()))
_BAD_BYTES = "\N{REPLACEMENT CHARACTER}"


class RowBlock(NamedTuple):
    """Some rows: `lines[i]` is the line on which the i-th begins (the file's first is 1)."""

    lines: Sequence[int]
    columns: dict[str, Sequence[str]]


def read(path: Path, expected: Sequence[str], faults: Faults,
         on_chunk: Callable[[bytes], None], optional: Sequence[str] = ()) -> Iterator[RowBlock]:
    """Blocks of the file; bad rows go to `faults` and are left out. `optional` columns may stand
    in it too.

    `on_chunk` gets each piece of the file as it is read. Raises Unreadable (no header, other
    columns, UTF-16, too large) and OSError.
    """
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(f"the file is larger than {MOST_BYTES // 1024**3} GB")
    with open(path, "rb") as file:
        texts = _texts(file, on_chunk)
        at, first, rest = _first_line(texts)
        delimiter = ";" if first.count(";") > first.count(",") else ","
        names = _header(at, first, delimiter, expected, optional)
        rows = _Rows(delimiter, len(names), faults)
        for number, text in itertools.chain([(at + 1, rest)], texts):
            lines, columns = rows.split(number, text)
            if lines:
                yield RowBlock(lines, dict(zip(names, columns, strict=True)))
        rows.end()


def _texts(file: BinaryIO, on_chunk: Callable[[bytes], None]) -> Iterator[tuple[int, str]]:
    """(number of the first line, whole lines) until the file ends."""
    number, tail = 1, b""
    while chunk := file.read(_BLOCK):
        on_chunk(chunk)
        whole, newline, tail = (tail + chunk).rpartition(b"\n")
        if len(tail) > 4 * MOST_ROW:
            line = number + whole.count(b"\n") + len(newline)
            raise Unreadable(f"line {line}: longer than {MOST_ROW} characters")
        if newline:
            yield number, _decode(whole) + "\n"
            number += whole.count(b"\n") + 1
    if tail:
        yield number, _decode(tail) + "\n"


def _decode(data: bytes) -> str:
    # A bad byte becomes a mark that the row check finds, so that the error names its line.
    text = data.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").removesuffix("\r") if "\r" in text else text


def _first_line(texts: Iterator[tuple[int, str]]) -> tuple[int, str, str]:
    """(number, text) of the header's line, and the rest of the first block."""
    number, text = next(texts, (1, ""))
    text = text.removeprefix("\ufeff")
    begun = cells.after_empty_rows(text)
    number += text.count("\n") - begun.count("\n")
    first, _newline, rest = begun.partition("\n")
    if not first:
        raise Unreadable("line 1: the header is missing" if text else "the file is empty")
    if _BAD_BYTES in first or "\0" in first:
        raise Unreadable(f"line {number}: the file is not UTF-8 text")
    return number, first, rest


def _header(number: int, line: str, delimiter: str, expected: Sequence[str],
            optional: Sequence[str]) -> list[str]:
    try:
        names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter))]
    except csv.Error:
        raise Unreadable(f"line {number}: a stray quote, or lines that end neither with LF nor"
                         " with CRLF") from None
    complaints = [
        _complain("unknown column", [name for name in names
                                     if name not in expected and name not in optional]),
        _complain("missing column", [name for name in expected if name not in names]),
        _complain("column named twice", [name for name in (*expected, *optional)
                                        if names.count(name) > 1]),
    ]
    if any(complaints):
        raise Unreadable(f"line {number}: " + "; ".join(filter(None, complaints)))
    return names


def _complain(complaint: str, names: list[str]) -> str:
    shown = ", ".join(repr(name[:40]) if not name.isidentifier() else name[:40]
                      for name in names[:20])
    return f"{complaint}: {shown}" if names else ""


class _Rows:
    """Splits lines into cells. Keeps a row whose quoted cell goes on in the next line."""

    def __init__(self, delimiter: str, width: int, faults: Faults):
        self._delimiter = delimiter
        self._width = width
        self._faults = faults
        self._begun = ""
        self._begun_line = 0

    def split(self, number: int, text: str) -> tuple[Sequence[int], list[Sequence[str]]]:
        """(lines, columns) of a text whose first line is `number`."""
        lines = text.split("\n")
        lines.pop()
        if self._all_plain(text, lines):
            columns = self._quoted(lines) if '"' in text else self._unquoted(text, len(lines))
            if columns:
                return range(number, number + len(lines)), columns
        good = list(self._one_by_one(number, lines))
        return ([line for line, _row in good],
                list(zip(*(row for _line, row in good), strict=True)))

    def _all_plain(self, text: str, lines: list[str]) -> bool:
        """True when each line may be a row of its own."""
        return (not self._begun and "\r" not in text and _BAD_BYTES not in text
                and all(lines) and max(map(len, lines), default=0) <= MOST_ROW
                and not self._may_have_empty_row(text, lines))

    def _may_have_empty_row(self, text: str, lines: list[str]) -> bool:
        """Looks at single lines only where one begins like an empty row: hardly any file has
        such a line."""
        begins = (self._delimiter, '"', *(_SPACES[:4] if text.isascii() else _SPACES))
        return (any(text.startswith(first) or "\n" + first in text for first in begins)
                and any(self._looks_empty(line) for line in lines))

    def _looks_empty(self, line: str) -> bool:
        return not line.replace(self._delimiter, "").replace('"', "").strip()

    def _quoted(self, lines: list[str]) -> list[Sequence[str]] | None:
        """The columns of lines with quotes; None when one of them is no good row."""
        try:
            rows = list(csv.reader(lines, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None
        if len(rows) != len(lines) or set(map(len, rows)) != {self._width}:
            return None
        return list(zip(*rows, strict=True))

    def _unquoted(self, text: str, count: int) -> list[Sequence[str]] | None:
        """The columns of `count` lines without quotes; None when one of them is no good row."""
        # Each line end becomes a cell of its own. When these stand one row's width apart,
        # every row has that width, and stepping by it through the cells gives a column.
        ends = self._delimiter + "\n" + self._delimiter
        cells = text.replace("\n", ends).split(self._delimiter)
        cells.pop()
        step = self._width + 1
        if len(cells) != count * step or cells[self._width::step].count("\n") != count:
            return None
        return [cells[column::step] for column in range(self._width)]

    def _one_by_one(self, number: int, lines: list[str]) -> Iterator[tuple[int, list[str]]]:
        for line_number, line in enumerate(lines, number):
            if not self._begun:
                if not line.strip():
                    continue
                self._begun_line = line_number
            self._begun += line + "\n"
            if len(self._begun) > MOST_ROW:
                self._drop(f"a row longer than {MOST_ROW} characters, or a quote left open")
            elif self._begun.count('"') % 2 == 0:
                yield from self._take_row()

    def _take_row(self) -> Iterator[tuple[int, list[str]]]:
        text = self._begun
        try:
            row = next(csv.reader([text], delimiter=self._delimiter, strict=True))
        except csv.Error:
            self._drop("a stray quote or line break")
            return
        if not any(cell.strip() for cell in row):
            self._begun = ""
        elif _BAD_BYTES in text:
            self._drop("not UTF-8 text")
        elif len(row) != self._width:
            self._drop(f"{len(row)} cells instead of {self._width}")
        else:
            self._begun = ""
            yield self._begun_line, row

    def _drop(self, reason: str) -> None:
        self._faults.add(self._begun_line, "", self._begun.rstrip("\n"), reason)
        self._begun = ""

    def end(self) -> None:
        """The file ended: a quote still open is an error."""
        if self._begun:
            self._drop("a quote is left open")
