"""Is everything stored sound? Finds what no constraint of the database forbids."""

from __future__ import annotations

import json
from collections.abc import Iterator

from db import counters, ledger, transfers
from db.connection import fetch, is_sqlite

_MOST = 20  # named of each kind
# Amounts above and moments outside are nobody's: they came past the doors. Sums of such amounts do
# not fit into 64 bits.
_MOST_DONG = 10**15
_FIRST, _LAST = 946_659_600_000, 4_102_419_600_000  # epoch ms: 2000 to 2099, local
_AMOUNTS = (("payment", "amount"), ("bill", "total"), ("bill", "subtotal"), ("bill", "vat"),
            ("bank_credit", "amount"), ("bank_credit", '"left"'), ("bank_credit", "owed"),
            ("refund", "amount"), ("ledger_entry", "amount"), ("cash_shift", "expected"),
            ("cash_shift", "float_amount"), ("cash_taking", "due"), ("promotion", "used"),
            ("promotion_use", "discount"), ("credit_use", "amount"))
_MOMENTS = (("payment", "paid_at"), ("payment", "received_at"), ("payment", "voided_at"),
            ("bill", "paid_at"), ("bank_credit", "paid_at"), ("bank_credit", "received_at"),
            ("refund", "created_at"), ("refund", "ended_at"), ("cash_shift", "opened_at"),
            ("cash_shift", "closed_at"), ("cash_taking", "at"), ("ledger_entry", "at"))
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
    ("ledger: {} đ held, which no bank credit has left", ledger.HELD_BUT_NOT_LEFT),
    ("ledger: {} đ owed back, which no refund is due for", ledger.OWED_BUT_NOT_DUE),
    ("refund {}: its ledger entries are not those of its state", ledger.WRONG_REFUNDS),
    ("payment {}: due back, yet no refund says so",
     "SELECT p.id FROM payment p WHERE p.state = 'refund_due' AND p.voided_at IS NULL"
     " AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.payment_id = p.id"
     " AND r.state IN ('due', 'proposed', 'given'))"),
    ("payment {}: another amount is due back than its ledger entries say",
     "SELECT p.id FROM payment p JOIN refund r ON r.payment_id = p.id"
     " WHERE p.state = 'refund_due' AND p.voided_at IS NULL"
     " AND r.state IN ('due', 'proposed', 'given') AND r.amount <> COALESCE((SELECT -SUM(e.amount)"
     " FROM ledger_entry e WHERE e.payment_id = p.id AND e.account = 'payable:refunds'), 0)"),
    ("payment {}: it claims a promotion, yet no use of one says so",
     f"SELECT p.id FROM payment p WHERE {_STANDS} AND p.promotion <> '' AND NOT EXISTS (SELECT 1"
     " FROM promotion_use u WHERE u.payment_id = p.id AND u.taken_back_at IS NULL)"),
    ("payment {}: it used a promotion and does not stand",
     "SELECT p.id FROM payment p JOIN promotion_use u ON u.payment_id = p.id"
     f" WHERE u.taken_back_at IS NULL AND NOT {_STANDS}"),
    ("promotion {}: what is used of its budget is not the sum of its uses",
     "SELECT m.id FROM promotion m WHERE m.used <> COALESCE((SELECT SUM(u.discount)"
     " FROM promotion_use u WHERE u.promotion_id = m.id AND u.taken_back_at IS NULL), 0)"),
    ("{}: numbers were left out, and the audit trail does not say why",
     "SELECT c.name FROM counter c WHERE c.name LIKE 'receipt:floor:____' AND NOT EXISTS (SELECT 1"
     " FROM audit_entry a WHERE a.action = 'receipts.skip' AND a.subject = c.name)"),
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

