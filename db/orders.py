"""Orders at payment providers (VNPAY, ZaloPay, MoMo), and what the providers reported."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.bills import Bill
from db.connection import Model, fetch, fetch_one, is_sqlite, require_write, run
from db.partners import Partner

# `new`: stored, the provider has not answered yet. `unknown`: its answer was lost.
NEW, OPEN, UNKNOWN, PAID, FAILED, REFUSED, EXPIRED, HELD, STUCK = (
    "new", "open", "unknown", "paid", "failed", "refused", "expired", "held", "stuck")


class ProviderOrder(Model):
    """One order for one bill. `held`: money came in another amount and waits as a bank
    credit; `stuck`: the provider gave no answer for days, an officer must look."""

    partner = pw.ForeignKeyField(Partner, column_name="partner", index=False)
    order_ref = pw.CharField(max_length=40)  # vnp_TxnRef, app_trans_id, orderId
    bill = pw.ForeignKeyField(Bill, index=True)
    amount = pw.BigIntegerField()
    info = pw.CharField(max_length=120)  # what the payer reads at the provider
    state = pw.CharField(max_length=10, default=NEW)
    pay_url = pw.TextField(default="")
    reason = pw.CharField(max_length=120, default="")  # the provider's code when it went wrong
    payment_id = pw.IntegerField(null=True)
    credit_id = pw.IntegerField(null=True)
    created_at = pw.BigIntegerField()
    expires_at = pw.BigIntegerField()
    checks = pw.IntegerField(default=0)
    next_check_at = pw.BigIntegerField()

    class Meta:
        indexes = ((("partner", "order_ref"), True), (("state", "next_check_at"), False))


class ProviderEvent(Model):
    """One report of a provider about an order, kept for ever."""

    partner = pw.ForeignKeyField(Partner, column_name="partner", index=False)
    event = pw.CharField(max_length=120)  # the transaction's number; of a failure, what is its own
    order_ref = pw.CharField(max_length=64)
    txn_id = pw.CharField(max_length=56)
    result = pw.CharField(max_length=8)
    amount = pw.BigIntegerField()
    reason = pw.CharField(max_length=120, default="")
    body_digest = pw.CharField(max_length=64)  # "" when we had asked for it
    outcome = pw.CharField(max_length=14)
    payment_id = pw.IntegerField(null=True)
    credit_id = pw.IntegerField(null=True)
    received_at = pw.BigIntegerField()

    class Meta:
        indexes = ((("partner", "event"), True), (("partner", "order_ref"), False))


class OrderRow(NamedTuple):
    """What the back office needs of an order."""

    id: int
    partner: str
    order_ref: str
    bill_id: int
    amount: int
    info: str
    state: str
    pay_url: str
    reason: str
    payment_id: int | None
    credit_id: int | None
    created_at: int
    expires_at: int
    checks: int
    next_check_at: int


class EventRow(NamedTuple):
    """What the first delivery of an event said and led to."""

    id: int
    order_ref: str
    result: str
    amount: int
    body_digest: str
    outcome: str


_COLUMNS = ", ".join(OrderRow._fields)
_EVENT_COLUMNS = ", ".join(EventRow._fields)
_IS_WAITING = "state IN ('new', 'open', 'unknown')"


def add(partner: str, order_ref: str, bill_id: int, amount: int, info: str, now: int,
        expires_at: int, next_check_at: int) -> OrderRow:
    """Store a new order before anybody is asked for anything."""
    row = fetch(
        "INSERT INTO provider_order (partner, order_ref, bill_id, amount, info, state, pay_url,"
        " reason, created_at, expires_at, checks, next_check_at)"
        f" VALUES (?, ?, ?, ?, ?, 'new', '', '', ?, ?, 0, ?) RETURNING {_COLUMNS}",
        partner, order_ref, bill_id, amount, info, now, expires_at, next_check_at)[0]
    return OrderRow._make(row)


def get(partner: str, order_ref: str) -> OrderRow | None:
    """An order by the provider's name and our reference, or None."""
    row = fetch_one(f"SELECT {_COLUMNS} FROM provider_order WHERE partner = ? AND order_ref = ?",
                    partner, order_ref)
    return OrderRow._make(row) if row else None


