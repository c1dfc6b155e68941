"""Rule 5: what the bank takes back reopens nothing by itself; two officers decide."""

from __future__ import annotations

import pytest

from db import connection, identities
from db import transfers as transfer_records
from db.audit import AuditEntry
from db.bills import Bill
from db.connection import write
from db.outbox.outbox import OutboxMessage
from db.refunds import Refund
from db.transfers import BankCredit
from services.errors import AlreadyDecided, InvalidInput, NotYours, UnknownCredit
from services.payments import undoing
from services.transfers import credit_desk, doubts, taking_back
from tests.officers import CANBO, GIAMSAT, VO, at_desk
from tests.services.transfers.movements import COUNT, NUMBERLESS, SUM, camt, entry, states
from tests.services.transfers.test_credits import OWED, SEPTEMBER, balance
from tests.villagers import HOA

pytestmark = pytest.mark.usefixtures("sound_books")
HOA_BILL = f"{HOA.code}-202610-1"
FIRST, SECOND = at_desk(CANBO), at_desk(GIAMSAT)
NUMBER = "FT26319555555"
CREDIT = entry(OWED, NUMBER, f"{HOA.code}1026")
MARK = "<RvslInd>true</RvslInd>"


def back(amount: int = OWED, number: str = NUMBER, text: str = "HOAN TRA PA04DH00000171026",
         more: str = MARK) -> str:
    return entry(amount, number, text, side="DBIT", more=more)


def bill(code: str = HOA.code, month: int = 10) -> str:
    return Bill.get(Bill.code == code, Bill.month == month).state


def only() -> BankCredit:
    return BankCredit.get()


# How a bank tells that it took a credit back.
WAYS = {
    "marked, with its number": back(),
    "marked, by its text": back(number=""),
    "a debit with its number": back(more=""),
}


@pytest.mark.parametrize("case", WAYS)
def test_rule_5_it_is_marked_and_the_bill_stays_received(bring, vault, case: str) -> None:
    bring(camt(CREDIT))
    assert bring(camt(WAYS[case])) == {"reversed": 1}
    assert (only().state, only().before, bill()) == ("reversed", "matched", "received")
    assert bring(camt(WAYS[case], kind="054")) == {"known": 1}
    waiting = credit_desk.waiting(("reversed",), FIRST, vault).rows
    assert [row.credit.id for row in waiting] == [only().id]


def test_rule_5_two_officers_agree_and_the_bill_is_owed_again(bring, clock) -> None:
    bring(camt(CREDIT))
    bring(camt(back()))
    taking_back.ask(only().id, "gone", FIRST, "ngân hàng báo", clock())
    assert bill() == "received"
    with pytest.raises(NotYours):
        taking_back.agree(only().id, FIRST, clock())
    assert not write(lambda: identities.agree(only().id, "gone", FIRST.name, clock()))
    taking_back.agree(only().id, SECOND, clock())
    row = only()
    assert (row.state, row.left, row.officer, row.agreed_by) == ("taken_back", 0, "canbo",
                                                                  "giamsat")
    assert (bill(), balance("partner:vietinbank"), balance("unapplied:credits")) == (
        "unpaid", 0, 0)
    assert Refund.select().count() == 0
    assert [message.kind for message in OutboxMessage.select()] == ["receipt", "voided"]
    assert [entry.action for entry in AuditEntry.select()] == [
        "credit.reversed", "credit.ask_gone", "second.refused", "credit.gone"]
    assert bring(camt(CREDIT, message="an old statement again")) == {"known": 1}
    with pytest.raises(AlreadyDecided):
        taking_back.agree(only().id, SECOND, clock())


def test_rule_5_two_officers_find_that_it_stands(bring, clock) -> None:
    bring(camt(CREDIT))
    bring(camt(back()))
    taking_back.ask(only().id, "stands", FIRST, "ngân hàng nhầm", clock())
    taking_back.agree(only().id, SECOND, clock())
    assert (only().state, bill()) == ("matched", "received")
    assert bring(camt(back(), message="2")) == {"known": 1}


def test_rule_5_not_agreed_to_asks_again(bring, clock) -> None:
    bring(camt(CREDIT))
    bring(camt(back()))
    with pytest.raises(InvalidInput):
        taking_back.ask(only().id, "gone", FIRST, "", clock())
    taking_back.ask(only().id, "gone", FIRST, "?", clock())
    with pytest.raises(AlreadyDecided):
        taking_back.ask(only().id, "stands", SECOND, "?", clock())
    taking_back.turn_down(only().id, SECOND, clock())
    assert (only().state, only().asked) == ("reversed", "")
    taking_back.ask(only().id, "stands", SECOND, "?", clock())


def test_rule_5_an_officer_of_another_commune_decides_nothing(bring, clock) -> None:
    bring(camt(CREDIT))
    bring(camt(back()))
    with pytest.raises(UnknownCredit):
        taking_back.ask(only().id, "gone", at_desk(VO), "?", clock())


def test_rule_5_taken_back_before_the_credit_is_told(bring, clock) -> None:
    assert bring(camt(back())) == {"reversed": 1}
    assert states() == [(OWED, "reversal")]
    assert bring(camt(back(), kind="054")) == {"known": 1}
    assert bring(camt(CREDIT)) == {"reversed": 1}
    assert (states(), bill()) == ([(OWED, "aside"), (OWED, "reversed")], "unpaid")


