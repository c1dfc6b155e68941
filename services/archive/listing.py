"""Lists of old contracts: `contract_no,customer_code,name,signed_on,old_commune,old_district,
office`. A contract on which work has begun stays as it is and is counted as left."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from db import reference
from db.incoming import incoming_archive
from services.archive import entries, sheets
from services.importing import running
from services.importing.checking import CheckedRows, Day, Each, FreeText, Kind, OneOf
from services.importing.faults import ImportRefused, Notes
from services.importing.subjects import Report, Subject
from services.notation import cells, codes, communes

_LONGEST_NUMBER = 40


def number(text: str) -> str:
    """A contract number as it is written; raises ValueError."""
    written = " ".join(unicodedata.normalize("NFC", text).split())
    if (not sheets.key_of(written) or len(written) > _LONGEST_NUMBER or not written.isprintable()
            or cells.is_destroyed(written)):
        raise ValueError(text)
    return written


def _code(text: str) -> str:
    if text and not codes.CODE.fullmatch(text):
        raise ValueError(text)
    return text


def _kinds() -> dict[str, Kind]:
    offices = frozenset(office.code for office in reference.offices())
    return {
        "contract_no": Each(number, "a contract number of 1 to 40 characters expected"),
        "customer_code": Each(_code, "empty or a customer code such as PA04DH0000017 expected"),
        "name": FreeText(120, may_be_empty=True), "signed_on": Day(may_be_empty=True),
        "old_commune": FreeText(80, may_be_empty=True),
        "old_district": FreeText(80, may_be_empty=True),
        "office": OneOf(offices, "the six characters of an office expected, such as PA04DH"),
    }


def _rows(checked: CheckedRows, _notes: Notes) -> Iterable[Sequence]:
    columns = (checked.values[name] for name in incoming_archive.CONTENT)
    for line, contract_no, *rest in zip(checked.lines, *columns, strict=True):
        yield (line, sheets.key_of(contract_no), contract_no, *rest,
               communes.today_of(rest[3], rest[4]))


def run(path: Path, now: int, progress: Callable[[int], None], dry_run: bool) -> Report:
    """Import a list, beside the paper contracts of the billing system; raises what
    `running.run` raises."""
    if not dry_run:
        entries.take_over(now)
    try:
        return running.run(_SUBJECT, path, now, progress, dry_run)
    except ImportRefused as error:
        # Numbers are compared without their signs, but people know the column of the file.
        named = [fault._replace(column="contract_no") if fault.column == "key" else fault
                 for fault in error.faults]
        raise ImportRefused(named, error.count) from None


def _compare() -> Report:
    return Report(*incoming_archive.compare())


_SUBJECT = Subject(
    "archive", _kinds(), (), incoming_archive.STAGING, incoming_archive.COLUMNS,
    incoming_archive.KEY, _rows, incoming_archive.stage, _compare, incoming_archive.store,
    odd=(("the billing system does not know this customer",
          incoming_archive.UNKNOWN_CUSTOMER),))