def usable(partner: str, bill_id: int, amount: int, until: int) -> OrderRow | None:
    """The newest open order of this bill that can be paid until after `until`, or None."""
    row = fetch_one(
        f"SELECT {_COLUMNS} FROM provider_order WHERE bill_id = ? AND partner = ?"
        " AND amount = ? AND state = 'open' AND expires_at > ? ORDER BY id DESC LIMIT 1",
        bill_id, partner, amount, until)
    return OrderRow._make(row) if row else None


def mark_answered(order_id: int, state: str, next_check_at: int, pay_url: str = "",
                  reason: str = "") -> bool:
    """New → open, unknown or refused. False when money was faster than the answer."""
    return run("UPDATE provider_order SET state = ?, pay_url = ?, reason = ?, next_check_at = ?"
               " WHERE id = ? AND state = 'new'",
               state, pay_url, reason[:120], next_check_at, order_id) == 1


def mark_paid(order_id: int, payment_id: int | None, credit_id: int | None) -> bool:
    """Any state → paid: money that has come counts, however late. False when it was paid."""
    return run("UPDATE provider_order SET state = 'paid', payment_id = ?, credit_id = ?,"
               " reason = '' WHERE id = ? AND state <> 'paid'",
               payment_id, credit_id, order_id) == 1


def mark_held(order_id: int, credit_id: int) -> bool:
    """Not paid → held: money came, in another amount."""
    return run("UPDATE provider_order SET state = 'held', credit_id = ?"
               " WHERE id = ? AND state <> 'paid'", credit_id, order_id) == 1


def mark_ended(order_id: int, state: str, reason: str) -> bool:
    """Waiting → failed, expired or stuck."""
    return run(f"UPDATE provider_order SET state = ?, reason = ? WHERE id = ? AND {_IS_WAITING}",
               state, reason[:120], order_id) == 1


def claim(now: int, lease_until: int, most: int, partners: list[str]) -> list[OrderRow]:
    """Orders of `partners` to ask about now, at most `most`, each given to one asker until
    `lease_until`."""
    if not partners:
        return []
    skip = "" if is_sqlite() else " FOR UPDATE SKIP LOCKED"
    marks = ", ".join("?" * len(partners))
    rows = fetch(
        "UPDATE provider_order SET next_check_at = ?, checks = checks + 1 WHERE id IN"
        f" (SELECT id FROM provider_order WHERE {_IS_WAITING} AND next_check_at <= ?"
        f" AND partner IN ({marks}) ORDER BY next_check_at, id LIMIT ?{skip})"
        f" AND {_IS_WAITING} RETURNING {_COLUMNS}",
        lease_until, now, *partners, most)
    return sorted(OrderRow._make(row) for row in rows)


def ask_again(order_id: int, next_check_at: int) -> bool:
    """Still waiting: ask again at `next_check_at`."""
    return run(f"UPDATE provider_order SET next_check_at = ? WHERE id = ? AND {_IS_WAITING}",
               next_check_at, order_id) == 1


def add_event(partner: str, event: str, order_ref: str, txn_id: str, result: str, amount: int,
              reason: str, body_digest: str, now: int) -> int | None:
    """Record a report once; its id, or None when (partner, event) came before."""
    found = fetch(
        "INSERT INTO provider_event (partner, event, order_ref, txn_id, result, amount, reason,"
        " body_digest, outcome, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', ?)"
        " ON CONFLICT (partner, event) DO NOTHING RETURNING id",
        partner, event, order_ref, txn_id, result, amount, reason[:120], body_digest, now)
    return found[0][0] if found else None


def event(partner: str, name: str) -> EventRow | None:
    """The first delivery of an event, or None."""
    row = fetch_one(f"SELECT {_EVENT_COLUMNS} FROM provider_event"
                    " WHERE partner = ? AND event = ?", partner, name)
    return EventRow._make(row) if row else None


def finish_event(event_id: int, outcome: str, payment_id: int | None,
                 credit_id: int | None) -> None:
    """Note what a new event led to, in the transaction that recorded it. Call inside `write`."""
    require_write()
    run("UPDATE provider_event SET outcome = ?, payment_id = ?, credit_id = ? WHERE id = ?",
        outcome, payment_id, credit_id, event_id)


def note_body(event_id: int, body_digest: str) -> bool:
    """A report came in of what we had found out by asking: keep its digest. Once."""
    return run("UPDATE provider_event SET body_digest = ? WHERE id = ? AND body_digest = ''",
               body_digest, event_id) == 1
