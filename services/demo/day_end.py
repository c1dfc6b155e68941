"""The demo's day end: two partners' lists of the day before `as_of`, held against our books.

The bank that took the most money that day sends a list with a break of each type; Viettel's
list agrees.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from db import demo as demo_records
from db import reference
from services import clock
from services.payments import promotion_files
from services.privacy import Vault
from services.reconciliation import reconciliation
from services.reconciliation.comparing import TOTAL, DayLine
from services.transfers import credits
from services.transfers.credits import Incoming

_NOBODY_KNOWS = "chuyen tien dien thang 10"  # a transfer without a customer code
_HELD, _FEE, _STRANGERS = 215_622, 1_100, 318_082  # đ


def fill(vault: Vault, as_of: date) -> None:
    """Promotions, a transfer that pays nothing yet, and both comparisons. Call inside `write`."""
    day = as_of - timedelta(days=1)
    evening = clock.at_local(day, 18)
    promotion_files.put(promotion_files.parse(reference.promotions()), "demo", evening)
    bank, title = demo_records.busiest_bank(clock.at_local(day), clock.at_local(as_of))
    credits.record(Incoming(bank, title, f"FT{day:%y%m%d}0042", _HELD, _NOBODY_KNOWS, evening,
                            "demo", kind="bank"), vault, evening)
    morning = clock.at_local(as_of, 7)
    for partner, theirs in ((bank, _list_with_breaks(bank, day)),
                            ("viettel", reconciliation.ours("viettel", day))):
        reconciliation.reconcile(partner, day, theirs, morning, reconciliation.FILE)


def _list_with_breaks(bank: str, day: date) -> list[DayLine]:
    """The bank's list: what it really took, and what goes wrong in practice."""
    took = [line for line in reconciliation.ours(bank, day) if line.status == "posted"]
    changed = [change(line) for change, line in zip(_CHANGES, took, strict=False)]
    before = [line for back in range(1, 29)
              for line in reconciliation.ours(bank, day - timedelta(days=back))]
    theirs = [line for part in changed for line in part] + took[len(_CHANGES):] + before[:1]
    theirs.append(DayLine(f"{bank.upper()}9{day:%y%m%d}007", _STRANGERS, "posted"))
    made = sum(line.amount for line in theirs if line.status == "posted")
    return [*theirs, DayLine("TONG", made + 10_000, TOTAL)]


# What the bank writes for its first payments of the day, one after the other.
_CHANGES: tuple[Callable[[DayLine], list[DayLine]], ...] = (
    lambda line: [line._replace(amount=line.amount - 9_000)],  # digits changed by hand
    lambda line: [line._replace(status="pending")],
    lambda line: [line._replace(status="voided")],
    lambda line: [line, line],
    lambda line: [line._replace(amount=line.amount - _FEE, fee=_FEE)],
    lambda line: [],
)
