"""Is everything stored sound? Finds what no constraint of the database forbids."""

from __future__ import annotations

from collections.abc import Iterator

from db import payments, transfers
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
     "SELECT c.id FROM bank_credit c WHERE c.state <> 'duplicate'"
     ' AND c.amount <> c."left" + c.owed'
     " + COALESCE((SELECT SUM(u.amount) FROM credit_use u JOIN payment p ON p.id = u.payment_id"
     " WHERE u.credit_id = c.id AND p.voided_at IS NULL), 0)"),
    ("ledger: {} đ held, which no bank credit has left",
     "SELECT held FROM (SELECT COALESCE((SELECT SUM(amount) FROM ledger_entry"
     " WHERE account = 'unapplied:credits'), 0)"
     ' + COALESCE((SELECT SUM("left") FROM bank_credit), 0) AS held) AS sums WHERE held <> 0'),
    ("ledger: {} đ owed back, which no refund is due for",
     "SELECT owed FROM (SELECT COALESCE((SELECT SUM(amount) FROM ledger_entry"
     " WHERE account = 'payable:refunds'), 0) + COALESCE((SELECT SUM(amount) FROM refund"
     " WHERE state IN ('due', 'proposed')), 0) AS owed) AS sums WHERE owed <> 0"),
    ("refund {}: its ledger entries are not those of its state",
     "SELECT r.id FROM refund r LEFT JOIN ledger_entry e ON e.refund_id = r.id"
     " GROUP BY r.id, r.state, r.amount HAVING COALESCE(SUM(e.amount), 0) <> 0"
     " OR COALESCE(SUM(ABS(e.amount)), 0) <> CASE r.state WHEN 'given' THEN 2 * r.amount ELSE 0"
     " END"),
    ("payment {}: due back, yet no refund says so",
     "SELECT p.id FROM payment p WHERE p.state = 'refund_due' AND p.voided_at IS NULL"
     " AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.payment_id = p.id"
     " AND r.state IN ('due', 'proposed', 'given'))"),
    ("bank credit {}: owed back otherwise than its refunds say",
     "SELECT c.id FROM bank_credit c WHERE c.owed <> COALESCE((SELECT SUM(r.amount)"
     " FROM refund r WHERE r.credit_id = c.id AND r.state IN ('due', 'proposed', 'given')), 0)"),
    ("cash shift {}: its drawer on the ledger is not what is expected in it",
     "SELECT s.id FROM cash_shift s WHERE COALESCE((SELECT SUM(e.amount) FROM ledger_entry e"
     " WHERE e.account = 'cash:' || s.id), 0)"
     " <> CASE s.state WHEN 'open' THEN s.expected ELSE 0 END"),
    ("cash shift {}: float, takings and refunds do not make what is expected",
     "SELECT s.id FROM cash_shift s WHERE s.expected <> s.float_amount"
     " + COALESCE((SELECT SUM(t.due) FROM cash_taking t WHERE t.shift_id = s.id), 0)"
     " - COALESCE((SELECT SUM(r.amount) FROM refund r WHERE r.shift_id = s.id), 0)"),
    ("cash shift {}: its own ledger entries do not add up to zero",
     "SELECT shift_id FROM ledger_entry WHERE shift_id IS NOT NULL"
     " GROUP BY shift_id HAVING SUM(amount) <> 0"),
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
    for payment_id in payments.unbalanced()[:_MOST]:
        yield f"payment {payment_id}: its ledger entries do not add up to zero"
    for credit_id in transfers.unbalanced()[:_MOST]:
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
