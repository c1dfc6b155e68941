"""Bills that the company's own books have cleared: `code,year,month,ky,cleared_on`.

A bill that nobody paid here was paid elsewhere: never asked for again. One whose money we
received is settled, as an acknowledgement settles it. A cancelled one is a contradiction, and
refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from db import audit
from db.incoming import incoming_cleared
from db.incoming.incoming_cleared import Clearing
from services import clock
from services.importing import running
from services.importing.checking import Among, CheckedRows, Day, Kind
from services.importing.customers import CODE
from services.importing.faults import Notes
from services.importing.subjects import ACTOR, Report, Rule, Subject
from services.notation import bounds

COLUMNS = (*incoming_cleared.KEY, "cleared_on")  # of the file
_KINDS: dict[str, Kind] = {"code": CODE, "year": Among(2000, 2100), "month": Among(1, 12),
                           "ky": Among(1, 9), "cleared_on": Day()}
_RULES = (Rule("code", "no such bill", incoming_cleared.UNKNOWN),
          Rule("code", "the bill is cancelled", incoming_cleared.CANCELLED))


def run(path: Path, now: int, progress: Callable[[int], None], dry_run: bool) -> Report:
    """Import a file of cleared bills; raises what `running.run` raises."""
    kinds = _KINDS | {"cleared_on": Day(within=bounds.booked_days(now))}
    return running.run(_SUBJECT._replace(kinds=kinds), path, now, progress, dry_run)


def _rows(checked: CheckedRows, _notes: Notes) -> Iterator[Sequence]:
    days = checked.values["cleared_on"]
    starts = {day: clock.at_local(date.fromisoformat(day)) for day in set(days)}
    return zip(checked.lines, *(checked.values[name] for name in COLUMNS),
               map(starts.__getitem__, days), strict=True)


def _compare() -> Report:
    counts = incoming_cleared.compare()
    return Report(0, counts.elsewhere + counts.settled, counts.same, counts.left)


def _store(now: int) -> None:
    for page in incoming_cleared.clearings():
        audit.append(now, map(_entry, page))
    incoming_cleared.clear(now)


def _entry(one: Clearing) -> tuple[str, str, str, str]:
    detail = {"line": one.line, "cleared_on": one.cleared_on, "was": one.was}
    return (ACTOR, "bill.cleared", f"{one.code}-{one.year}{one.month:02}-{one.ky}",
            json.dumps(detail))


_SUBJECT = Subject(
    "cleared", _KINDS, _RULES, incoming_cleared.STAGING, incoming_cleared.COLUMNS,
    incoming_cleared.KEY, _rows, incoming_cleared.stage, _compare, _store)
