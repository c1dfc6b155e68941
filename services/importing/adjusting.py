"""What the billing system changes on bills: `code,year,month,ky,kind,amount,on`.

cancel: the bill is taken back. lower: `amount` is what it is from now on. credit: a credit note,
`amount` in the customer's favour. What was paid here above that is due back in the same
transaction. The same document again changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from db import audit
from db.adjustments import CANCEL, CREDIT, LOWER
from db.incoming import incoming_adjustments
from db.incoming.incoming_adjustments import Adjustment
from services.importing import running
from services.importing.checking import Among, CheckedRows, Day, Each, Kind, OneOf
from services.importing.customers import CODE
from services.importing.faults import Notes
from services.importing.subjects import ACTOR, Report, Rule, Subject
from services.notation import bounds
from services.payments import reductions

COLUMNS = (*incoming_adjustments.KEY, "amount", "on")  # of the file
_AMOUNT = re.compile(r"-?\d{1,12}", re.ASCII)


def _amount(cell: str) -> int | None:
    if not cell:
        return None
    if not _AMOUNT.fullmatch(cell):
        raise ValueError(cell)
    return int(cell)


_KINDS: dict[str, Kind] = {
    "code": CODE, "year": Among(2000, 2100), "month": Among(1, 12), "ky": Among(1, 9),
    "kind": OneOf(frozenset([CANCEL, LOWER, CREDIT]), "cancel, lower or credit expected"),
    "amount": Each(_amount, "a whole number of at most 12 digits expected"), "on": Day()}
_RULES = (
    Rule("code", "no such bill", incoming_adjustments.UNKNOWN),
    Rule("code", "the bill is cancelled", incoming_adjustments.CANCELLED),
    Rule("amount", "an amount expected", incoming_adjustments.NO_AMOUNT),
    Rule("amount", "an amount above 0 expected", incoming_adjustments.NEGATIVE),
    Rule("amount", "not the bill's total", incoming_adjustments.OTHER_TOTAL),
    Rule("amount", "not below the bill's total", incoming_adjustments.NOT_BELOW))


def run(path: Path, now: int, progress: Callable[[int], None], dry_run: bool) -> Report:
    """Import a file of adjustments; raises what `running.run` raises."""
    kinds = _KINDS | {"on": Day(within=bounds.booked_days(now))}
    return running.run(_SUBJECT._replace(kinds=kinds), path, now, progress, dry_run)


def _rows(checked: CheckedRows, _notes: Notes) -> Iterator[Sequence]:
    values = checked.values
    # A credit note is written with a minus or without: either way it is in the customer's favour.
    amounts = (abs(amount) if kind == CREDIT and amount else amount
               for kind, amount in zip(values["kind"], values["amount"], strict=True))
    return zip(checked.lines, *(values[name] for name in incoming_adjustments.KEY), amounts,
               values["on"], strict=True)


def _compare() -> Report:
    counts = incoming_adjustments.compare()
    return Report(0, counts.changed, counts.same, counts.left)


def _store(now: int) -> None:
    for page in incoming_adjustments.changes():
        audit.append(now, map(_entry, page))
    incoming_adjustments.lower(now)
    _owe_back(LOWER, now)
    incoming_adjustments.cancel(now)
    _owe_back(CANCEL, now)
    incoming_adjustments.give_credit(now)


def _owe_back(kind: str, now: int) -> None:
    for one in incoming_adjustments.paid_back(kind):
        reductions.owe_back(one.payment_id, one.id, one.kind, one.reduction, one.day, now)


_ACTIONS = {CANCEL: "bill.cancelled", LOWER: "bill.lowered", CREDIT: "bill.credited"}


def _entry(one: Adjustment) -> tuple[str, str, str, str]:
    detail = {"line": one.line, "amount": one.amount, "on": one.day, "total": one.total}
    return (ACTOR, _ACTIONS[one.kind], f"{one.code}-{one.year}{one.month:02}-{one.ky}",
            json.dumps(detail))


_SUBJECT = Subject(
    "adjustments", _KINDS, _RULES, incoming_adjustments.STAGING, incoming_adjustments.COLUMNS,
    incoming_adjustments.KEY, _rows, incoming_adjustments.stage, _compare, _store,
    written={"amount": lambda value: "" if value is None else str(value)})
