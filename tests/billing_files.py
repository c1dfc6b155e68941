"""Files as the billing system exports them, about the villagers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from services.importing.bills import COLUMNS as BILL_COLUMNS
from services.importing.customers import COLUMNS as CUSTOMER_COLUMNS

# The bill that Hoa owes in the villagers' database, and Hoa herself.
HOA_BILL = ("PA04DH0000017", 2026, 10, 1, "2026-09-22", "2026-10-21", 1000, 1222, 222, 505656,
            40452, 546108, "2026-11-20", "0017202610")
HOA = ("PA04DH0000017", "Nguyễn Thị Hoa", "Xóm 1", "05569", "0912000017", 1, "M00017",
       "household", "", "", "electronic")
NEWCOMER = ("PA04DH0000066", "Bàn Tài Lộc", "Xóm Nà Mao, tổ 2", "05569", "0912 000 066", 2,
            "M00066", "household", "20260001", "2026-03-01", "electronic")


def bill(base: tuple = HOA_BILL, **changes) -> tuple:
    """A bill row with some columns changed by name."""
    return _changed(BILL_COLUMNS, base, changes)


def customer(base: tuple = NEWCOMER, **changes) -> tuple:
    """A customer row with some columns changed by name."""
    return _changed(CUSTOMER_COLUMNS, base, changes)


def _changed(columns: tuple, base: tuple, changes: dict) -> tuple:
    assert set(changes) <= set(columns)
    return tuple(changes.get(name, value) for name, value in zip(columns, base, strict=True))


def neighbours(count: int) -> list[tuple]:
    """Customers of a new office."""
    return [customer(code=f"PA04XN{number:07}", phone=f"+8497{number:07}")
            for number in range(count)]


def year_of_bills(people: Iterable[tuple]) -> Iterator[tuple]:
    """Twelve bills for each of the customers."""
    for code, *_rest in people:
        for month in range(1, 13):
            yield bill(code=code, month=month, bill_no=f"{code}{month:02}")


def bills(path: Path, *rows: tuple) -> Path:
    """Write a file of bills."""
    return write(path, [BILL_COLUMNS, *rows])


def customers(path: Path, *rows: tuple) -> Path:
    """Write a file of customers."""
    return write(path, [CUSTOMER_COLUMNS, *rows])


def write(path: Path, rows: Iterable[Iterable], delimiter: str = ",", start: str = "",
          end: str = "\n") -> Path:
    """Write rows as CSV; a cell with the delimiter, a quote or a line break is quoted."""
    lines = (delimiter.join(_cell(value, delimiter) for value in row) for row in rows)
    path.write_bytes((start + end.join(lines) + end).encode())
    return path


def _cell(value, delimiter: str) -> str:
    text = str(value)
    if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text
