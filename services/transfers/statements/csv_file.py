"""A bank's CSV export, read by a column map.

UTF-8 with or without BOM, `,` `;` or tab. Amounts may have thousands separated by `.` `,` or
a space and may end in `,00` or `.00`; a negative or empty one is money going out.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from services import clock
from services.notation import values
from services.transfers.statements.columns import Columns
from services.transfers.statements.lines import InvalidStatement, Statement, StatementLine

MOST_BYTES = 64 * 1024 * 1024
_WHOLE = re.compile(r"\+?(\d{1,15}|\d{1,3}(?:[.,\s]\d{3}){1,4})(?:[.,]00?)?", re.ASCII)
_TIMES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y")


def parse(path: Path, columns: Columns) -> Statement:
    """All credits of the file; raises InvalidStatement (names the line) or OSError."""
    if path.stat().st_size > MOST_BYTES:
        raise InvalidStatement(f"larger than {MOST_BYTES // 1024**2} MB")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidStatement(f"byte {error.start} is not UTF-8") from None
    if "\0" in text:
        raise InvalidStatement("a NUL in the text")
    rows = _rows(text, columns)
    seen: Counter[str] = Counter()
    credits, others = [], 0
    for number, row in rows:
        amount = _amount(row[columns.amount], number)
        if amount <= 0:
            others += 1
            continue
        credits.append(_line(row, columns, amount, number, seen))
    return Statement(credits, others)


def _rows(text: str, columns: Columns) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        wanted = [name for name in _needed_names(columns) if name not in header]
        if wanted:
            raise InvalidStatement(f"the header has no column {wanted[0]!r}")
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                raise InvalidStatement(f"line {reader.line_num}: {len(row)} cells instead of"
                                       f" {len(header)}")
            yield reader.line_num, dict(zip(header, row, strict=True))
    except csv.Error as error:
        raise InvalidStatement(f"line {reader.line_num}: {error}") from None


def _needed_names(columns: Columns) -> list[str]:
    return [columns.when, columns.amount, columns.text]


def _line(row: dict[str, str], columns: Columns, amount: int, number: int,
          seen: Counter[str]) -> StatementLine:
    paid_at = _moment(row[columns.when].strip(), columns.when_format, number)
    text = values.text(row[columns.text].strip(), 1000)
    reference = row.get(columns.id, "").strip()
    txn_id = values.text(reference, 52)
    if not txn_id:
        # No number: the row itself, and which of its equals it is.
        facts = f"{amount}|{paid_at}|{text}"
        seen[facts] += 1
        digest = hashlib.sha256(f"{facts}|{seen[facts]}".encode()).hexdigest()
        txn_id = "x" + digest[:40]
    return StatementLine(txn_id, amount, text, paid_at,
                         values.text(row.get(columns.payer, "").strip(), 120),
                         values.text(row.get(columns.account, "").strip(), 40), reference[:64])


def _amount(text: str, number: int) -> int:
    """Đồng; 0 for empty and for money going out."""
    kept = text.strip()
    if not kept or kept.startswith(("-", "(")):
        return 0
    match = _WHOLE.fullmatch(kept)
    if match is None:
        raise InvalidStatement(f"line {number}: {kept[:40]!r} is not an amount in whole đồng")
    return int(re.sub(r"\D", "", match[1]))


def _moment(text: str, form: str, number: int) -> int:
    for known in [form] if form else _TIMES:
        found = values.moment(text, known)
        if found:
            return found
    try:
        moment = datetime.fromisoformat(text) if not form else None
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidStatement(f"line {number}: {text[:40]!r} is not a day or time")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.LOCAL)
    return int(moment.timestamp() * 1000)
