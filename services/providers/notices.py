"""What a provider reports about an order: recorded once, posted once, never lost.

Money for an order we do not know, or in another amount, is held as a bank credit for an
officer. A report that comes again changes nothing; one that comes again with other content is
an alarm. What a wallet's own codes mean stands in its file beside this one (`momo.py`, …).
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from db import audit, partners
from db import bills as bill_records
from db import orders as order_records
from db import strays as stray_records
from db import transfers as transfer_records
from db.connection import write
from db.orders import OrderRow
from services.errors import AmountMismatch, IdempotencyConflict
from services.notation import bounds
from services.payments import payments, strays
from services.payments.payments import Report
from services.payments.strays import Untaken, Why
from services.privacy import Vault
from services.providers import kinds
from services.transfers import booking, credits
from services.transfers.credits import Incoming


class Notice(NamedTuple):
    """A provider's word on one transaction for an order. `body_digest`: hex SHA-256 of what
    was signed; "" when it is the answer to a question of ours."""

    partner: str
    title: str
    order_ref: str
    txn_id: str  # at most 56 characters
    result: str  # kinds.PAID, FAILED or WAITING
    amount: int  # đ
    paid_at: int  # epoch ms
    reason: str = ""
    body_digest: str = ""

    @property
    def event(self) -> str:
        """What makes it one event: the transaction when money moved."""
        if self.result == kinds.PAID:
            return self.txn_id or self.order_ref
        return f"{self.order_ref}:{self.txn_id}:{self.result}:{self.reason}"[:120]

    @property
    def correction(self) -> str:
        """The event's name when the transaction was first reported with other content."""
        return f"{self.event}:{self.order_ref}:{self.amount}"


class Verdict(NamedTuple):
    """What the provider may be told."""

    known_order: bool
    right_amount: bool
    new: bool  # False: it came before
    conflict: bool  # it came before with other content


class _Effect(NamedTuple):
    outcome: str
    payment_id: int | None = None
    credit_id: int | None = None


def record(notice: Notice, vault: Vault, now: int) -> Verdict:
    """Record a notice and everything that follows from it in one transaction."""
    return write(lambda: _record(notice, vault, now))


def _record(notice: Notice, vault: Vault, now: int) -> Verdict:
    partners.ensure(notice.partner, notice.title, "intermediary")
    order = order_records.get(notice.partner, notice.order_ref)
    notice = _in_time(notice, order, now)
    event_id = _add(notice, notice.event, now)
    if event_id is None and _corrects(notice, order, now):
        event_id = _add(notice, notice.correction, now)
    if event_id is None:
        return _verdict(notice, order, new=False, conflict=not _same(notice, now))
    done = _apply(notice, order, vault, now)
    order_records.finish_event(event_id, *done)
    return _verdict(notice, order, new=True, conflict=done.outcome == "conflict")


def _in_time(notice: Notice, order: OrderRow | None, now: int) -> Notice:
    """The notice with the moment of its arrival in place of one that cannot be; money is never
    refused for it, but an officer hears."""
    paid_at = bounds.arrival(notice.paid_at or now, now)
    if notice.paid_at and paid_at != notice.paid_at and notice.result == kinds.PAID:
        _show("time_taken", notice, order, now)
    return notice._replace(paid_at=paid_at)


def _show(why: Why, notice: Notice, order: OrderRow | None, now: int) -> None:
    """A row for the officers: what this notice says does not fit."""
    bill = bill_records.get_by_id(order.bill_id) if order else None
    strays.keep(Untaken(notice.partner, why, notice.txn_id or notice.order_ref, notice.order_ref,
                        notice.amount, bill.code if bill else "", _digest(notice)), now)


def _add(notice: Notice, event: str, now: int) -> int | None:
    return order_records.add_event(
        notice.partner, event, notice.order_ref, notice.txn_id, notice.result, notice.amount,
        notice.reason, notice.body_digest, now)


