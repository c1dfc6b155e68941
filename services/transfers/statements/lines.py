"""One credit of a statement, whatever the file's form was."""

from __future__ import annotations

from typing import NamedTuple

from services.errors import Invalid


class InvalidStatement(Invalid):
    """A bank statement file cannot be read; the message names the place."""


class StatementLine(NamedTuple):
    """Money that came in. `txn_id` is the bank's number, the same each time the bank reports
    it; at most 52 characters."""

    txn_id: str
    amount: int  # đ, above 0
    text: str
    paid_at: int  # epoch ms
    payer: str = ""
    account: str = ""
    bank_ref: str = ""


class Statement(NamedTuple):
    """A whole file: its credits, and how many entries it had that are none (money going out,
    entries not yet booked)."""

    credits: list[StatementLine]
    others: int
