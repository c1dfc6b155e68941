"""Which of the unpaid bills that a transfer names it pays.

A bank reference names a month, and a month may have two or three bills (kỳ); only the amount
tells which one is meant.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from db.bills import BillRow


def paid_by(amount: int, named: Sequence[BillRow], *, everything: bool = False,
            ) -> tuple[BillRow, ...]:
    """The bills among the unpaid ones that are `named` (oldest first) that `amount` đ pays; ()
    when that is not certain.

    All of them when it is their sum. `everything`: a customer is named and no month, so the
    oldest bills that make it up. Else, of the bills of one month, the one of exactly this amount
    (of two that are equal, the older kỳ).
    """
    if named and sum(bill.total for bill in named) == amount:
        return tuple(named)
    if everything:
        return _oldest(amount, named)
    if len({(bill.code, bill.year, bill.month) for bill in named}) != 1:
        return ()
    return next(((bill,) for bill in named if bill.total == amount), ())


def _oldest(amount: int, named: Sequence[BillRow]) -> tuple[BillRow, ...]:
    sums = itertools.accumulate(bill.total for bill in named)
    return next((tuple(named[:count]) for count, total in enumerate(sums, 1) if total == amount),
                ())
