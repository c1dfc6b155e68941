"""Money due back: one officer says how it goes, a second agrees to much; and undoing payments."""

from __future__ import annotations

import pytest

from db import refunds as refund_records
from db.bills import Bill
from db.connection import fetch, run
from db.refunds import RefundRow
from db.transfers import BankCredit
from services import clock
from services.cash import refunds, shifts, takings
from services.errors import (
    AlreadyDecided,
    InvalidInput,
    NoShift,
    NotYours,
    SamePerson,
    UnknownPayment,
    UnknownRefund,
    VoidWindowClosed,
    VoidWindowOpen,
)
from services.payments import payments, undoing
from services.payments.payments import Report
from services.transfers import credit_desk, credits
from tests.officers import CANBO, GIAMSAT, HANH, VO, Person, at_desk, audited
from tests.services.transfers.test_credits import transfer
from tests.villagers import HOA, MAY, NOON, PAO

LIMIT = undoing.Limits(each=1_000_000, a_day=1_500_000)
HOA_BILL, PAO_BILL = f"{HOA.code}-202610-1", f"{PAO.code}-202610-1"
SMALL, LARGE = 546_108, 1_534_140
WHO, LEADER, OTHER = at_desk(CANBO), at_desk(GIAMSAT), at_desk(Person("tran", "supervisor"))
LATER = NOON + clock.DAY
pytestmark = pytest.mark.usefixtures("sound_books")


def pay(partner: str, bill: str = HOA_BILL, amount: int = SMALL, number: str = "1") -> int:
    return payments.post(Report(partner, number, bill, amount, NOON, "0" * 64),
                         NOON)[0].payment.id


@pytest.fixture
def twice(app):
    """Call with a bill and its amount: it is paid twice; the refund of the second."""
    def make(bill: str = HOA_BILL, amount: int = SMALL) -> RefundRow:
        pay("viettel", bill, amount)
        return refund_records.of_payment(pay("momo", bill, amount))
    return make


def propose(refund: RefundRow, way="transfer", evidence="FT1", who=WHO) -> RefundRow:
    return refunds.propose(who, refund.id, way, evidence, LIMIT, LATER)


def approve(who, refund: RefundRow) -> RefundRow:
    return refunds.approve(who, refund.id, LIMIT, LATER)


def ask(payment_id: int, reason="khách trả nhầm", who=WHO, now=LATER) -> RefundRow:
    return undoing.ask(who, payment_id, reason, LIMIT, "23:55", now)


def balance(account: str) -> int:
    return fetch("SELECT COALESCE(SUM(amount), 0) FROM ledger_entry WHERE account = ?",
                 account)[0][0]


def texts() -> list[str]:
    return [kind for (kind,) in fetch("SELECT kind FROM outbox_message ORDER BY id")]


def test_a_second_payment_waits_to_be_given_back(twice) -> None:
    refund = twice()
    assert (refund.state, refund.why, refund.amount, refund.code) == (
        "due", "double", SMALL, HOA.code)
    line = refunds.waiting(WHO).rows[0]
    assert (line.name, line.channel, line.bill.month) == (HOA.name, "Momo", 10)


def test_a_small_amount_is_given_back_by_one_officer(twice) -> None:
    given = propose(twice())
    assert (given.state, given.way, given.evidence, given.proposed_by) == (
        "given", "transfer", "FT1", "canbo")
    assert (balance("payable:refunds"), balance("bank:refunds")) == (0, -SMALL)
    assert texts() == ["receipt", "refund_due", "refunded"]
    assert audited()[-1][:3] == ("canbo", "refund.propose", HOA.code)


def test_a_large_amount_waits_for_a_second_officer_who_leads(twice) -> None:
    refund = propose(twice(PAO_BILL, LARGE))
    assert (refund.state, balance("bank:refunds")) == ("proposed", 0)
    for who in (WHO, at_desk(VO)):
        with pytest.raises(NotYours):
            approve(who, refund)
    given = approve(LEADER, refund)
    assert (given.state, given.proposed_by, given.approved_by) == ("given", "canbo", "giamsat")
    assert balance("payable:refunds") == 0


