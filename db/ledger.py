"""The double-entry ledger's one way in. Its rows are `db.payments.LedgerEntry`; nothing of them
is ever changed."""

from __future__ import annotations

from typing import Literal

from db.connection import run

Of = Literal["payment", "credit", "shift", "refund"]


def post(of: Of, number: int, entries: list[tuple[str, int]], now: int) -> None:
    """Append one posting of payment, bank credit, cash shift or refund `number`; `entries` are
    (account, đ: debit above 0, credit below) and must add up to zero."""
    if sum(amount for _account, amount in entries) != 0:
        raise ValueError(f"unbalanced posting: {entries}")
    rows = ", ".join(["(?, ?, ?, ?)"] * len(entries))
    values = [value for account, amount in entries for value in (number, account, amount, now)]
    run(f"INSERT INTO ledger_entry ({of}_id, account, amount, at) VALUES {rows}", *values)
