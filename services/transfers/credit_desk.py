"""What an officer does with money that did not find its bill by itself.

Nothing moves without the officer's word; each word is on the audit record.
"""

from __future__ import annotations

from typing import NamedTuple

from db import audit, ledger
from db import bills as bill_records
from db import customers as customer_records
from db import payments as payment_records
from db import refunds as refund_records
from db import transfers as transfer_records
from db.bills import BillRow
from db.connection import write
from db.paging import Bookmark, Page
from db.transfers import CreditRow
from services.bills import billing
from services.errors import (
    AlreadyDecided,
    BillNotOwed,
    CreditTooSmall,
    UnknownBill,
    UnknownCredit,
    UnknownCustomer,
)
from services.officers import reach
from services.officers.rights import SignedIn
from services.payments import payments
from services.payments.payments import Posting
from services.privacy import Vault
from services.transfers import matching
from services.transfers.booking import words
from services.transfers.matching import HELD

_MOVABLE = transfer_records.MOVABLE


class CreditView(NamedTuple):
    """A credit that waits for an officer, with what the payer wrote."""

    credit: CreditRow
    text: str
    payer: str


def waiting(states: tuple[str, ...], who: SignedIn, vault: Vault,
            after: Bookmark | None = None) -> Page[CreditView]:
    """Credits in any of `states` within the officer's reach, the longest waiting first; a page of
    them, from `after` on."""
    page = transfer_records.waiting(states, who.reach, after)
    return Page([CreditView(credit, *words(credit, vault)) for credit in page.rows], page.next)


def counts(who: SignedIn) -> dict[str, int]:
    """How many credits wait within the officer's reach, by state; at most paging.MOST_COUNTED."""
    return {state: transfer_records.count(state, who.reach) for state in transfer_records.OPEN}


def look(credit_id: int, who: SignedIn, vault: Vault, now: int) -> CreditView:
    """One credit, logged as seen; raises UnknownCredit, also for a customer's out of reach."""
    credit = transfer_records.get_by_id(credit_id)
    if credit is None or not reach.includes(credit.code, who):
        raise UnknownCredit(str(credit_id))
    write(lambda: _note(who.name, "credit.view", credit, credit.state, now))
    return CreditView(credit, *words(credit, vault))


def assign(credit_ids: list[int], bill_ids: list[str], who: SignedIn, now: int) -> list[Posting]:
    """Pay all these bills (CODE-YYYYMM-KY) out of these credits, in the order given, or none of
    them; the oldest bill comes first.

    What is left of the last credit goes on waiting, as `over`. Raises UnknownCredit, UnknownBill
    (also for a customer out of the officer's reach), BillNotOwed, CreditTooSmall, or
    AlreadyDecided (somebody else was faster).
    """
    wanted = sorted(dict.fromkeys(bill_ids))
    for bill_id in wanted:
        if not reach.includes(billing.find(bill_id).code, who):
            raise UnknownBill(bill_id)
    return write(lambda: [_assign(_not_empty(credit_ids, number), bill_id, who.name, now)
                          for number, bill_id in enumerate(wanted)])


def _not_empty(credit_ids: list[int], number: int) -> list[int]:
    """The credits, after the first bill without those that it used up."""
    found = [transfer_records.get_by_id(credit_id) for credit_id in credit_ids]
    return [credit.id for credit in found if credit and credit.left] if number else credit_ids


def payments_out_of(credit_id: int) -> list[tuple[Posting, int]]:
    """(payment with its bill, đ of the credit in it), oldest first."""
    found = [(payment_records.get_by_id(payment_id), part)
             for payment_id, part in transfer_records.uses(credit_id)]
    return [(payments.find(row.partner, row.partner_txn_id), part) for row, part in found if row]