def _corrects(notice: Notice, order: OrderRow | None, now: int) -> bool:
    """True when the transaction was reported before with a wrong order or amount, and now fits
    one of ours: it is the same money, so what was held for it waits as a repetition."""
    if notice.result != kinds.PAID or order is None or notice.amount != order.amount:
        return False
    bill = bill_records.get_by_id(order.bill_id)
    if bill is None or bill.total != notice.amount:
        return False  # the bill was corrected: the money stays held, and an alarm says so
    held = transfer_records.get(notice.partner, _txn(notice))
    if held is None or not booking.set_aside(held, now):
        return False
    audit.append(now, [(notice.partner, "payment.corrected", _txn(notice),
                        f"credit {held.id}: {held.amount}")])
    return True


def _verdict(notice: Notice, order: OrderRow | None, new: bool, conflict: bool) -> Verdict:
    right = order is not None and order.amount == notice.amount
    return Verdict(order is not None, right, new, conflict)


def _same(notice: Notice, now: int) -> bool:
    """True when the event's first report said the same; otherwise an alarm is kept."""
    seen = (order_records.event(notice.partner, notice.correction)
            or order_records.event(notice.partner, notice.event))
    if seen is not None and (seen.order_ref, seen.result, seen.amount) == (
            notice.order_ref, notice.result, notice.amount):
        if notice.body_digest in ("", seen.body_digest):
            return True
        if seen.body_digest == "" and order_records.note_body(seen.id, notice.body_digest):
            return True
    audit.append(now, [(notice.partner, "payment.conflict", notice.txn_id or notice.order_ref,
                        notice.body_digest)])
    _show("conflict", notice, order_records.get(notice.partner, notice.order_ref), now)
    return False


def _apply(notice: Notice, order: OrderRow | None, vault: Vault, now: int) -> _Effect:
    if notice.result != kinds.PAID:
        if notice.result == kinds.FAILED and order is not None:
            order_records.mark_ended(order.id, order_records.FAILED, notice.reason)
            if order.state == order_records.PAID:
                _show("contrary", notice, order, now)
        return _Effect(notice.result)
    if order is None:
        return _Effect("unknown", None, _hold(notice, transfer_records.UNMATCHED, "", vault, now))
    stray_records.take(notice.partner, order.order_ref, now)
    if notice.amount != order.amount:
        return _other_amount(notice, order, vault, now)
    return _post(notice, order, vault, now)


def _other_amount(notice: Notice, order: OrderRow, vault: Vault, now: int) -> _Effect:
    credit_id = _hold_for(notice, order, order.amount, vault, now)
    order_records.mark_held(order.id, credit_id)
    return _Effect("held", None, credit_id)


def _post(notice: Notice, order: OrderRow, vault: Vault, now: int) -> _Effect:
    bill = bill_records.get_by_id(order.bill_id)
    if bill is None:
        return _other_amount(notice, order, vault, now)
    try:
        posting, _new = payments.post(Report(
            notice.partner, _txn(notice), bill.public_id, notice.amount, notice.paid_at,
            notice.body_digest or _digest(notice)), now)
    except AmountMismatch:
        # The bill was corrected after the order: the provider is right, the bill is another.
        credit_id = _hold_for(notice, order, bill.total, vault, now)
        order_records.mark_paid(order.id, None, credit_id)
        return _Effect("bill_changed", None, credit_id)
    except IdempotencyConflict:
        _show("conflict", notice, order, now)
        return _Effect("conflict")
    order_records.mark_paid(order.id, posting.payment.id, None)
    return _Effect(posting.payment.state, posting.payment.id)


def _hold_for(notice: Notice, order: OrderRow, expected: int, vault: Vault,
              now: int) -> int:
    bill = bill_records.get_by_id(order.bill_id)
    state = transfer_records.UNDER if notice.amount < expected else transfer_records.OVER
    return _hold(notice, state, bill.code if bill else "", vault, now)


def _hold(notice: Notice, state: str, code: str, vault: Vault, now: int) -> int:
    return credits.hold(Incoming(
        notice.partner, notice.title, _txn(notice), notice.amount, notice.order_ref,
        notice.paid_at, notice.body_digest or _digest(notice)), state, code, vault, now)


def _txn(notice: Notice) -> str:
    return notice.txn_id or notice.order_ref[:56]


def _digest(notice: Notice) -> str:
    facts = f"{notice.order_ref}|{notice.txn_id}|{notice.result}|{notice.amount}"
    return hashlib.sha256(facts.encode()).hexdigest()