def test_who_proposed_does_not_approve_even_when_leading(twice) -> None:
    refund = propose(twice(PAO_BILL, LARGE), who=LEADER)
    with pytest.raises(NotYours):
        approve(LEADER, refund)
    assert not refund_records.give(refund.id, "giamsat", "giamsat", None, LATER)  # nor by a race
    assert approve(OTHER, refund).state == "given"


def test_what_is_not_agreed_to_is_due_again(twice) -> None:
    refund = propose(twice(PAO_BILL, LARGE))
    with pytest.raises(NotYours):
        refunds.turn_down(at_desk(VO), refund.id, LIMIT, LATER)
    assert refunds.turn_down(LEADER, refund.id, LIMIT, LATER).state == "due"
    with pytest.raises(AlreadyDecided):
        approve(LEADER, refund)
    assert propose(refund, evidence="FT2").evidence == "FT2"


def test_given_once_and_not_again(twice) -> None:
    refund = propose(twice())
    with pytest.raises(AlreadyDecided):
        propose(refund)
    with pytest.raises(AlreadyDecided):
        approve(LEADER, refund)
    with pytest.raises(AlreadyDecided):
        refunds.turn_down(LEADER, refund.id, LIMIT, LATER)


def test_cash_comes_out_of_the_proposers_drawer(twice) -> None:
    refund = twice()
    with pytest.raises(NoShift):
        propose(refund, "cash", "")
    shift = shifts.open_shift(WHO, 600_000, LATER)
    assert (propose(refund, "cash", "").state, balance(shift.account)) == ("proposed", 600_000)
    given = approve(at_desk(HANH), refund)
    assert (given.state, given.shift_id, given.approved_by) == ("given", shift.id, "hanh")
    assert balance(shift.account) == shifts.current(WHO).expected == 600_000 - SMALL


def test_a_drawer_with_too_little_gives_nothing(twice) -> None:
    refund = twice()
    shifts.open_shift(WHO, SMALL - 1, LATER)
    propose(refund, "cash", "")
    with pytest.raises(NoShift):
        approve(LEADER, refund)
    assert refund_records.get(refund.id).state == "proposed"


def test_cash_approved_after_the_drawer_was_closed_is_not_given(twice) -> None:
    refund = twice(PAO_BILL, LARGE)
    shifts.open_shift(WHO, 2_000_000, LATER)
    propose(refund, "cash", "")
    shifts.close(WHO, shifts.count({500_000: 4}), "", LATER)
    with pytest.raises(NoShift):
        approve(LEADER, refund)
    assert refund_records.get(refund.id).state == "proposed"


@pytest.mark.parametrize(("way", "evidence", "field"), [
    ("transfer", " ", "evidence"), ("partner", "", "evidence"), ("gold", "1", "way")])
