"""Money that reached the company's bank account by transfer."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db import paging
from db.connection import Model, fetch, fetch_one, run
from db.paging import Bookmark, Page, Reach
from db.partners import Partner

# Done: `matched` by itself, `assigned` by an officer, `refund_due` by an officer.
MATCHED, ASSIGNED, REFUND_DUE = "matched", "assigned", "refund_due"
# Money that waits for an officer's word. `kept`: the customer's credit, for a bill to come.
# `bundle`: several transfers told as one sum, whose details may still come.
UNMATCHED, UNDER, OVER, ALREADY_PAID, AFTER_VOID, KEPT, BUNDLE = (
    "unmatched", "under", "over", "already_paid", "after_void", "kept", "bundle")
MOVABLE = (UNMATCHED, UNDER, OVER, ALREADY_PAID, AFTER_VOID, KEPT, BUNDLE)
# Told, and not counted until an officer says what it is: `held` is perhaps told before or not
# ours (`why` says which), `conflict` is another content under a known number, `reversal` is money
# that the bank took back of which no credit is known, `duplicate` is a repetition.
DOUBTFUL, CONFLICT, REVERSAL, DUPLICATE = "held", "conflict", "reversal", "duplicate"
# Counted on as before (`before` says how), until two officers have agreed what it means.
REVERSED = "reversed"
OPEN = (*MOVABLE, DOUBTFUL, CONFLICT, REVERSAL, DUPLICATE, REVERSED)
# Over and not counted: an officer set it `aside`, it is told in `parts`, the bank took it back.
ASIDE, PARTS, TAKEN_BACK = "aside", "parts", "taken_back"
NOT_COUNTED = (DOUBTFUL, CONFLICT, REVERSAL, DUPLICATE, ASIDE, PARTS, TAKEN_BACK)
# True of a row `c` whose money is on the ledger; one taken back counts as it did before.
COUNTS = ("CASE WHEN c.state = 'reversed' THEN c.before ELSE c.state END NOT IN ("
          + ", ".join(f"'{state}'" for state in NOT_COUNTED) + ")")


class BankCredit(Model):
    """One movement of money on our bank account, whoever tells of it (`db/tellings.py`): unique by
    account and our bank's number, and by who told first under which number. Kept for ever."""

    source = pw.ForeignKeyField(Partner, column_name="source", index=False)
    txn_id = pw.CharField(max_length=56)
    body_digest = pw.CharField(max_length=64)
    amount = pw.BigIntegerField()
    left = pw.BigIntegerField()  # đ not yet given to a bill nor owed back
    # Ours, where the money arrived; "@" and the bank's name where its statement does not say.
    account = pw.CharField(max_length=40, default="")
    identity = pw.CharField(max_length=120, null=True, unique=True)  # account, our bank's number
    day = pw.CharField(max_length=10, default="")  # the value day, ISO
    bank_ref = pw.CharField(max_length=64, default="", index=True)  # letters and digits only
    paid_at = pw.BigIntegerField()
    received_at = pw.BigIntegerField()
    state = pw.CharField(max_length=12)
    code = pw.CharField(max_length=13, default="", index=True)  # the customer, when known
    same_as = pw.IntegerField(null=True, index=True)  # not counted: the credit it perhaps repeats
    parts = pw.IntegerField(default=1)  # transfers in it, told as one sum; 0: nobody said how many
    bundle_id = pw.IntegerField(null=True, index=True)  # the sum that it is a part of
    before = pw.CharField(max_length=12, default="")  # the state in which it was taken back
    why = pw.CharField(max_length=12, default="")  # why it is held
    asked = pw.CharField(max_length=8, default="")  # of a reversal: what a first officer asks
    agreed_by = pw.CharField(max_length=40, default="")  # the second officer
    officer = pw.CharField(max_length=40, default="")
    note = pw.CharField(max_length=200, default="")
    decided_at = pw.BigIntegerField(null=True)
    owed = pw.BigIntegerField(default=0)  # đ due back to the payer
    words_sealed = pw.BlobField(null=True)  # JSON [text as the bank delivered it, payer's name]

    class Meta:
        indexes = ((("source", "txn_id"), True), (("state", "received_at", "id"), False),
                   (("amount", "day"), False))


class CreditUse(Model):
    """What of a credit paid for a bill."""

    credit = pw.ForeignKeyField(BankCredit, index=True)
    payment_id = pw.IntegerField(index=True)
    amount = pw.BigIntegerField()


class CreditRow(NamedTuple):
    """What the back office and the officer's screen need of a credit."""

    id: int
    source: str
    txn_id: str
    body_digest: str
    amount: int
    left: int
    account: str
    bank_ref: str
    paid_at: int
    received_at: int
    state: str
    code: str
    same_as: int | None
    officer: str
    note: str
    owed: int
    identity: str | None
    day: str
    parts: int
    bundle_id: int | None
    before: str
    why: str
    asked: str
    agreed_by: str
    words_sealed: bytes  # b"" of what came before it was kept


# `left` is a word of SQL.
_COLUMNS = ", ".join(f'"{name}"' for name in CreditRow._fields)


