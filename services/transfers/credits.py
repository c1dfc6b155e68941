"""Money that reached the company's bank account: recorded always, matched when it is certain.

A credit settles bills by itself only when the reference in its text names them and the amount
is theirs to the đồng. Everything else waits for an officer
(`services/transfers/credit_desk.py`) in a state that says why. Between arrival and bill the money
stands on the account HELD.
"""

from __future__ import annotations

import itertools
import json
from typing import NamedTuple

from db import audit, ledger, partners
from db import bills as bill_records
from db import customers as customer_records
from db import payments as payment_records
from db import transfers as transfer_records
from db.bills import BillRow
from db.connection import write
from db.transfers import CreditRow
from services import clock
from services.bills.due import paid_by
from services.errors import IdempotencyConflict
from services.payments import payments
from services.payments.payments import Report
from services.privacy import Vault
from services.transfers import references
from services.transfers.references import Reference

HELD = "unapplied:credits"
MOST_BILLS = 36  # looked through when a month is named: three years
# The same money reported by webhook and by statement: a bank reference long enough to be one
# transaction's, and days close together.
SHORTEST_REFERENCE = 8
SAME_MONEY_WITHIN = 4 * clock.DAY


class Incoming(NamedTuple):
    """A transfer as its source reports it."""

    source: str  # name of a partner: casso, sepay, payos, or the bank of a statement
    title: str
    txn_id: str  # theirs, at most 52 characters
    amount: int  # đ, above 0
    text: str
    paid_at: int  # epoch ms
    body_digest: str  # hex SHA-256; the same for the same content
    payer: str = ""
    account: str = ""
    bank_ref: str = ""
    kind: str = "intermediary"  # of the source: "intermediary" or "bank"


class Decision(NamedTuple):
    """What a credit is: its state, the customer if it is one, the bills it settles."""

    state: str
    code: str = ""
    bills: tuple[BillRow, ...] = ()


class _Beaten(Exception):
    """What the decision rested on changed before it was written."""


def record(incoming: Incoming, vault: Vault, now: int) -> tuple[CreditRow, bool]:
    """Record a credit durably and exactly once, and settle what it certainly pays.

    Returns (credit, True when new). Raises IdempotencyConflict when the same number came
    before with other content (an alarm is kept).
    """
    for attempt in itertools.count(1):
        try:
            credit, new = write(lambda: _record(incoming, vault, now))
            break
        except _Beaten:
            # Looking again finds the change, so this ends; the limit is for defects.
            if attempt == 5:
                raise
    if credit.body_digest != incoming.body_digest:
        write(lambda: audit.append(now, [(incoming.source, "credit.conflict", incoming.txn_id,
                                          incoming.body_digest)]))
        raise IdempotencyConflict(incoming.txn_id)
    return credit, new


def hold(incoming: Incoming, state: str, code: str, vault: Vault, now: int) -> int:
    """Record a credit in an open state, inside the caller's transaction; returns its id."""
    credit_id = _add(incoming, Decision(state, code), None, vault, now)
    if credit_id is None:
        known = transfer_records.get(incoming.source, incoming.txn_id)
        if known is None:
            raise LookupError(incoming.txn_id)
        return known.id
    return credit_id


def set_aside(credit: CreditRow, now: int) -> bool:
    """A held credit that nobody touched is a repetition of money reported elsewhere; inside
    the caller's transaction. False when somebody has begun to use it."""
    untouched = credit.left == credit.amount and credit.state in (
        transfer_records.UNMATCHED, transfer_records.UNDER, transfer_records.OVER)
    if not untouched or not transfer_records.decide(credit, transfer_records.DUPLICATE, 0,
                                                    credit.code, now=now):
        return False
    ledger.post("credit", credit.id, [(HELD, credit.amount),
                                      (f"partner:{credit.source}", -credit.amount)], now)
    return True


def decide(text: str, amount: int) -> Decision:
    """What a transfer of `amount` with this text is, by today's bills."""
    named = [ref for ref in references.find(text) if customer_records.name_of(ref.code) is not None]
    if not named:
        return Decision(transfer_records.UNMATCHED)
    code = named[0].code if len(named) == 1 else ""
    due = tuple(bill for ref in sorted(named) for bill in _due(ref))
    if not due:
        return Decision(transfer_records.ALREADY_PAID, code)
    pays = paid_by(amount, due, everything=len(named) == 1 and not named[0].periods)
    if not pays:
        total = sum(bill.total for bill in due)
        return Decision(transfer_records.UNDER if amount < total else transfer_records.OVER, code)
    if any(_was_voided(bill) for bill in pays):
        return Decision(transfer_records.AFTER_VOID, code)
    return Decision(transfer_records.MATCHED, code, pays)


