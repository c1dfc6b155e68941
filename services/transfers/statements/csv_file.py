"""A bank's CSV export, read by a column map.

UTF-8 with or without BOM, `,` `;` or tab; LF and CRLF alone end a line. Amounts may have their
thousands parted by `.` `,` `'` or a space of any kind and may end in `,00` or `.00`. Money going
out is negative (a minus before or after, brackets), empty, or said by a column of direction.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Set
from typing import NamedTuple

from services import clock
from services.notation import cells, values
from services.transfers.statements import csv_amounts, days, lines
from services.transfers.statements.columns import Columns
from services.transfers.statements.lines import (
    InvalidStatement,
    LeftOut,
    Statement,
    StatementLine,
    account_key,
    is_ours,
)

_TIMES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y")


class _Row(NamedTuple):
    """One line of the file: its cells by what they hold, "" for a column that is not there."""

    place: int  # line number; the header is line 1
    id: str
    when: str
    amount: str
    text: str
    payer: str
    account: str
    direction: str


def parse(data: bytes, columns: Columns, ours: Set[str], now: int) -> Statement:
    """What the file says; raises InvalidStatement (names line, column, value). The digest is
    the caller's."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidStatement(f"byte {error.start} is not UTF-8") from None
    if "\0" in text:
        raise InvalidStatement("a NUL in the text")
    header, table = _table(text)
    place = _places(header, columns)
    rows = [_Row(number, *(row[place[field]].strip() if field in place else ""
                           for field in _Row._fields[1:])) for number, row in table]
    if "direction" not in place:
        columns = columns._replace(direction="")
    file = _File(columns, ours, now, _are_counted([row.id for row in rows]))
    accounts = list(dict.fromkeys(account_key(row.account) for row in rows))
    found = Statement([], [], [], accounts, "")
    for row in rows:
        file.take(row, found)
    return found


def _table(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """(header, [(line number, cells)] of the rows that are not empty)."""
    reader = csv.reader(_lines(text), delimiter=_delimiter(text), strict=True)
    table = []
    try:
        header = next((row for row in reader if any(cell.strip() for cell in row)), [])
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                raise InvalidStatement(f"line {reader.line_num}: {len(row)} cells instead of"
                                       f" {len(header)}")
            table.append((reader.line_num, row))
    except csv.Error as error:
        raise InvalidStatement(f"line {reader.line_num}: {error}") from None
    return header, table


def _lines(text: str) -> list[str]:
    # A CR that ends no line is a space to whoever pasted it; the csv module would stumble.
    return cells.lines(re.sub(r"\r(?!\n)", " ", text))


def _delimiter(text: str) -> str:
    first = cells.after_empty_rows(text).partition("\n")[0]
    return max(",;\t", key=first.count)


def _places(header: list[str], columns: Columns) -> dict[str, int]:
    """Where each of a row's fields stands; raises InvalidStatement."""
    keys = [_key(name) for name in header]
    for name, key in zip(header, keys, strict=True):
        if key and keys.count(key) > 1:
            raise InvalidStatement(f"column {name.strip()[:40]!r} stands twice")
    for name in columns.needed:
        if _key(name) not in keys:
            raise InvalidStatement(f"the header has no column {name!r}")
    wanted = {field: _key(getattr(columns, field)) for field in _Row._fields[1:]}
    return {field: keys.index(key) for field, key in wanted.items() if key and key in keys}


def _key(name: str) -> str:
    """A header as it is compared: accents in one form, spaces and capitals do not matter."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def _are_counted(ids: list[str]) -> bool:
    """True when the bank's "numbers" are the rows' own, 1 to n: they start again in each file,
    so they name no transfer."""
    return sorted(ids) == sorted(str(place) for place in range(1, len(ids) + 1))


class _File:
    """Takes one row after the other, and learns from the first the word for money coming in."""

    def __init__(self, columns: Columns, ours: Set[str], now: int, counted: bool):
        self._columns = columns
        self._ours = ours
        self._now = now
        self._counted = counted
        self._out, self._into = _key(columns.out), _key(columns.into)

    def take(self, row: _Row, found: Statement) -> None:
        """Add what a row says to `found`; raises InvalidStatement."""
        account = self._account(row)
        paid_at = self._moment(row)
        amount, out = self._amount(row)
        why = self._unfit(row, account, paid_at, amount, out)
        if why:
            found.left_out.append(LeftOut(f"line {row.place}", *why))
            return
        number = self._number(row)
        evidence = f"{self._columns.id} {row.id}" if row.id and not number else ""
        line = StatementLine(
            amount, values.text(row.text, 1000), paid_at, clock.local_day(paid_at), account, number,
            payer=values.text(row.payer, 120), evidence=values.text(evidence, 200))
        if not out:
            found.lines.append(line)
        elif number and amount:
            found.outgoing.append(line)
        else:
            found.left_out.append(LeftOut(f"line {row.place}", "outgoing", row.amount[:40]))

    def _unfit(self, row: _Row, account: str, paid_at: int, amount: int,
               out: bool) -> tuple[str, str] | None:
        """(why, what) when a row does not count."""
        if not is_ours(account, self._ours):
            return "foreign_account", account
        if not row.when:
            return "no_date", row.amount[:40]
        if not days.is_near(paid_at, self._now):
            return "far_date", row.when[:40]
        return ("zero", row.amount[:40]) if not amount and not out else None

    def _account(self, row: _Row) -> str:
        account = account_key(row.account)
        shortened = {own.lstrip("0") for own in self._ours} - self._ours
        if cells.is_destroyed(row.account) or account in shortened:
            raise self._destroyed(row, "account")
        return account

    def _number(self, row: _Row) -> str:
        if cells.is_destroyed(row.id):
            raise self._destroyed(row, "id")
        return "" if self._counted else lines.number(row.id, f"line {row.place}")

    def _amount(self, row: _Row) -> tuple[int, bool]:
        """(đ, whether it is money going out)."""
        amount, out = csv_amounts.read(row.amount)
        out = self._goes_out(row) or out
        if amount is None and not out and row.when:
            raise self._wrong(row, "amount", "is not an amount in whole đồng")
        return amount or 0, out

    def _goes_out(self, row: _Row) -> bool:
        word = _key(row.direction)
        if not self._columns.direction or not row.when or word == self._out:
            return bool(word) and word == self._out
        self._into = self._into or word
        if not word or word != self._into:
            raise self._wrong(row, "direction", f"is neither {self._columns.out!r} (out) nor the"
                              " word for money coming in")
        return False

    def _moment(self, row: _Row) -> int:
        """Epoch ms; 0 for an empty cell."""
        form = self._columns.when_format
        for known in [form] if form else _TIMES:
            if found := values.moment(row.when, known):
                return found
        iso = days.read(row.when) if not form else None
        if iso is None and row.when:
            raise self._wrong(row, "when", "is not a day or time")
        return iso or 0

    def _destroyed(self, row: _Row, field: str) -> InvalidStatement:
        return self._wrong(row, field, "is what a spreadsheet made of a number; export the file"
                           " anew and do not open it there")

    def _wrong(self, row: _Row, field: str, what: str) -> InvalidStatement:
        value, column = getattr(row, field), getattr(self._columns, field)
        return InvalidStatement(f"line {row.place}, column {column!r}: {value[:40]!r} {what}")
