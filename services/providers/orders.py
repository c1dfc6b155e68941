"""Orders at payment providers: made, asked about, never guessed.

An order is stored before the provider hears of it. A lost answer leaves it `unknown`, which is
not "failed": the sweeper asks the provider, and posts the payment if there was one.

What a wallet's own codes mean stands in its file beside this one (`momo.py`, …).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from db import bills as bill_records
from db import orders as order_records
from db import partners
from db.bills import BillRow
from db.connection import write
from db.orders import OrderRow
from services import clock, outgoing
from services.errors import AmountOutside, BillNotOwed, NoAnswer, OrderRefused
from services.outgoing import Request, Send
from services.payments import strays
from services.payments.strays import Untaken
from services.privacy import Vault
from services.providers import kinds, notices
from services.providers.kinds import Provider, Start, Status
from services.providers.notices import Notice

log = logging.getLogger("quaydien.orders")

LIFETIME = 15 * clock.MINUTE  # in which the payer must pay
FIRST_CHECK = 2 * clock.MINUTE  # the provider's own report usually comes sooner
UNKNOWN_CHECK = 30 * clock.SECOND
LONGEST_PAUSE = clock.HOUR
NOT_MADE_AFTER = LIFETIME  # past its lifetime, an order the provider does not know is void
NOT_PAID_AFTER = clock.DAY  # past its lifetime, an order still unpaid is over
STUCK_AFTER = 7 * clock.DAY  # without any answer
LEASE = 5 * clock.MINUTE  # longer than one asking can take


def create(provider: Provider, bill: BillRow, info: str, now: int,
           send: Send = outgoing.send, payer_ip: str = "127.0.0.1") -> OrderRow:
    """A new order for one unpaid bill; its `pay_url` is where the payer pays.

    `info` is what the payer reads at the provider (unaccented, no special characters).
    Raises BillNotOwed, AmountOutside, OrderRefused, or NoAnswer: then the order is kept as
    unknown and will be asked about. May take as long as `send` is patient; call it outside
    any transaction.
    """
    if bill.state != bill_records.UNPAID:
        raise BillNotOwed(bill.public_id)
    if not provider.least <= bill.total <= provider.most:
        raise AmountOutside(f"{provider.name} takes {provider.least} to {provider.most} đ")
    order = write(lambda: _store(provider, bill, info, now))
    try:
        started = _start(provider, order, payer_ip, send)
    except NoAnswer as error:
        reason = str(error)
        write(lambda: order_records.mark_answered(
            order.id, order_records.UNKNOWN, now + UNKNOWN_CHECK, reason=reason))
        raise NoAnswer(f"{order.order_ref}: {reason}") from None
    write(lambda: _note_start(order, started, now))
    if not started.accepted:
        raise OrderRefused(started.reason)
    return order._replace(state=order_records.OPEN, pay_url=started.pay_url)


def current(provider: Provider, bill: BillRow, now: int) -> OrderRow | None:
    """An order of this bill that can still be paid for two minutes or more, or None."""
    return order_records.usable(provider.name, bill.id, bill.total, now + 2 * clock.MINUTE)


def find(provider: str, order_ref: str) -> tuple[OrderRow, BillRow] | None:
    """An order and its bill, or None."""
    order = order_records.get(provider, order_ref)
    bill = bill_records.get_by_id(order.bill_id) if order else None
    return (order, bill) if order and bill else None


def _store(provider: Provider, bill: BillRow, info: str, now: int) -> OrderRow:
    partners.ensure(provider.name, provider.title, "intermediary")
    return order_records.add(provider.name, provider.new_ref(now), bill.id, bill.total, info, now,
                             now + LIFETIME, now + FIRST_CHECK)


def _start(provider: Provider, order: OrderRow, payer_ip: str, send: Send) -> Start:
    started = provider.start(order, payer_ip)
    return provider.read_start(order, send(started)) if isinstance(started, Request) else started


def _note_start(order: OrderRow, started: Start, now: int) -> None:
    state = order_records.OPEN if started.accepted else order_records.REFUSED
    order_records.mark_answered(order.id, state, now + FIRST_CHECK, started.pay_url, started.reason)


def sweep(providers: Mapping[str, Provider], vault: Vault, now: int,
          send: Send = outgoing.send, most: int = 20) -> int:
    """Ask about orders that wait for an answer; returns how many were asked about.

    Several sweepers may run: an order is leased to one of them.
    """
    due = write(lambda: order_records.claim(now, now + LEASE, most, sorted(providers)))
    for order in due:
        _ask(providers[order.partner], order, vault, now, send)
    return len(due)


def _ask(provider: Provider, order: OrderRow, vault: Vault, now: int, send: Send) -> None:
    try:
        status = provider.read_status(order, send(provider.question(order, now)))
        if status.result == kinds.PAID and not (status.amount and status.txn_id):
            raise NoAnswer("paid, without amount or number")
    except NoAnswer as error:
        log.warning("%s gave no answer on an order: %s", provider.name, error)
        _wait(order, now, order_records.STUCK, order.expires_at + STUCK_AFTER)
        return
    _learn(provider, order, status, vault, now)


def _learn(provider: Provider, order: OrderRow, status: Status, vault: Vault,
           now: int) -> None:
    if status.result in (kinds.PAID, kinds.FAILED):
        verdict = notices.record(Notice(
            provider.name, provider.title, order.order_ref, status.txn_id, status.result,
            status.amount, status.paid_at, status.reason), vault, now)
        if verdict.conflict:
            write(lambda: order_records.mark_ended(order.id, order_records.STUCK, "conflict"))
    elif status.result == kinds.MISSING:
        _wait(order, now, order_records.EXPIRED, order.expires_at + NOT_MADE_AFTER)
    else:
        _wait(order, now, order_records.EXPIRED, order.expires_at + NOT_PAID_AFTER)


def _wait(order: OrderRow, now: int, end: str, until: int) -> None:
    """Ask again later, ever more rarely; from `until` on the order ends as `end`."""
    if now >= until:
        write(lambda: _end(order, end, now))
        return
    pause = min(clock.MINUTE << min(order.checks, 10), LONGEST_PAUSE)
    write(lambda: order_records.ask_again(order.id, now + pause))


def _end(order: OrderRow, end: str, now: int) -> None:
    ended = order_records.mark_ended(order.id, end, "")
    if ended and end == order_records.STUCK:  # has the payer paid? Only the provider's people know
        bill = bill_records.get_by_id(order.bill_id)
        strays.keep(Untaken(order.partner, "lost", order.order_ref,
                            bill.public_id if bill else "", order.amount,
                            bill.code if bill else ""), now)
