"""Payments as partners reported them."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.bills import Bill
from db.connection import Model, fetch, fetch_one, run
from db.partners import Partner

POSTED, REFUND_DUE = "posted", "refund_due"


class Payment(Model):
    """One event (partner, partner_txn_id), kept for ever."""

    partner = pw.ForeignKeyField(Partner, column_name="partner", index=False)
    partner_txn_id = pw.CharField(max_length=64)
    body_digest = pw.CharField(max_length=64)  # hex SHA-256 of the body's canonical JSON
    bill = pw.ForeignKeyField(Bill, index=True)
    amount = pw.BigIntegerField()
    state = pw.CharField(max_length=12)
    settled_by = pw.IntegerField(null=True)  # refund_due: the payment that settled the bill
    receipt_no = pw.CharField(max_length=24, unique=True)
    payer = pw.CharField(max_length=120, default="")
    promotion = pw.TextField(default="")  # JSON as reported
    paid_at = pw.BigIntegerField()
    received_at = pw.BigIntegerField()
    voided_at = pw.BigIntegerField(null=True)  # `state` keeps what was answered at first
    void_reason = pw.CharField(max_length=200, default="")

    class Meta:
        indexes = ((("partner", "partner_txn_id"), True), (("received_at", "id"), False))


class PaymentRow(NamedTuple):
    """What the doors tell of a payment."""

    id: int
    partner: str
    partner_txn_id: str
    body_digest: str
    bill_id: int
    amount: int
    state: str
    settled_by: int | None
    receipt_no: str
    paid_at: int
    received_at: int
    voided_at: int | None = None
    void_reason: str = ""


_COLUMNS = ", ".join(PaymentRow._fields)


def get(partner: str, partner_txn_id: str) -> PaymentRow | None:
    """A partner's payment by the partner's own number, or None."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM payment WHERE partner = ? AND partner_txn_id = ?",
                    partner, partner_txn_id)
    return PaymentRow._make(row) if row else None


def get_by_id(payment_id: int) -> PaymentRow | None:
    """A payment by its row id, or None."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM payment WHERE id = ?", payment_id)
    return PaymentRow._make(row) if row else None


def of_bill(bill_id: int) -> list[PaymentRow]:
    """All payments reported for a bill, oldest first."""
    rows = fetch(f"SELECT {_COLUMNS} FROM payment WHERE bill_id = ? ORDER BY id", bill_id)
    return [PaymentRow._make(row) for row in rows]


def insert(row: tuple) -> int | None:
    """Record a payment once; returns its id, or None when (partner, partner_txn_id) is known.

    `row`: partner, partner_txn_id, body_digest, bill_id, amount, state, receipt_no, payer,
    promotion, paid_at, received_at.
    """
    found = fetch(
        "INSERT INTO payment (partner, partner_txn_id, body_digest, bill_id, amount, state,"
        " receipt_no, payer, promotion, paid_at, received_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (partner, partner_txn_id) DO NOTHING RETURNING id", *row)
    return found[0][0] if found else None


def mark_refund_due(payment_id: int, settled_by: int | None) -> bool:
    """Posted → refund due, because another payment settled the bill. True when it changed."""
    return run("UPDATE payment SET state = 'refund_due', settled_by = ?"
               " WHERE id = ? AND state = 'posted'", settled_by, payment_id) == 1


def mark_voided(payment_id: int, reason: str, now: int) -> bool:
    """Standing → voided, once. True when this call did it."""
    return run("UPDATE payment SET voided_at = ?, void_reason = ?"
               " WHERE id = ? AND voided_at IS NULL", now, reason, payment_id) == 1
