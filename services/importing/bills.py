"""Bills of the billing system: `code,year,month,ky,from_date,to_date,old_index,…,bill_no` as CSV,
or e-invoices. What a file is, its bytes tell.

A bill that nobody has paid follows the file, and the change is audited; a paid one stays as
it is and is reported. What the file says of it is kept, and counts if its payment is taken back.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from db import audit
from db.bills import CANCELLED
from db.incoming import incoming_bills, incoming_einvoices
from db.incoming.incoming_bills import CONTENT, Change
from services.importing import reading, running
from services.importing.checking import Among, Day, FreeText, Kind, Number, Whole
from services.importing.customers import CODE
from services.importing.einvoices import fields, formats, replacing
from services.importing.einvoices.rows import InvoiceReader
from services.importing.faults import BY_LINE, MOST_SHOWN, Faults, Notes
from services.importing.reading import RowBlock
from services.importing.subjects import (
    ACTOR,
    Reader,
    Report,
    Rule,
    Subject,
    plain_rows,
    read_csv,
)

COLUMNS = incoming_bills.COLUMNS  # of the file, in the billing system's order
_INDEX, _MONEY = Whole(9), Whole(12)
_KINDS: dict[str, Kind] = {
    "code": CODE, "year": Among(2000, 2100), "month": Among(1, 12), "ky": Among(1, 9),
    "from_date": Day(), "to_date": Day(), "old_index": _INDEX, "new_index": _INDEX,
    "kwh": _INDEX, "subtotal": _MONEY, "vat": _MONEY, "total": _MONEY, "due_on": Day(),
    "bill_no": Number(40),
}
_LOOKUP: dict[str, Kind] = dict(zip(incoming_einvoices.LOOKUP, (
    FreeText(60, may_be_empty=True), FreeText(120, may_be_empty=True)), strict=True))
_REPLACES: dict[str, Kind] = {incoming_einvoices.REPLACES: FreeText(40, may_be_empty=True)}
_RULES = (Rule("total", "not subtotal + vat", incoming_bills.WRONG_TOTAL),
          Rule("to_date", "before from_date", incoming_bills.ENDS_EARLY))
# Only noted: the billing system knows why, and the amount is what is owed.
_ODD = (("kwh is not new_index - old_index (meter changed, multiplied or read by estimate)",
         incoming_bills.ODD_KWH),)


def run(path: Path, now: int, progress: Callable[[int], None], dry_run: bool,
        field_map: Path = fields.DEFAULT) -> Report:
    """Import a file of bills; raises what `running.run` raises. `field_map`: where e-invoices tell
    what the Decision does not name; raises InvalidFieldMap."""
    return running.run(_subject(path, field_map), path, now, progress, dry_run)


def _subject(path: Path, field_map: Path) -> Subject:
    """CSV, unless the bytes say otherwise."""
    kind = formats.kind_of(path)
    if kind == formats.CSV:
        return _of(_KINDS | _LOOKUP, _read_csv) if _tells_lookups(path) else _of(_KINDS, read_csv)
    places: dict[int, str] = {}
    reader = InvoiceReader(kind == formats.ZIP, fields.load(field_map), places)
    return _of(_KINDS | _LOOKUP | _REPLACES, reader.read, places)


def _tells_lookups(path: Path) -> bool:
    with open(path, "rb") as file:
        header = file.readline(reading.MOST_ROW)
    return any(name.encode() in header for name in _LOOKUP)


def _read_csv(path: Path, _expected: Sequence[str], faults: Faults, _notes: Notes,
              on_chunk: Callable[[bytes], None]) -> Iterator[RowBlock]:
    for block in reading.read(path, COLUMNS, faults, on_chunk, optional=tuple(_LOOKUP)):
        empty = dict.fromkeys(_LOOKUP, [""] * len(block.lines))
        yield block._replace(columns={**empty, **block.columns})


def _of(kinds: dict[str, Kind], read: Reader, places: Mapping[int, str] = BY_LINE) -> Subject:
    more = tuple(name for name in kinds if name not in COLUMNS)
    columns = (*COLUMNS, *more)
    return Subject(
        "bills", kinds, _RULES, incoming_bills.STAGING, columns, incoming_bills.KEY,
        plain_rows(columns), functools.partial(incoming_bills.stage, more),
        functools.partial(_compare, places, more), functools.partial(_store, more),
        _ODD, ("code", "customer"), read=read, places=places,
        settle=functools.partial(replacing.settle, incoming_einvoices.REPLACES in kinds))


def _compare(places: Mapping[int, str], more: Sequence[str]) -> Report:
    counts = incoming_bills.compare()
    named = [f"{places.get(line, f'line {line}')}: {code} {month:02}/{year} kỳ {ky} is"
             f" {_closed(state, ours)}, the file says {theirs} đ"
             for line, code, year, month, ky, state, ours, theirs
             in incoming_bills.left(MOST_SHOWN)]
    lookups = incoming_einvoices.other_lookups() if more else 0
    return Report(counts.new, counts.changed, counts.same, counts.left, named, lookups=lookups)


def _closed(state: str, total: int) -> str:
    return "cancelled" if state == CANCELLED else f"paid with {total} đ"


def _store(more: Sequence[str], now: int) -> None:
    incoming_bills.remember_closed(now)
    incoming_bills.add_new()
    for page in incoming_bills.changes():
        audit.append(now, map(_entry, page))
    incoming_bills.change_open(now)
    if more:
        incoming_einvoices.store(incoming_einvoices.REPLACES in more)


def _entry(change: Change) -> tuple[str, str, str, str]:
    subject = f"{change.code}-{change.year}{change.month:02}-{change.ky}"
    values = zip(CONTENT, change.old, change.new, strict=True)
    detail = {name: [old, new] for name, old, new in values if old != new}
    return ACTOR, "bill.changed", subject, json.dumps({"line": change.line, **detail})