def _due(ref: Reference) -> list[BillRow]:
    """The unpaid bills that a reference names, oldest first."""
    unpaid = bill_records.unpaid(ref.code)
    if not ref.periods:
        return unpaid
    history = bill_records.latest(ref.code, MOST_BILLS)
    named = {(bill.year, bill.month) for period in ref.periods
             for bill in _of_period(history, unpaid, *period)}
    chosen = [bill for bill in unpaid if (bill.year, bill.month) in named]
    # "thang 11" of somebody who pays in November what October cost: there is no such bill.
    unclear = not named or (not chosen and not ref.sure)
    return unpaid if unclear else chosen


def _of_period(history: list[BillRow], unpaid: list[BillRow], month: int,
               year: int | None) -> list[BillRow]:
    """The bills of a month; without a year those unpaid, or else the newest."""
    if year is not None:
        return [bill for bill in history if (bill.year, bill.month) == (year, month)]
    same = [bill for bill in history if bill.month == month]
    return [bill for bill in unpaid if bill.month == month] or same[:1]


def _was_voided(bill: BillRow) -> bool:
    # Is this the voided payment's own money, or new money? An officer can tell.
    return any(payment.voided_at is not None for payment in payment_records.of_bill(bill.id))


def _record(incoming: Incoming, vault: Vault, now: int) -> tuple[CreditRow, bool]:
    known = transfer_records.get(incoming.source, incoming.txn_id)
    if known is not None:
        return known, False
    same_as = _find_same_money(incoming)
    decision = (Decision(transfer_records.DUPLICATE) if same_as is not None
                else decide(incoming.text, incoming.amount))
    credit_id = _add(incoming, decision, same_as, vault, now)
    credit = transfer_records.get(incoming.source, incoming.txn_id)
    if credit is None:
        raise _Beaten  # another repetition of the same money was recorded in this moment
    if credit_id is not None and decision.bills:
        credit = _settle(credit, decision, now)
    return credit, credit_id is not None


def _find_same_money(incoming: Incoming) -> int | None:
    reference = _letters(incoming.bank_ref)
    if len(reference) < SHORTEST_REFERENCE or sum(c.isdigit() for c in reference) < 5:
        return None
    return transfer_records.find_same(
        incoming.source, incoming.account, reference, incoming.amount,
        incoming.paid_at - SAME_MONEY_WITHIN, incoming.paid_at + SAME_MONEY_WITHIN)


def _letters(reference: str) -> str:
    return "".join(c for c in reference.upper() if c.isascii() and c.isalnum())[:64]


def _add(incoming: Incoming, decision: Decision, same_as: int | None, vault: Vault,
         now: int) -> int | None:
    partners.ensure(incoming.source, incoming.title, incoming.kind)
    credit_id = transfer_records.add((
        incoming.source, incoming.txn_id, incoming.body_digest, incoming.amount,
        _seal_words(incoming, vault), incoming.account[:40], _letters(incoming.bank_ref),
        incoming.paid_at, now, decision.state, decision.code, same_as))
    if credit_id is not None and same_as is None:
        arrive(credit_id, incoming.source, incoming.amount, now)
    return credit_id


def _seal_words(incoming: Incoming, vault: Vault) -> bytes:
    # People write names and telephone numbers into a transfer.
    words = json.dumps([incoming.text, incoming.payer], ensure_ascii=False)
    return vault.seal(words, _about(incoming.source, incoming.txn_id))


def words(credit: CreditRow, vault: Vault) -> tuple[str, str]:
    """(text as the bank delivered it, payer's name) of a credit."""
    if not credit.words_sealed:
        return "", ""
    text, payer = json.loads(vault.open(credit.words_sealed, _about(credit.source, credit.txn_id)))
    return text, payer


def _about(source: str, txn_id: str) -> str:
    return f"credit {source} {txn_id}"


def arrive(credit_id: int, source: str, amount: int, now: int) -> None:
    """The ledger's side of money that has come: the source owes it to us, we hold it."""
    ledger.post("credit", credit_id, [(f"partner:{source}", amount), (HELD, -amount)], now)


def _settle(credit: CreditRow, decision: Decision, now: int) -> CreditRow:
    for bill in decision.bills:
        # One bill: the bank's own number, by which its statement is compared with ours.
        alone = len(decision.bills) == 1
        number = credit.txn_id if alone else f"{credit.txn_id}#{bill.id}"
        paid, new = payments.post(Report(
            credit.source, number, bill.public_id, bill.total, credit.paid_at,
            credit.body_digest, funds=HELD), now)
        if not new or paid.payment.state != payment_records.POSTED:
            raise _Beaten
        transfer_records.use(credit.id, paid.payment.id, bill.total)
    transfer_records.decide(credit, transfer_records.MATCHED, 0, decision.code)
    return credit._replace(left=0)
