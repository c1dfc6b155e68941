"""What two officers decide about a credit that the bank took back: that the money is gone, and its
bills are owed again, or that it stands and all is as it was."""

from __future__ import annotations

from db import audit, identities, ledger
from db import bills as bill_records
from db import payments as payment_records
from db import refunds as refund_records
from db import transfers as transfer_records
from db.connection import write
from db.transfers import CreditRow
from services.errors import AlreadyDecided, InvalidInput, NotYours, UnknownCredit
from services.officers import reach, second_person
from services.officers.rights import SignedIn
from services.payments import undoing
from services.transfers import matching

GONE, STANDS = "gone", "stands"


def ask(credit_id: int, what: str, who: SignedIn, note: str, now: int) -> CreditRow:
    """A first officer's word: the money is `gone`, or it `stands`.

    Raises UnknownCredit, InvalidInput("note") or AlreadyDecided.
    """
    if not note:
        raise InvalidInput("note", "missing")
    if what not in (GONE, STANDS):
        raise InvalidInput("what")
    return write(lambda: _ask(credit_id, what, who, note, now))


def _ask(credit_id: int, what: str, who: SignedIn, note: str, now: int) -> CreditRow:
    credit = _within(credit_id, who)
    if not identities.ask(credit_id, what, who.name, note, now):
        raise AlreadyDecided(str(credit_id))
    _note(who, f"credit.ask_{what}", credit, note, now)
    return _row(credit_id)


def agree(credit_id: int, who: SignedIn, now: int) -> CreditRow:
    """A second officer agrees, and it is done: the bills are owed again, or all is as before.

    Raises UnknownCredit, NotYours, SamePerson (the first officer) or AlreadyDecided.
    """
    credit = _within(credit_id, who)
    if credit.asked:
        second_person.need(second_person.REVERSAL, credit.officer, who, f"credit {credit_id}", now)
    return write(lambda: _agree(credit_id, who, now))


def _agree(credit_id: int, who: SignedIn, now: int) -> CreditRow:
    credit = _within(credit_id, who)
    if credit.asked and credit.officer == who.name:  # who asked anew meanwhile
        raise NotYours(str(credit_id))
    if not credit.asked:
        raise AlreadyDecided(str(credit_id))
    if credit.asked == GONE:
        _undo_all(credit, now)
        _give_up(_row(credit_id), now)
    if not identities.agree(credit_id, credit.asked, who.name, now):
        raise AlreadyDecided(str(credit_id))
    _note(who, f"credit.{credit.asked}", credit, f"asked by {credit.officer}", now)
    return _row(credit_id)


def turn_down(credit_id: int, who: SignedIn, now: int) -> CreditRow:
    """Not agreed to, or taken back by who asked. Raises UnknownCredit or AlreadyDecided."""
    def work() -> CreditRow:
        credit = _within(credit_id, who)
        if not credit.asked or not identities.turn_down(credit_id, credit.asked):
            raise AlreadyDecided(str(credit_id))
        _note(who, "credit.turn_down", credit, credit.asked, now)
        return _row(credit_id)
    return write(work)


def _undo_all(credit: CreditRow, now: int) -> None:
    for payment_id, _part in transfer_records.uses(credit.id):
        payment = payment_records.get_by_id(payment_id)
        if payment is not None and payment.voided_at is None:
            undoing.undo_taken_back(payment, credit.note, now)


def _give_up(credit: CreditRow, now: int) -> None:
    """The ledger's side: what we hold, or owe to the payer, the source never owed us."""
    if credit.before in transfer_records.NOT_COUNTED:
        return
    given = credit.owed - refund_records.cancel_of_credit(credit.id, now)
    sides = [(matching.HELD, credit.left), ("payable:refunds", credit.owed - given),
             (undoing.LOST, given), (f"partner:{credit.source}", -credit.left - credit.owed)]
    ledger.post("credit", credit.id, [side for side in sides if side[1]], now)
    transfer_records.owe(credit.id, given)


def _row(credit_id: int) -> CreditRow:
    credit = transfer_records.get_by_id(credit_id)
    if credit is None:
        raise UnknownCredit(str(credit_id))
    return credit


def _within(credit_id: int, who: SignedIn) -> CreditRow:
    """A credit all of whose customers are in the officer's reach; else UnknownCredit."""
    credit = _row(credit_id)
    paid = [payment_records.get_by_id(payment_id)
            for payment_id, _part in transfer_records.uses(credit_id)]
    bills = [bill_records.get_by_id(payment.bill_id) for payment in paid if payment]
    codes = {credit.code, *(bill.code for bill in bills if bill)}
    if not all(reach.includes(code, who) for code in codes):
        raise UnknownCredit(str(credit_id))
    return credit


def _note(who: SignedIn, action: str, credit: CreditRow, detail: str, now: int) -> None:
    audit.append(now, [(who.name, action, credit.code or f"credit {credit.id}",
                        f"credit {credit.id}: {detail}")])