def test_rule_5_a_debit_told_before_its_credit(bring) -> None:
    assert bring(camt(back(more=""))) == {"left_out": 1}
    assert bring(camt(CREDIT)) == {"reversed": 1}
    assert (states(), bill()) == ([(OWED, "reversed")], "unpaid")


def test_rule_5_an_officer_shows_which_credit_it_was(bring, vault, clock) -> None:
    bring(camt(CREDIT))
    bring(camt(back(number="", text="HOAN TRA")))
    orphan = BankCredit.get(BankCredit.state == "reversal")
    about = doubts.about(transfer_records.get_by_id(orphan.id), FIRST, vault)
    assert [row.state for row in about.originals] == ["matched"]
    doubts.point_to(orphan.id, about.originals[0].id, FIRST, "", clock())
    assert [state for _amount, state in states()] == ["reversed", "aside"]


def test_rule_5_another_amount_under_its_number_is_a_conflict(bring) -> None:
    bring(camt(CREDIT))
    assert bring(camt(back(OWED - 1))) == {"conflict": 1}
    assert bring(camt(back(OWED - 1), kind="054")) == {"known": 1}
    assert only().state == "matched"


def test_rule_5_one_document_takes_it_back_twice(bring) -> None:
    bring(camt(CREDIT))
    assert bring(camt(back(), back())) == {"reversed": 2}
    assert [state for _amount, state in states()] == ["reversed", "reversal"]


def test_rule_5_what_two_credits_paid_together(bring, clock) -> None:
    bring(camt(entry(500_000, NUMBER, HOA.code), entry(46_108, "FT26319555556", HOA.code)))
    first, second = BankCredit.select().order_by(BankCredit.id.desc())
    credit_desk.assign([first.id, second.id], [HOA_BILL], FIRST, clock())
    bring(camt(back(500_000)))
    one = BankCredit.get(BankCredit.state == "reversed")
    taking_back.ask(one.id, "gone", FIRST, "?", clock())
    taking_back.agree(one.id, SECOND, clock())
    assert sorted(states()) == [(46_108, "after_void"), (500_000, "taken_back")]
    assert balance("unapplied:credits") == -46_108


def test_rule_5_what_was_owed_back_is_owed_no_longer(bring, clock) -> None:
    bring(camt(CREDIT.replace(HOA.code, "nobody")))
    credit_desk.owe_back(only().id, "canbo", "gửi nhầm", clock())
    bring(camt(back()))
    taking_back.ask(only().id, "gone", FIRST, "?", clock())
    taking_back.agree(only().id, SECOND, clock())
    assert (Refund.get().state, only().owed, balance("payable:refunds")) == ("cancelled", 0, 0)


def test_rule_5_what_was_given_back_already_is_named_on_the_ledger(bring, clock) -> None:
    bring(camt(CREDIT.replace(HOA.code, "nobody")))
    credit_desk.owe_back(only().id, "canbo", "gửi nhầm", clock())
    connection.run("UPDATE refund SET state = 'given', ended_at = ?", clock())
    connection.run("INSERT INTO ledger_entry (refund_id, account, amount, at) SELECT id,"
                   " 'payable:refunds', amount, created_at FROM refund")
    connection.run("INSERT INTO ledger_entry (refund_id, account, amount, at) SELECT id,"
                   " 'bank:refunds', -amount, created_at FROM refund")
    bring(camt(back()))
    taking_back.ask(only().id, "gone", FIRST, "?", clock())
    taking_back.agree(only().id, SECOND, clock())
    assert (balance("receivable:taken_back"), only().owed) == (OWED, OWED)


def test_rule_5_an_undone_payment_leaves_the_mark(bring, clock) -> None:
    bring(camt(CREDIT))
    bring(camt(back()))
    payment = connection.fetch_row("SELECT payment_id FROM credit_use")[0]
    undoing.ask(FIRST, payment, "nhầm", undoing.Limits(10**9, 10**9), "23:55", clock())
    assert (only().state, only().before, only().left) == ("reversed", "after_void", OWED)
    with pytest.raises(AlreadyDecided):
        credit_desk.assign([only().id], [HOA_BILL], FIRST, clock())


def test_rule_5_a_whole_sum_taken_back_takes_its_parts(bring, clock) -> None:
    bring(camt(entry(SUM, "BATCH77", inner=NUMBERLESS)))
    assert bring(camt(back(SUM, "BATCH77", ""))) == {"reversed": 1}
    assert sorted(states()) == [(SEPTEMBER, "reversed"), (OWED, "reversed"), (SUM, "parts")]


def test_rule_5_an_undivided_sum_taken_back(bring) -> None:
    bring(camt(entry(SUM, "BATCH77", inner=COUNT)))
    assert bring(camt(back(SUM, "BATCH77", ""))) == {"reversed": 1}
    assert bring(camt(entry(SUM, "BATCH77", inner=NUMBERLESS), kind="054")) == {"held": 2}


def test_rule_5_what_is_held_is_decided_first(bring, feed, vault, clock) -> None:
    feed(OWED, HOA.code)
    assert bring(camt(CREDIT)) == {"held": 1}
    assert bring(camt(back())) == {"reversed": 1}
    held = BankCredit.get(BankCredit.state == "held")
    counted = doubts.separate(held.id, FIRST, "", vault, clock())
    assert (counted.state, counted.left) == ("reversed", OWED)
    assert bill() == "received"
