"""Whose a transfer may be, and what the officer's screen asks of the back office."""

from __future__ import annotations

import pytest

from db.connection import fetch
from services.errors import BillNotOwed, CreditTooSmall, UnknownBill, UnknownCredit
from services.transfers import credit_desk, credit_hints, credits
from tests.officers import CANBO, HANH, VO, at_desk, audited
from tests.services.transfers.test_credits import OCTOBER, OWED, SEPTEMBER, transfer
from tests.villagers import HOA, MAY, NOON

WHO = at_desk(CANBO)
MAY_BILLS = [f"{MAY.code}-202610-1", f"{MAY.code}-202609-1"]
pytestmark = pytest.mark.usefixtures("sound_books")


@pytest.fixture
def held(app, vault):
    """Call with amount, text and payer: a credit that waits."""
    def record(amount: int, text: str = "", payer: str = "", number: str = "1"):
        return credits.record(transfer(amount, text, number, payer=payer), vault, NOON)[0]
    return record


@pytest.mark.parametrize(("amount", "text", "payer", "found"), [
    (5, HOA.code, "", [(HOA.code, "text")]),
    (5, "tien dien", "TRIEU THI MAY", [(MAY.code, "payer")]),
    (OWED, "tien dien", "", [(HOA.code, "amount")]),
    (OWED, f"{MAY.code} giup chi Hoa", "", [(MAY.code, "text"), (HOA.code, "amount")]),
    (5, "tien dien", "LY", []),
])
def test_hints_by_text_payer_and_amount(held, amount, text, payer, found) -> None:
    hints = credit_hints.suggest(held(amount, text, payer), text, payer, WHO)
    assert [(hint.customer.code, hint.why) for hint in hints] == found


def test_hints_stay_within_the_officers_communes(held) -> None:
    credit = held(OWED, "", "TRIEU THI MAY")
    assert [hint.customer.code for hint in credit_hints.suggest(
        credit, "", "TRIEU THI MAY", at_desk(VO))] == [MAY.code]


def test_a_look_is_on_the_record_and_within_reach(held, vault) -> None:
    credit = held(5, HOA.code, "NGUYEN THI HOA")
    found = credit_desk.look(credit.id, at_desk(HANH), vault, NOON)
    assert (found.text, found.payer) == (HOA.code, "NGUYEN THI HOA")
    assert audited()[-1][:3] == ("hanh", "credit.view", HOA.code)
    for who, number in ((at_desk(VO), credit.id), (WHO, 999)):
        with pytest.raises(UnknownCredit):
            credit_desk.look(number, who, vault, NOON)


def test_two_bills_are_paid_out_of_one_transfer_by_one_word(held) -> None:
    credit = held(SEPTEMBER + OCTOBER + 5, "ba May gui")
    paid = credit_desk.assign([credit.id], MAY_BILLS, WHO, NOON)
    assert [posting.bill.month for posting in paid] == [9, 10]
    parts = credit_desk.payments_out_of(credit.id)
    assert [(posting.bill.month, part) for posting, part in parts] == [
        (9, SEPTEMBER), (10, OCTOBER)]


def test_two_bills_out_of_two_transfers(held) -> None:
    first, second = held(SEPTEMBER, "mot"), held(OCTOBER, "hai", number="2")
    assert len(credit_desk.assign([first.id, second.id], MAY_BILLS, WHO, NOON)) == 2


def test_two_bills_are_paid_both_or_neither(held) -> None:
    credit = held(SEPTEMBER + OCTOBER - 1, "ba May gui")
    with pytest.raises(CreditTooSmall):
        credit_desk.assign([credit.id], MAY_BILLS, WHO, NOON)
    assert fetch("SELECT * FROM payment") == []


@pytest.mark.parametrize(("who", "bill", "error"), [
    (at_desk(HANH), MAY_BILLS[0], UnknownBill),
    (WHO, f"{HOA.code}-202609-1", BillNotOwed)])
def test_what_is_not_to_be_paid_is_refused(held, who, bill, error) -> None:
    with pytest.raises(error):
        credit_desk.assign([held(OWED, "x").id], [bill], who, NOON)
