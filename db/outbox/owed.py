"""What a text says is owed: it must still be so at the moment it is handed over."""

from __future__ import annotations

from typing import NamedTuple


class Owed(NamedTuple):
    """What a text says of bills: these are unpaid and make this amount (đ), and they are due on
    `due_on` (ISO; "" when the text does not say)."""

    bill_ids: tuple[int, ...]
    amount: int
    due_on: str = ""

    def condition(self) -> tuple[str, tuple]:
        """(the end of a WHERE clause, its values) by which a statement asks whether it is so."""
        marks = ", ".join("?" * len(self.bill_ids))
        due, days = (" AND due_on = ?", (self.due_on,)) if self.due_on else ("", ())
        return (" AND CAST(? AS BIGINT) = (SELECT COALESCE(SUM(total), 0) FROM bill"
                f" WHERE id IN ({marks}) AND state = 'unpaid'{due})",
                (self.amount, *self.bill_ids, *days))
