"""A partner's day file: CSV in UTF-8, one payment a row, read strictly and whole.

Header `partner_txn_id,amount,status` and, if the partner has them, `paid_at`, `fee`,
`discount`, in any order; `,` or `;` between cells. A row whose status is `total` states the
sum of the others.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from services.errors import Invalid
from services.notation import cells
from services.reconciliation.comparing import TOTAL, DayLine

NEEDED, OPTIONAL = ("partner_txn_id", "amount", "status"), ("paid_at", "fee", "discount")
MOST_BYTES = 64 * 1024 * 1024
MOST_LINES = 500_000
# As in the API, and # for a transfer that paid several bills.
_NUMBER = re.compile(r"[A-Za-z0-9._~:#-]{1,64}")
_STATUS = re.compile(r"[a-z_]{1,20}")
_DONG = re.compile(r"[0-9]{1,13}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}.*", re.ASCII)
_LONGEST_SHOWN = 40


class InvalidDayFile(Invalid):
    """A partner's day file cannot be read; the message names line, column and value, and so do
    the attributes (0 and "" where there is none)."""

    def __init__(self, message: str, line: int = 0, column: str = "", value: str = ""):
        super().__init__(f"line {line}: {message}" if line else message)
        self.line = line
        self.column = column
        self.value = value


def read(path: Path) -> list[DayLine]:
    """The file's rows in their order.

    Raises InvalidDayFile, whose message names line, column and value, or OSError.
    """
    if path.stat().st_size > MOST_BYTES:
        raise InvalidDayFile(f"larger than {MOST_BYTES // 1024**2} MB")
    return parse(path.read_bytes())


def parse(data: bytes) -> list[DayLine]:
    """`read` for the file's bytes."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[:error.start].count(b"\n") + 1
        raise InvalidDayFile(f"byte {data[error.start]:#04x} is not UTF-8", line) from None
    return [_line(number, row) for number, row in _rows(text)]


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    first = cells.after_empty_rows(text).partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(cells.lines(text), delimiter=delimiter, strict=True)
    try:
        header = next((names for row in reader if any(names := [name.strip() for name in row])), [])
        _check_header(header, reader.line_num)
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                raise InvalidDayFile(f"{len(row)} cells instead of {len(header)}",
                                     reader.line_num)
            if reader.line_num > MOST_LINES:
                raise InvalidDayFile(f"more than {MOST_LINES} lines")
            yield reader.line_num, dict(zip(header, row, strict=True))
    except csv.Error as error:
        raise InvalidDayFile(f"{error}", reader.line_num) from None


def _check_header(header: list[str], number: int) -> None:
    if not header:
        raise InvalidDayFile("the header is missing; it names the columns"
                             f" {', '.join(NEEDED)}", 1)
    for name in header:
        if name not in NEEDED + OPTIONAL:
            raise InvalidDayFile(f"unknown column {_quote(name)}", number, name[:_LONGEST_SHOWN])
        if header.count(name) > 1:
            raise InvalidDayFile(f"column {name!r} stands twice", number, name)
    for name in NEEDED:
        if name not in header:
            raise InvalidDayFile(f"column {name!r} is missing", number, name)


def _line(number: int, row: dict[str, str]) -> DayLine:
    cells = {name: cell.strip() for name, cell in row.items()}
    _moment(number, cells.get("paid_at", ""))
    status = _read(number, cells, "status", _STATUS, "a word in small letters")
    return DayLine(
        _read(number, cells, "partner_txn_id", _NUMBER, "1-64 letters, digits and - . _ ~ : #"),
        _dong(number, cells, "amount", 0 if status == TOTAL else 1), status,
        _dong(number, cells, "discount") if cells.get("discount") else None,
        _dong(number, cells, "fee") if cells.get("fee") else None)


def _read(number: int, cells: dict[str, str], column: str, form: re.Pattern,
          wanted: str) -> str:
    if not form.fullmatch(cells[column]):
        raise _wrong(number, column, cells[column], wanted)
    return cells[column]


def _dong(number: int, cells: dict[str, str], column: str, least: int = 0) -> int:
    value = cells[column]
    if not _DONG.fullmatch(value) or int(value) < least:
        raise _wrong(number, column, value, "whole đồng, at most 13 digits"
                     + (", above 0" if least else ""))
    return int(value)


def _moment(number: int, value: str) -> None:
    """`paid_at` is for people, but a file in which it cannot be read is not to be trusted."""
    try:
        if value and not _DATE.fullmatch(value):
            raise ValueError(value)
        datetime.fromisoformat(value or "2026-01-01")
    except ValueError:
        raise _wrong(number, "paid_at", value, "a time such as 2026-11-15T11:59:30+07:00"
                     ) from None


def _wrong(number: int, column: str, value: str, wanted: str) -> InvalidDayFile:
    return InvalidDayFile(f"{column}: {_quote(value)} is not {wanted}", number, column,
                          value[:_LONGEST_SHOWN])


def _quote(value: str) -> str:
    return repr(value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…")
