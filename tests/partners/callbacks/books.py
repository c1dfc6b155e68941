"""What the records say, in a few words, for the tests of the callbacks."""

from __future__ import annotations

from db.audit import AuditEntry
from db.bills import Bill
from db.orders import ProviderEvent, ProviderOrder
from db.outbox.outbox import OutboxMessage
from db.payments import Payment
from db.transfers import BankCredit
from tests.villagers import HOA


def bill(month: int = 10, code: str = HOA.code) -> str:
    return Bill.get(Bill.code == code, Bill.month == month).state


def payments() -> list[tuple[str, str, int, str]]:
    return [(p.partner_id, p.partner_txn_id, p.amount, p.state)
            for p in Payment.select().order_by(Payment.id)]


def credits() -> list[tuple[str, int, str, str]]:
    return [(c.source_id, c.amount, c.state, c.code)
            for c in BankCredit.select().order_by(BankCredit.id)]


def orders() -> list[str]:
    return [order.state for order in ProviderOrder.select().order_by(ProviderOrder.id)]


def events() -> list[tuple[str, str]]:
    return [(e.result, e.outcome) for e in ProviderEvent.select().order_by(ProviderEvent.id)]


def alarms() -> list[tuple[str, str]]:
    return [(entry.actor, entry.action) for entry in AuditEntry.select().order_by(AuditEntry.id)
            if entry.action.endswith(".conflict")]


def messages() -> list[str]:
    return [message.kind for message in OutboxMessage.select().order_by(OutboxMessage.id)]
