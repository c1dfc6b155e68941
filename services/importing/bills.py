"""Bills of the billing system: `code,year,month,ky,from_date,to_date,old_index,…,bill_no`.

A bill that nobody has paid follows the file, and the change is audited; a paid one stays as
it is and is reported. What the file says of it is kept, and counts if its payment is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from db import audit
from db.bills import CANCELLED
from db.incoming import incoming_bills
from db.incoming.incoming_bills import CONTENT, Change
from services.importing import running
from services.importing.checking import Among, Day, Kind, Number, Whole
from services.importing.customers import CODE
from services.importing.faults import MOST_SHOWN
from services.importing.subjects import ACTOR, Report, Rule, Subject, plain_rows

COLUMNS = incoming_bills.COLUMNS  # of the file, in the billing system's order
_INDEX, _MONEY = Whole(9), Whole(12)
_KINDS: dict[str, Kind] = {
    "code": CODE, "year": Among(2000, 2100), "month": Among(1, 12), "ky": Among(1, 9),
    "from_date": Day(), "to_date": Day(), "old_index": _INDEX, "new_index": _INDEX,
    "kwh": _INDEX, "subtotal": _MONEY, "vat": _MONEY, "total": _MONEY, "due_on": Day(),
    "bill_no": Number(40),
}
_RULES = (Rule("total", "not subtotal + vat", incoming_bills.WRONG_TOTAL),
          Rule("to_date", "before from_date", incoming_bills.ENDS_EARLY))
# Only noted: the billing system knows why, and the amount is what is owed.
_ODD = (("kwh is not new_index - old_index (meter changed, multiplied or read by estimate)",
         incoming_bills.ODD_KWH),)


def run(path: Path, now: int, progress: Callable[[int], None], dry_run: bool) -> Report:
    """Import a file of bills; raises what `running.run` raises."""
    return running.run(_SUBJECT, path, now, progress, dry_run)


def _compare() -> Report:
    counts = incoming_bills.compare()
    named = [f"line {line}: {code} {month:02}/{year} kỳ {ky} is {_closed(state, ours)},"
             f" the file says {theirs} đ"
             for line, code, year, month, ky, state, ours, theirs
             in incoming_bills.left(MOST_SHOWN)]
    return Report(counts.new, counts.changed, counts.same, counts.left, named)


def _closed(state: str, total: int) -> str:
    return "cancelled" if state == CANCELLED else f"paid with {total} đ"


def _store(now: int) -> None:
    incoming_bills.remember_closed(now)
    incoming_bills.add_new()
    for page in incoming_bills.changes():
        audit.append(now, map(_entry, page))
    incoming_bills.change_open(now)


def _entry(change: Change) -> tuple[str, str, str, str]:
    subject = f"{change.code}-{change.year}{change.month:02}-{change.ky}"
    values = zip(CONTENT, change.old, change.new, strict=True)
    detail = {name: [old, new] for name, old, new in values if old != new}
    return ACTOR, "bill.changed", subject, json.dumps({"line": change.line, **detail})


_SUBJECT = Subject(
    "bills", _KINDS, _RULES, incoming_bills.STAGING, COLUMNS, incoming_bills.KEY,
    plain_rows(COLUMNS), incoming_bills.stage, _compare, _store, _ODD, ("code", "customer"))