def row_of(row: tuple) -> CreditRow:
    """A row as the columns of CreditRow give it."""
    return CreditRow._make((*row[:-1], bytes(row[-1] or b"")))


def get(source: str, txn_id: str) -> CreditRow | None:
    """A credit by who reported it and their number for it, or None."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM bank_credit WHERE source = ? AND txn_id = ?",
                    source, txn_id)
    return row_of(row) if row else None


def get_by_id(credit_id: int) -> CreditRow | None:
    """A credit by its row id, or None."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM bank_credit WHERE id = ?", credit_id)
    return row_of(row) if row else None


def waiting(states: tuple[str, ...], reach: Reach, after: Bookmark | None) -> Page[CreditRow]:
    """Credits in any of `states` whose customer is within reach or not known, the longest waiting
    first, from `after` on."""
    rows = paging.waiting("bank_credit", _COLUMNS, "received_at", states, reach, after)
    return paging.cut(map(row_of, rows), lambda credit: (credit.received_at, credit.id))


def count(state: str, reach: Reach) -> int:
    """How many credits within reach are in `state`; not counted beyond paging.MOST_COUNTED."""
    return paging.count("bank_credit", (state,), reach)


def of_customer(code: str) -> list[CreditRow]:
    """All credits of a customer, oldest first."""
    rows = fetch(f"SELECT {_COLUMNS} FROM bank_credit WHERE code = ? ORDER BY id", code)
    return [row_of(row) for row in rows]


def add(values: tuple) -> int:
    """Record a credit; its id. Breaks (source, txn_id) or `identity` when either is taken.

    `values`: source, txn_id, body_digest, amount, words_sealed, account, bank_ref, paid_at,
    received_at, state, code, same_as, identity, day, parts, bundle_id, before, why, left.
    """
    return fetch(
        "INSERT INTO bank_credit (source, txn_id, body_digest, amount, words_sealed, account,"
        " bank_ref, paid_at, received_at, state, code, same_as, identity, day, parts, bundle_id,"
        " before, why, \"left\", officer, note, owed, asked, agreed_by)"
        f" VALUES ({', '.join('?' * 19)}, '', '', 0, '', '') RETURNING id", *values)[0][0]


def decide(credit: CreditRow, state: str, left: int, code: str, officer: str = "",
           note: str = "", now: int | None = None) -> bool:
    """Change what a credit is, if nobody else changed it since it was read."""
    return run(
        "UPDATE bank_credit SET state = ?, \"left\" = ?, code = ?, officer = ?, note = ?,"
        " decided_at = ? WHERE id = ? AND state = ? AND \"left\" = ?",
        state, left, code, officer, note[:200], now, credit.id, credit.state, credit.left) == 1


def owe_back(credit: CreditRow, officer: str, note: str, now: int) -> bool:
    """What is left → owed back, if nobody else changed the credit since it was read."""
    return run(
        "UPDATE bank_credit SET state = 'refund_due', owed = owed + \"left\", \"left\" = 0,"
        " officer = ?, note = ?, decided_at = ? WHERE id = ? AND state = ? AND \"left\" = ?",
        officer, note[:200], now, credit.id, credit.state, credit.left) == 1


def owe(credit_id: int, owed: int) -> None:
    """So much of a credit is, or was, due back to its payer."""
    run("UPDATE bank_credit SET owed = ? WHERE id = ?", owed, credit_id)


def use(credit_id: int, payment_id: int, amount: int) -> None:
    """Note that `amount` of a credit went into a payment."""
    run("INSERT INTO credit_use (credit_id, payment_id, amount) VALUES (?, ?, ?)",
        credit_id, payment_id, amount)


def uses(credit_id: int) -> list[tuple[int, int]]:
    """(payment id, amount) of what a credit paid for."""
    return fetch("SELECT payment_id, amount FROM credit_use WHERE credit_id = ? ORDER BY id",
                 credit_id)


def paid_for(payment_id: int) -> bool:
    """True for a payment that was made out of credits."""
    return fetch_one("SELECT 1 FROM credit_use WHERE payment_id = ? LIMIT 1",
                     payment_id) is not None


def codes_owing(amount: int, most: int) -> list[str]:
    """Customers with an unpaid bill of exactly `amount`, at most `most`."""
    return [code for (code,) in fetch(
        "SELECT DISTINCT code FROM bill WHERE state = 'unpaid' AND total = ? ORDER BY code"
        " LIMIT ?", amount, most)]


def give_back(payment_id: int) -> int:
    """A payment was voided: the credits that paid it wait for an officer again. Returns how
    many; 0 for a payment that did not come by transfer."""
    return run(
        # What the bank took back stays so, whatever becomes of its payments.
        "UPDATE bank_credit SET before = CASE WHEN state = 'reversed' THEN 'after_void'"
        " ELSE before END, state = CASE WHEN state = 'reversed' THEN state ELSE 'after_void' END,"
        " \"left\" = \"left\" + (SELECT SUM(u.amount)"
        " FROM credit_use u WHERE u.credit_id = bank_credit.id AND u.payment_id = ?)"
        " WHERE id IN (SELECT credit_id FROM credit_use WHERE payment_id = ?)",
        payment_id, payment_id)
