"""A reference names a month; the amount tells which of its bills is paid."""

from __future__ import annotations

import pytest

from db.bills import BillRow
from services.bills.due import paid_by

CODE = "PA04VN0000033"


def bill(ky: int, total: int, month: int = 10, code: str = CODE) -> BillRow:
    return BillRow(month * 10 + ky, code, 2026, month, ky, 50, total, 0, total, "2026-11-20",
                   "unpaid", None)


FIRST, SECOND, THIRD = bill(1, 100_000), bill(2, 60_000), bill(3, 30_000)
TWIN = bill(3, 60_000)
SEPTEMBER = bill(1, 50_000, month=9)


@pytest.mark.parametrize(("amount", "named", "everything", "paid"), [
    (100_000, [FIRST], False, [FIRST]),
    (99_999, [FIRST], False, []),
    (100_000, [FIRST, SECOND], False, [FIRST]),
    (60_000, [FIRST, SECOND], False, [SECOND]),
    (160_000, [FIRST, SECOND], False, [FIRST, SECOND]),
    (70_000, [FIRST, SECOND], False, []),
    (90_000, [FIRST, SECOND, THIRD], False, []),
    (60_000, [FIRST, SECOND, TWIN], False, [SECOND]),
    (60_000, [SEPTEMBER, SECOND], False, []),
    (110_000, [SEPTEMBER, SECOND], False, [SEPTEMBER, SECOND]),
    (60_000, [SECOND, bill(1, 60_000, code="PA04DH0000017")], False, []),
    (50_000, [SEPTEMBER, FIRST, SECOND], True, [SEPTEMBER]),
    (150_000, [SEPTEMBER, FIRST, SECOND], True, [SEPTEMBER, FIRST]),
    (60_000, [SEPTEMBER, FIRST, SECOND], True, []),
    (0, [], False, []),
])
def test_which_bills_an_amount_pays(amount, named, everything, paid) -> None:
    assert paid_by(amount, named, everything=everything) == tuple(paid)
