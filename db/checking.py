"""Is everything stored sound? Finds what no constraint of the database forbids."""

from __future__ import annotations

from collections.abc import Iterator

from db import ledger
from db.connection import fetch, is_sqlite

_MOST = 20  # named of each kind
_STANDS = "(p.state = 'posted' AND p.voided_at IS NULL)"

# (what is wrong, query for the names of what is wrong)
_MONEY = (
    ("bill {}: subtotal and VAT do not make its total",
     "SELECT code || ' ' || month || '/' || year || CASE WHEN ky > 1 THEN ' kỳ ' || ky ELSE '' END"
     " FROM bill WHERE subtotal + vat - lowered <> total"),
    ("bill {}: marked paid by a payment that does not exist",
     "SELECT b.id FROM bill b LEFT JOIN payment p ON p.id = b.payment_id"
     " WHERE b.payment_id IS NOT NULL AND p.id IS NULL"),
    ("bill {}: marked paid by a payment of another bill, or one that does not stand",
     "SELECT b.id FROM bill b JOIN payment p ON p.id = b.payment_id"
     f" WHERE p.bill_id <> b.id OR NOT {_STANDS}"),
    ("bill {}: unpaid, yet it names a payment",
     "SELECT id FROM bill WHERE state = 'unpaid' AND payment_id IS NOT NULL"),
    ("bill {}: paid elsewhere, yet it names a payment",
     "SELECT id FROM bill WHERE state = 'elsewhere' AND payment_id IS NOT NULL"),
    ("bill {}: paid elsewhere or cancelled, yet no document says so",
     "SELECT b.id FROM bill b WHERE b.state IN ('elsewhere', 'cancelled') AND NOT EXISTS (SELECT 1"
     " FROM bill_adjustment a WHERE a.bill_id = b.id"
     " AND a.kind = CASE b.state WHEN 'elsewhere' THEN 'cleared' ELSE 'cancel' END)"),
    ("bill {}: nobody has paid it, yet a correction waits until its payment is taken back",
     "SELECT b.id FROM bill b JOIN bill_correction n ON n.bill_id = b.id"
     " WHERE b.payment_id IS NULL"),
    ("credit note {}: set off, yet nobody did it",
     "SELECT id FROM bill_adjustment WHERE ended_at IS NOT NULL AND ended_by = ''"),
    ("bill {}: money received, yet it names no payment",
     "SELECT id FROM bill WHERE state = 'received' AND payment_id IS NULL"),
    ("payment {}: posted, yet its bill is settled by another or by none",
     "SELECT p.id FROM payment p JOIN bill b ON b.id = p.bill_id"
     f" WHERE {_STANDS} AND (b.payment_id IS NULL OR b.payment_id <> p.id)"),
    ("payment {}: posted with another amount than its bill",
     "SELECT p.id FROM payment p JOIN bill b ON b.id = p.bill_id"
     f" WHERE {_STANDS} AND p.amount <> b.total + COALESCE((SELECT SUM(a.reduction)"
     " FROM bill_adjustment a WHERE a.payment_id = p.id AND a.kind = 'lower'), 0)"),
    ("payment {}: its ledger entries owe back otherwise than its refunds say",
     ledger.PAYABLE_BUT_NOT_DUE),
    ("bank credit {}: what is left, owed back and used does not make its amount",
     "SELECT c.id FROM bank_credit c WHERE c.state <> 'duplicate'"
     ' AND c.amount <> c."left" + c.owed'
     " + COALESCE((SELECT SUM(u.amount) FROM credit_use u JOIN payment p ON p.id = u.payment_id"
     " WHERE u.credit_id = c.id AND p.voided_at IS NULL), 0)"),
    ("ledger: {} đ held, which no bank credit has left", ledger.HELD_BUT_NOT_LEFT),
    ("ledger: {} đ owed back, which no refund is due for", ledger.OWED_BUT_NOT_DUE),
    ("refund {}: its ledger entries are not those of its state", ledger.WRONG_REFUNDS),
    ("payment {}: due back, yet no refund says so",
     "SELECT p.id FROM payment p WHERE p.state = 'refund_due' AND p.voided_at IS NULL"
     " AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.payment_id = p.id"
     " AND r.state IN ('due', 'proposed', 'given'))"),
    ("bank credit {}: owed back otherwise than its refunds say",
     "SELECT c.id FROM bank_credit c WHERE c.owed <> COALESCE((SELECT SUM(r.amount)"
     " FROM refund r WHERE r.credit_id = c.id AND r.state IN ('due', 'proposed', 'given')), 0)"),
    ("cash shift {}: its drawer on the ledger is not what is expected in it",
     ledger.WRONG_DRAWERS),
    ("cash shift {}: float, takings and refunds do not make what is expected",
     "SELECT s.id FROM cash_shift s WHERE s.expected <> s.float_amount"
     " + COALESCE((SELECT SUM(t.due) FROM cash_taking t WHERE t.shift_id = s.id), 0)"
     " - COALESCE((SELECT SUM(r.amount) FROM refund r WHERE r.shift_id = s.id), 0)"),
    ("cash shift {}: its own ledger entries do not add up to zero", ledger.UNBALANCED_SHIFTS),
    ("cash shift {}: closed without a count, or with a difference and no reason",
     "SELECT id FROM cash_shift WHERE state = 'closed' AND (counted IS NULL"
     " OR (counted <> expected AND reason = ''))"),
    ("cash taking {}: its payments do not make what was due",
     "SELECT t.id FROM cash_taking t WHERE t.handed < t.due OR t.due <> COALESCE((SELECT"
     " SUM(p.amount) FROM cash_part c JOIN payment p ON p.id = c.payment_id"
     " WHERE c.taking_id = t.id), 0)"),
)


def problems() -> Iterator[str]:
    """A line for each thing that is wrong; nothing when all is sound."""
    yield from _engine()
    for payment_id in ledger.unbalanced_payments()[:_MOST]:
        yield f"payment {payment_id}: its ledger entries do not add up to zero"
    for credit_id in ledger.unbalanced_credits()[:_MOST]:
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
