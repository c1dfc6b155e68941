"""Is everything stored sound? Finds what no constraint of the database forbids."""

from __future__ import annotations

from collections.abc import Iterator

from db import credits, payments
from db.connection import fetch, is_sqlite

_MOST = 20  # named of each kind
_STANDS = "(p.state = 'posted' AND p.voided_at IS NULL)"

# (what is wrong, query for the names of what is wrong)
_MONEY = (
    ("bill {}: subtotal and VAT do not make its total",
     "SELECT code || ' ' || month || '/' || year FROM bill WHERE subtotal + vat <> total"),
    ("bill {}: marked paid by a payment that does not exist",
     "SELECT b.id FROM bill b LEFT JOIN payment p ON p.id = b.payment_id"
     " WHERE b.payment_id IS NOT NULL AND p.id IS NULL"),
    ("bill {}: marked paid by a payment of another bill, or one that does not stand",
     "SELECT b.id FROM bill b JOIN payment p ON p.id = b.payment_id"
     f" WHERE p.bill_id <> b.id OR NOT {_STANDS}"),
    ("bill {}: unpaid, yet it names a payment",
     "SELECT id FROM bill WHERE state = 'unpaid' AND payment_id IS NOT NULL"),
    ("bill {}: money received, yet it names no payment",
     "SELECT id FROM bill WHERE state = 'received' AND payment_id IS NULL"),
    ("payment {}: posted, yet its bill is settled by another or by none",
     "SELECT p.id FROM payment p JOIN bill b ON b.id = p.bill_id"
     f" WHERE {_STANDS} AND (b.payment_id IS NULL OR b.payment_id <> p.id)"),
    ("payment {}: posted with another amount than its bill",
     "SELECT p.id FROM payment p JOIN bill b ON b.id = p.bill_id"
     f" WHERE {_STANDS} AND p.amount <> b.total"),
    ("bank credit {}: what is left, owed back and used does not make its amount",
     'SELECT c.id FROM bank_credit c WHERE c.same_as IS NULL AND c.amount <> c."left" + c.owed'
     " + COALESCE((SELECT SUM(u.amount) FROM credit_use u JOIN payment p ON p.id = u.payment_id"
     " WHERE u.credit_id = c.id AND p.voided_at IS NULL), 0)"),
    ("ledger: {} đ held, which no bank credit has left",
     "SELECT held FROM (SELECT COALESCE((SELECT SUM(amount) FROM ledger_entry"
     " WHERE account = 'unapplied:credits'), 0)"
     ' + COALESCE((SELECT SUM("left") FROM bank_credit), 0) AS held) AS sums WHERE held <> 0'),
)


def problems() -> Iterator[str]:
    """A line for each thing that is wrong; nothing when all is sound."""
    yield from _engine()
    for payment_id in payments.unbalanced()[:_MOST]:
        yield f"payment {payment_id}: its ledger entries do not add up to zero"
    for credit_id in credits.unbalanced()[:_MOST]:
        yield f"bank credit {credit_id}: its ledger entries do not add up to zero"
    for wrong, query in _MONEY:
        for (name,) in fetch(f"{query} LIMIT {_MOST}"):
            yield wrong.format(name)


def _engine() -> Iterator[str]:
    # PostgreSQL keeps its own promises; SQLite is asked whether the file is whole.
    if not is_sqlite():
        return
    for (found,) in fetch("PRAGMA integrity_check(20)"):
        if found != "ok":
            yield f"database file: {found}"
    for table, row_id, parent, _number in fetch("PRAGMA foreign_key_check")[:_MOST]:
        yield f"{table} row {row_id}: what it names in {parent} is missing"


def counts() -> dict[str, int]:
    """How many rows the largest tables have."""
    return {table: fetch(f"SELECT COUNT(*) FROM {table}")[0][0]
            for table in ("customer", "bill", "payment", "ledger_entry")}