_CREDITS = (
    ("bank credit {}: what is left, owed back and used does not make its amount",
     f"SELECT c.id FROM bank_credit c WHERE {transfers.COUNTS}"
     ' AND c.amount <> c."left" + c.owed'
     " + COALESCE((SELECT SUM(u.amount) FROM credit_use u JOIN payment p ON p.id = u.payment_id"
     " WHERE u.credit_id = c.id AND p.voided_at IS NULL), 0)"),
    ("bank credit {}: owed back otherwise than its refunds say",
     "SELECT c.id FROM bank_credit c WHERE c.owed <> COALESCE((SELECT SUM(r.amount)"
     " FROM refund r WHERE r.credit_id = c.id AND r.state IN ('due', 'proposed', 'given')), 0)"),
    ("bank credit {}: counted on the ledger otherwise than its state says", ledger.MISCOUNTED),
    ("bank credit {}: does not count, yet something of it is left",
     f'SELECT c.id FROM bank_credit c WHERE NOT ({transfers.COUNTS}) AND c."left" <> 0'),
    ("bank credit {}: does not count, yet a payment made of it stands",
     "SELECT DISTINCT c.id FROM bank_credit c JOIN credit_use u ON u.credit_id = c.id"
     " JOIN payment p ON p.id = u.payment_id"
     f" WHERE NOT ({transfers.COUNTS}) AND p.voided_at IS NULL"),
    ("bank credit {}: repeats another one, yet it counts",
     f"SELECT c.id FROM bank_credit c WHERE c.same_as IS NOT NULL AND {transfers.COUNTS}"),
    ("bank credit {}: nobody told of it",
     "SELECT c.id FROM bank_credit c WHERE NOT EXISTS (SELECT 1 FROM credit_telling t"
     " WHERE t.credit_id = c.id)"),
    ("bank credits: several have the identity {}",
     "SELECT identity FROM bank_credit WHERE identity IS NOT NULL GROUP BY identity"
     " HAVING COUNT(*) > 1"),
    ("bank credit {}: a sum that counts beside its parts",
     "SELECT DISTINCT w.id FROM bank_credit w JOIN bank_credit c ON c.bundle_id = w.id"
     f" WHERE {transfers.COUNTS} AND w.state <> 'parts'"),
    ("bank credit {}: several movements of one document are taken for it",
     "SELECT credit_id FROM credit_telling WHERE document_id IS NOT NULL AND says = 'credit'"
     " GROUP BY credit_id, document_id HAVING COUNT(*) > 1"),
    ("bank credit {}: taken back without two officers",
     "SELECT c.id FROM bank_credit c WHERE c.state = 'taken_back'"
     " AND (c.officer = '' OR c.agreed_by = '' OR c.officer = c.agreed_by)"),
    ("bank credit {}: marked as taken back, yet no bank and no officer says so",
     "SELECT c.id FROM bank_credit c WHERE c.state IN ('reversed', 'taken_back')"
     " AND NOT EXISTS (SELECT 1 FROM credit_telling t WHERE t.credit_id = c.id"
     " AND t.says = 'reversal') AND NOT EXISTS (SELECT 1 FROM bank_credit r"
     " WHERE r.same_as = c.id AND r.state = 'aside')"),
    ("statement {}: not all of its movements are on record",
     "SELECT s.id FROM bank_statement s WHERE s.finished_at IS NOT NULL AND s.lines <> (SELECT"
     " COUNT(*) FROM credit_telling t WHERE t.document_id = s.id AND t.says <> 'bundle')"),
)


def problems() -> Iterator[str]:
    """A line for each thing that is wrong; nothing when all is sound."""
    yield from _engine()
    yield from _moments()
    outside = list(_amounts())
    yield from outside
    if outside:
        yield "ledger: with such amounts no sum can be checked"
        return
    yield from _sums()


def _sums() -> Iterator[str]:
    yield from _discounts()
    yield from _receipts()
    for payment_id in ledger.unbalanced_payments()[:_MOST]:
        yield f"payment {payment_id}: its ledger entries do not add up to zero"
    for credit_id in ledger.unbalanced_credits()[:_MOST]:
        yield f"bank credit {credit_id}: its ledger entries do not add up to zero"
    for wrong, query in (*_MONEY, *_CREDITS):
        for (name,) in fetch(f"{query} LIMIT {_MOST}"):
            yield wrong.format(name)


def _amounts() -> Iterator[str]:
    for table, column in _AMOUNTS:
        for (name,) in fetch(f"SELECT id FROM {table} WHERE {column} > ? OR {column} < ?"
                             f" LIMIT {_MOST}", _MOST_DONG, -_MOST_DONG):
            yield f"{table} {name}: its {column} is no amount of money"


def _moments() -> Iterator[str]:
    for table, column in _MOMENTS:
        for (name,) in fetch(f"SELECT id FROM {table} WHERE {column} < ? OR {column} >= ?"
                             f" LIMIT {_MOST}", _FIRST, _LAST):
            yield f"{table} {name}: its {column} is no moment"


def _discounts() -> Iterator[str]:
    """Payments that found their bill paid: a discount that they claimed is not given back."""
    found = fetch("SELECT p.id, p.amount, p.promotion, r.amount FROM payment p JOIN refund r"
                  " ON r.payment_id = p.id WHERE p.state = 'refund_due' AND p.voided_at IS NULL"
                  " AND p.promotion <> '' AND r.state IN ('due', 'proposed', 'given')")
    wrong = [payment_id for payment_id, amount, promotion, due in found
             if due != amount - json.loads(promotion)["discount"]]
    for payment_id in wrong[:_MOST]:
        yield f"payment {payment_id}: its discount is given back, which nobody paid"


def _receipts() -> Iterator[str]:
    """Numbers above their counter: they would be given once more."""
    digits = "" if is_sqlite() else " AND SUBSTR(receipt_no, 13) ~ '^[0-9]{1,18}$'"
    for office, number in fetch(
            "SELECT SUBSTR(receipt_no, 1, 11), MAX(CAST(SUBSTR(receipt_no, 13) AS BIGINT))"
            f" FROM payment WHERE receipt_no LIKE ?{digits} GROUP BY 1", "______-____-%"):
        name = f"receipt:{office[:6]}:{office[7:]}"
        if number > counters.value(name):
            yield f"receipts of {office}: number {number} was given, and would be given once more"


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
