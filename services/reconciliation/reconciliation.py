"""A partner's list of a day held against ours, and the outcome kept until it is explained.

The API, the command and the officers' screen all end here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from db import audit, partners
from db import reconciliation as reconciliation_records
from db.connection import write
from db.reconciliation import OurRow
from services import clock
from services.errors import UnknownDay, UnknownPartner
from services.notation import bounds
from services.reconciliation import comparing
from services.reconciliation.comparing import VOIDED, Break, DayLine, Sum

API, FILE = "api", "file"  # where a list came from


class Outcome(NamedTuple):
    """What a comparison found. `changed`: False when the same was found before."""

    matched: int
    breaks: list[Break]
    ours: Sum
    theirs: Sum
    changed: bool


def ours(partner: str, day: date) -> list[DayLine]:
    """What we recorded for a partner on a local day, oldest first."""
    start = clock.at_local(day)
    return [_line(row) for row in reconciliation_records.of_day(partner, start, start + clock.DAY)]


def reconcile(partner: str, day: date, theirs: list[DayLine], now: int, source: str = API,
              actor: str = "") -> Outcome:
    """Compare their list of a local day with ours and keep what differs, for the officers.

    A comparison that finds what the last one found changes nothing. Raises UnknownPartner, or
    UnknownDay for a day that lies more than 400 days back or after tomorrow.
    """
    if not bounds.is_near_day(day, now):
        raise UnknownDay(day.isoformat())
    if partners.title_of(partner) is None:
        raise UnknownPartner(partner)
    mine = ours(partner, day)
    matched, breaks = comparing.compare(mine, theirs, lambda number: _find(partner, number))
    outcome = Outcome(matched, breaks, comparing.total(mine), comparing.total(theirs), False)
    changed = write(lambda: _keep(partner, day.isoformat(), outcome, source,
                                  actor or partner, now))
    return outcome._replace(changed=changed)


def _keep(partner: str, day: str, outcome: Outcome, source: str, actor: str, now: int) -> bool:
    figures = (outcome.matched, *outcome.ours, *outcome.theirs)
    rows = list(_rows(outcome.breaks))
    digest = _digest([*figures, *(row[0] for row in rows)])
    day_id = reconciliation_records.keep(partner, day, figures, digest, source, now)
    if day_id is None:
        return False
    reconciliation_records.keep_breaks(day_id, rows)
    subject = day if actor == partner else f"{partner} {day}"
    audit.append(now, [(actor, "reconcile", subject,
                        f"matched {outcome.matched}, breaks {len(rows)}")])
    return True


def _rows(breaks: list[Break]) -> Iterator[tuple]:
    """Each break as it is stored, after the mark by which it is known again."""
    times: Counter[tuple] = Counter()
    for found in breaks:
        facts = (found.type, found.partner_txn_id, *_side(found.ours), *_side(found.theirs))
        times[facts] += 1
        code = found.ours.code if found.ours else ""
        yield (_digest([*facts, times[facts]]), *facts, code)


def _side(line: DayLine | None) -> tuple[int | None, str | None]:
    return (line.amount, line.status) if line else (None, None)


def _digest(values: list) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _find(partner: str, partner_txn_id: str) -> DayLine | None:
    row = reconciliation_records.of_number(partner, partner_txn_id)
    return _line(row) if row else None


def _line(row: OurRow) -> DayLine:
    discount = json.loads(row.promotion)["discount"] if row.promotion else None
    return DayLine(row.partner_txn_id, row.amount, VOIDED if row.voided_at else row.state,
                   discount, code=row.code)