def test_how_it_went_back_must_be_told(twice, way, evidence, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        propose(twice(), way, evidence)
    assert refused.value.field == field


def test_a_partner_that_voids_it_gives_it_back_itself(twice) -> None:
    refund = twice()
    payments.void("momo", "1", "trả hai lần", "23:55", NOON)
    assert refund_records.get(refund.id).state == "cancelled"
    with pytest.raises(AlreadyDecided):
        propose(refund)


def test_what_we_gave_back_a_partner_cannot_void(twice) -> None:
    propose(twice())
    with pytest.raises(VoidWindowClosed):
        payments.void("momo", "1", "trả hai lần", "23:55", NOON)


def test_refunds_of_other_communes_are_not_seen(twice) -> None:
    refund = twice()
    assert refunds.waiting(at_desk(VO)).rows == []
    assert len(refunds.waiting(at_desk(HANH)).rows) == 1
    with pytest.raises(UnknownRefund):
        refunds.get(refund.id, at_desk(VO))


def test_a_page_of_refunds_is_full_though_the_oldest_are_anothers(app, vault) -> None:
    for number in range(60):
        paid = credits.record(transfer(5_000, HOA.code, str(number)), vault, NOON)[0]
        credit_desk.owe_back(paid.id, "canbo", "gửi nhầm", NOON)
    own = credits.record(transfer(7_000, MAY.code, "own"), vault, NOON)[0]
    credit_desk.owe_back(own.id, "canbo", "gửi nhầm", NOON)
    page = refunds.waiting(at_desk(VO))
    assert ([line.refund.amount for line in page.rows], page.next) == ([7_000], None)
    assert (refunds.count_waiting(at_desk(VO)), refunds.count_waiting(WHO)) == (1, 61)


def test_what_is_over_is_paged_newest_first(app, vault) -> None:
    for number in range(60):
        paid = credits.record(transfer(5_000 + number, HOA.code, str(number)), vault, NOON)[0]
        credit_desk.owe_back(paid.id, "canbo", "gửi nhầm", NOON)
        propose(refunds.waiting(WHO).rows[0].refund)
    first = refunds.ended(WHO)
    second = refunds.ended(WHO, first.next)
    assert [line.refund.amount for line in (*first.rows, *second.rows)] == [
        5_000 + number for number in reversed(range(60))]
    assert second.next is None


def test_money_of_nobody_known_is_owed_back_too(app, vault) -> None:
    credit = credits.record(transfer(5_000, "gui nham"), vault, NOON)[0]
    credit_desk.owe_back(credit.id, "canbo", "gửi nhầm", NOON)
    line = refunds.waiting(WHO).rows[0]
    assert (line.refund.why, line.refund.amount, line.name) == ("credit", 5_000, "")
    assert "partner" not in refunds.ways(line)
    assert propose(line.refund).state == "given"
    assert texts() == []


def test_a_small_payment_is_undone_at_once(app) -> None:
    refund = ask(pay("momo"))
    bill = Bill.get(Bill.code == HOA.code, Bill.month == 10)
    assert (refund.state, refund.why, refund.amount) == ("due", "undone", SMALL)
    assert (bill.state, bill.payment_id) == ("unpaid", None)
    assert (balance("receivable:bills"), balance("payable:refunds")) == (0, -SMALL)
    assert texts() == ["receipt", "voided"]
    assert payments.find("momo", "1").payment.void_reason == "khách trả nhầm"
    assert propose(refund).state == "given"


def test_a_settled_bill_is_owed_again_when_its_payment_is_undone(app) -> None:
    payment_id = pay("momo")
    run("UPDATE bill SET state = 'settled' WHERE payment_id = ?", payment_id)
    assert ask(payment_id).state == "due"
    assert Bill.get(Bill.code == HOA.code, Bill.month == 10).state == "unpaid"


def test_a_large_payment_is_undone_when_a_second_officer_agrees(app) -> None:
    refund = ask(pay("momo", PAO_BILL, LARGE))
    assert (refund.state, Bill.get(Bill.code == PAO.code).state) == ("asked", "received")
    with pytest.raises(AlreadyDecided):
        ask(refund.payment_id)
    with pytest.raises(NotYours):
        approve(WHO, refund)
    assert approve(LEADER, refund).state == "due"
    assert Bill.get(Bill.code == PAO.code).state == "unpaid"
    # The money itself goes back by a word and an agreement of its own.
    assert propose(refund).state == "proposed"


def test_an_undo_that_is_turned_down_can_be_asked_for_again(app) -> None:
    refund = ask(pay("momo", PAO_BILL, LARGE))
    assert refunds.turn_down(WHO, refund.id, LIMIT, LATER).state == "cancelled"
    assert ask(refund.payment_id).state == "asked"


def test_the_same_day_the_partner_takes_it_back_itself(app) -> None:
    payment_id = pay("momo")
    with pytest.raises(VoidWindowOpen):
        ask(payment_id, now=NOON)


def test_after_an_undo_a_partner_cannot_void_too(app) -> None:
    ask(pay("momo"))
    with pytest.raises(VoidWindowClosed):
        payments.void("momo", "1", "muộn", "23:55", NOON)


def taken() -> int:
    """Cán bộ takes Hoa's money in cash; the payment."""
    shifts.open_shift(WHO, 0, NOON)
    return takings.take(WHO, HOA.code, [HOA_BILL], SMALL, "c" * 32, NOON).paid[0].payment.id


def test_cash_is_undone_the_same_day_by_two(app) -> None:
    refund = ask(taken(), now=NOON)
    assert (refund.state, shifts.current(WHO).expected) == ("asked", SMALL)
    assert approve(at_desk(HANH), refund).state == "due"
    assert propose(refund, "cash", "").state == "proposed"
    assert approve(at_desk(HANH), refund).state == "given"
    assert shifts.current(WHO).expected == 0
    assert refunds.ways(refunds.get(refund.id, WHO)) == ("cash", "transfer")
    assert texts() == ["receipt", "voided", "refunded"]


@pytest.mark.parametrize("who", [WHO, LEADER])
def test_no_cash_comes_back_out_by_one_person(app, who) -> None:
    """Taken, undone, paid out to oneself: neither step is one officer's, leading or not."""
    shifts.open_shift(who, 0, NOON)
    payment = takings.take(who, HOA.code, [HOA_BILL], SMALL, "c" * 32, NOON).paid[0].payment.id
    refund = ask(payment, who=who, now=NOON)
    with pytest.raises(SamePerson):
        approve(who, refund)
    assert Bill.get(Bill.code == HOA.code, Bill.month == 10).state == "received"
    approve(OTHER, refund)
    propose(refund, "cash", "", who)
    with pytest.raises(SamePerson):
        approve(who, refund)
    assert shifts.current(who).expected == SMALL
    refused = [row for row in audited() if row[1] == "second.refused"]
    assert refused == [(who.name, "second.refused", f"refund {refund.id}",
                        f"cash.back of {who.name}")] * 2


def test_beyond_the_sum_of_a_day_a_supervisor_must_agree(app, vault) -> None:
    def back(amount: int, number: str, now=LATER) -> RefundRow:
        paid = credits.record(transfer(amount, HOA.code, number), vault, NOON)[0]
        credit_desk.owe_back(paid.id, "canbo", "gửi nhầm", NOON)
        refund = refund_records.get(fetch("SELECT MAX(id) FROM refund")[0][0])
        return refunds.propose(WHO, refund.id, "transfer", f"FT{number}", LIMIT, now)
    assert [back(700_000, "1").state, back(800_000, "2").state] == ["given", "given"]
    third = back(1_000, "3")
    assert third.state == "proposed"
    with pytest.raises(NotYours):
        approve(at_desk(HANH), third)
    assert approve(LEADER, third).state == "given"
    assert back(1_000, "4", LATER + clock.DAY).state == "given"  # another day


def test_cash_beyond_the_sum_of_a_day_needs_a_supervisor_too(twice) -> None:
    for number, (bill, amount) in enumerate([(f"{MAY.code}-202609-1", 107_136)] * 10):
        pay("viettel", bill, amount, f"a{number}")
    for line in refunds.waiting(WHO).rows:  # 964.224 đ, each less than needs anybody
        propose(line.refund)
    refund = twice()
    shifts.open_shift(WHO, 600_000, LATER)
    propose(refund, "cash", "")
    with pytest.raises(NotYours):
        approve(at_desk(HANH), refund)
    assert approve(LEADER, refund).state == "given"


def test_an_undone_transfer_holds_its_money_again(app, vault) -> None:
    credit = credits.record(transfer(SMALL, HOA.code), vault, NOON)[0]
    refund = ask(fetch("SELECT id FROM payment")[0][0])
    assert (refund.state, balance("payable:refunds")) == ("credited", 0)
    row = BankCredit.get_by_id(credit.id)
    assert (row.state, row.left) == ("after_void", SMALL)


@pytest.mark.parametrize(("who", "reason", "error"), [
    (WHO, " ", InvalidInput), (at_desk(VO), "nhầm", UnknownPayment)])
def test_an_undo_that_cannot_be_changes_nothing(app, who, reason, error) -> None:
    payment_id = pay("momo")
    with pytest.raises(error):
        ask(payment_id, reason, who)
    assert refund_records.of_payment(payment_id) is None


def test_a_payment_due_back_or_undone_is_not_undone(twice) -> None:
    refund = twice()
    with pytest.raises(AlreadyDecided):
        ask(refund.payment_id)
    first = fetch("SELECT id FROM payment WHERE partner = 'viettel'")[0][0]
    ask(first)
    with pytest.raises(AlreadyDecided):
        ask(first)
    with pytest.raises(UnknownPayment):
        ask(999)


def test_the_customer_of_two_months_is_told_of_the_right_one(app) -> None:
    pay("momo", f"{MAY.code}-202609-1", 107_136)
    ask(fetch("SELECT id FROM payment")[0][0])
    params = fetch("SELECT params FROM outbox_message WHERE kind = 'voided'")[0][0]
    assert '"period":"09/2026"' in params