def _assign(credit_ids: list[int], bill_id: str, officer: str, now: int) -> Posting:
    bill = billing.find(bill_id)
    if bill.state != bill_records.UNPAID:
        raise BillNotOwed(bill_id)
    chosen = [_open(credit_id, _MOVABLE) for credit_id in dict.fromkeys(credit_ids)]
    parts = _parts(chosen, bill.total)
    first = parts[0][0]
    paid, new = matching.pay(first, bill, now)
    if not new or paid.payment.state != payment_records.POSTED:
        raise AlreadyDecided(bill_id)
    for credit, part in parts:
        _take(credit, part, paid, bill, officer, now)
    return paid


def _parts(chosen: list[CreditRow], total: int) -> list[tuple[CreditRow, int]]:
    """How much of each credit goes into a bill of `total`."""
    parts, missing = [], total
    for credit in chosen:
        part = min(credit.left, missing)
        if part:
            parts.append((credit, part))
            missing -= part
    if missing:
        raise CreditTooSmall(f"{total - missing} of {total}")
    return parts


def _take(credit: CreditRow, part: int, paid: Posting, bill: BillRow, officer: str,
          now: int) -> None:
    left = credit.left - part
    state = transfer_records.OVER if left else transfer_records.ASSIGNED
    transfer_records.use(credit.id, paid.payment.id, part)
    _change(credit, state, left, credit.code or bill.code, officer, credit.note, now)
    _note(officer, "credit.assign", credit._replace(code=bill.code),
          f"{part} to {bill.public_id}", now)


def keep(credit_id: int, code: str, officer: str, note: str, now: int) -> CreditRow:
    """Keep a credit for a customer, to be carried to a bill to come (by `assign`).

    Raises UnknownCredit, UnknownCustomer or AlreadyDecided.
    """
    if customer_records.name_of(code) is None:
        raise UnknownCustomer(code)
    return write(lambda: _keep(credit_id, code, officer, note, now))


def _keep(credit_id: int, code: str, officer: str, note: str, now: int) -> CreditRow:
    credit = _open(credit_id, _MOVABLE)
    _change(credit, transfer_records.KEPT, credit.left, code, officer, note, now)
    kept = _open(credit_id, (transfer_records.KEPT,))
    _note(officer, "credit.keep", kept, f"{credit.left}; {note}", now)
    return kept


def owe_back(credit_id: int, officer: str, note: str, now: int) -> CreditRow:
    """What is left of a credit is due back to its payer; `note` says why.

    Raises UnknownCredit or AlreadyDecided.
    """
    return write(lambda: _owe_back(credit_id, officer, note, now))


def _owe_back(credit_id: int, officer: str, note: str, now: int) -> CreditRow:
    credit = _open(credit_id, _MOVABLE)
    if not transfer_records.owe_back(credit, officer, note, now):
        raise AlreadyDecided(str(credit_id))
    ledger.post("credit", credit.id, [(HELD, credit.left), ("payable:refunds", -credit.left)],
                now)
    refund_records.add(None, credit.id, credit.code, credit.left, refund_records.CREDIT, now,
                       reason=note)
    _note(officer, "credit.refund_due", credit, f"{credit.left}; {note}", now)
    return _open(credit_id, (transfer_records.REFUND_DUE,))


def _open(credit_id: int, states: tuple[str, ...]) -> CreditRow:
    credit = transfer_records.get_by_id(credit_id)
    if credit is None:
        raise UnknownCredit(str(credit_id))
    if credit.state not in states:
        raise AlreadyDecided(str(credit_id))
    return credit


def _change(credit: CreditRow, state: str, left: int, code: str, officer: str, note: str,
            now: int) -> None:
    if not transfer_records.decide(credit, state, left, code, officer, note, now):
        raise AlreadyDecided(str(credit.id))


def _note(officer: str, action: str, credit: CreditRow, detail: str, now: int) -> None:
    audit.append(now, [(officer, action, credit.code or f"credit {credit.id}",
                        f"credit {credit.id}: {detail}")])
