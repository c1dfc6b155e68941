"""An officer's word on money that did not find its bill."""

from __future__ import annotations

import pytest

from db import connection
from db import transfers as transfer_records
from db.audit import AuditEntry
from db.bills import Bill
from db.payments import Payment
from db.transfers import BankCredit
from services.errors import (
    AlreadyDecided,
    BillNotOwed,
    CreditTooSmall,
    UnknownBill,
    UnknownCredit,
    UnknownCustomer,
)
from services.payments import payments
from services.transfers import credit_desk, credits, doubts, matching
from tests.officers import CANBO, GIAMSAT, VO, at_desk
from tests.services.transfers.test_credits import OCTOBER, OWED, SEPTEMBER, balance, transfer
from tests.villagers import HOA, MAY

HOA_BILL, MAY_BILL = f"{HOA.code}-202610-1", f"{MAY.code}-202609-1"
AT_DESK = at_desk(CANBO)
pytestmark = pytest.mark.usefixtures("sound_books")


@pytest.fixture
def held(app, vault, clock):
    """Call with amount and text: the id of a credit."""
    def record(amount: int, text: str = "", number: str = "1", **changes) -> int:
        return credits.record(transfer(amount, text, number, **changes), vault, clock())[0].id
    return record


def credit(credit_id: int) -> tuple[str, int, str]:
    row = BankCredit.get_by_id(credit_id)
    return row.state, row.left, row.code


def waits(vault, who=AT_DESK, states=transfer_records.OPEN) -> list[credit_desk.CreditView]:
    """All that an officer sees waiting, page after page."""
    shown: list[credit_desk.CreditView] = []
    after = None
    while True:
        page = credit_desk.waiting(states, who, vault, after)
        shown += page.rows
        after = page.next
        if after is None:
            return shown


def notes() -> list[tuple[str, str, str]]:
    return [(entry.actor, entry.action, entry.subject) for entry in AuditEntry.select()]


def test_what_waits_is_listed_oldest_first_and_what_is_done_is_not(held, vault, clock) -> None:
    held(OWED, HOA.code, "done")
    later = held(1000, "", "later")
    clock.ms -= 1000
    sooner = held(2000, MAY.code, "sooner", payer="TRIEU THI MAY")
    waiting = waits(vault)
    assert [row.credit.id for row in waiting] == [sooner, later]
    assert [row.credit.state for row in waiting] == ["under", "unmatched"]
    assert waiting[0][1:] == (MAY.code, "TRIEU THI MAY")


def test_two_hundred_kept_credits_do_not_hide_a_new_one(held, vault, clock) -> None:
    kept = [held(1000, "", f"kept {number}") for number in range(200)]
    for number in kept:
        credit_desk.keep(number, HOA.code, "canbo", "", clock())
    new = held(2000, "tien cua ai", "new")
    assert [row.credit.id for row in waits(vault)] == [*kept, new]
    undecided = tuple(state for state in transfer_records.OPEN if state != "kept")
    assert [row.credit.id for row in waits(vault, states=undecided)] == [new]
    assert credit_desk.counts(AT_DESK)["kept"] == 200


def test_pages_neither_skip_nor_repeat_while_others_decide(held, vault, clock) -> None:
    # All of one moment, as one statement file brings them.
    numbers = [held(1000, "", f"no {number}") for number in range(120)]
    first = credit_desk.waiting(transfer_records.OPEN, AT_DESK, vault)
    credit_desk.keep(numbers[3], HOA.code, "canbo", "", clock())
    credit_desk.owe_back(numbers[60], "canbo", "gửi nhầm", clock())
    second = credit_desk.waiting(transfer_records.OPEN, AT_DESK, vault, first.next)
    third = credit_desk.waiting(transfer_records.OPEN, AT_DESK, vault, second.next)
    shown = [row.credit.id for page in (first, second, third) for row in page.rows]
    assert shown == [number for number in numbers if number != numbers[60]]
    assert third.next is None


def test_a_page_is_full_though_the_oldest_are_anothers(held, vault) -> None:
    for number in range(60):
        held(1000, HOA.code, f"Hoa's {number}")
    own = held(1000, MAY.code, "May's")
    page = credit_desk.waiting(transfer_records.OPEN, at_desk(VO), vault)
    assert ([row.credit.id for row in page.rows], page.next) == ([own], None)
    assert credit_desk.counts(at_desk(VO))["under"] == 1


def test_an_unmatched_transfer_pays_the_bill_that_the_officer_names(held, clock) -> None:
    number = held(OWED, "chi Hoa gui tien dien")
    [paid] = credit_desk.assign([number], [HOA_BILL], AT_DESK, clock())
    assert (paid.payment.state, paid.payment.amount) == ("posted", OWED)
    assert Bill.get(Bill.code == HOA.code, Bill.month == 10).state == "received"
    assert credit(number) == ("assigned", 0, HOA.code)
    assert notes() == [("canbo", "credit.assign", HOA.code)]
    assert balance(matching.HELD) == 0


def test_what_is_left_over_waits_for_the_next_bill(held, clock) -> None:
    number = held(SEPTEMBER + OCTOBER + 5, MAY.code)
    credit_desk.assign([number], [MAY_BILL], AT_DESK, clock())
    assert credit(number) == ("over", OCTOBER + 5, MAY.code)
    credit_desk.assign([number], [f"{MAY.code}-202610-1"], AT_DESK, clock())
    assert credit(number) == ("over", 5, MAY.code)
    assert Payment.select().count() == 2


def test_two_small_transfers_together_pay_one_bill(held, clock) -> None:
    first, second = held(500_000, HOA.code, "1"), held(50_000, HOA.code, "2")
    credit_desk.assign([first, second, second], [HOA_BILL], AT_DESK, clock())
    assert (credit(first)[:2], credit(second)[:2]) == (("assigned", 0), ("over", 3_892))
    assert Payment.get().amount == OWED


def test_too_little_pays_nothing(held, clock) -> None:
    number = held(OWED - 1, HOA.code)
    with pytest.raises(CreditTooSmall):
        credit_desk.assign([number], [HOA_BILL], AT_DESK, clock())
    assert (credit(number)[:2], Payment.select().count()) == (("under", OWED - 1), 0)


def test_a_paid_or_unknown_bill_and_an_unknown_credit_are_refused(held, clock) -> None:
    number = held(OWED)
    for bill, ids, error in ((f"{HOA.code}-202609-1", [number], BillNotOwed),
                             (f"{HOA.code}-201001-1", [number], UnknownBill),
                             (HOA_BILL, [999], UnknownCredit)):
        with pytest.raises(error):
            credit_desk.assign(ids, [bill], AT_DESK, clock())
    assert credit(number)[:2] == ("unmatched", OWED)


def test_a_credit_is_kept_for_a_customer_and_carried_later(held, vault, clock) -> None:
    number = held(OWED)
    kept = credit_desk.keep(number, HOA.code, "canbo", "khách hẹn tháng sau", clock())
    assert (kept.state, kept.code, kept.left) == ("kept", HOA.code, OWED)
    assert number in [row.credit.id for row in waits(vault)]
    credit_desk.assign([number], [HOA_BILL], at_desk(GIAMSAT), clock())
    assert credit(number)[0] == "assigned"
    assert notes() == [("canbo", "credit.keep", HOA.code), ("giamsat", "credit.assign", HOA.code)]


def test_nothing_is_kept_for_nobody(held, clock) -> None:
    with pytest.raises(UnknownCustomer):
        credit_desk.keep(held(OWED), "PA04DH9999999", "canbo", "", clock())


def test_money_owed_back_leaves_the_list_and_stands_on_the_books(held, vault, clock) -> None:
    number = held(OWED + 5, HOA.code)
    credit_desk.assign([number], [HOA_BILL], AT_DESK, clock())
    row = credit_desk.owe_back(number, "giamsat", "khách xin lại", clock())
    assert (row.state, row.left, row.owed) == ("refund_due", 0, 5)
    assert balance("payable:refunds") == -5
    assert waits(vault) == []
    assert notes()[-1] == ("giamsat", "credit.refund_due", HOA.code)


def test_what_is_decided_stays_decided(held, vault, clock) -> None:
    number = held(OWED)
    credit_desk.owe_back(number, "canbo", "", clock())
    for again in (lambda: credit_desk.owe_back(number, "canbo", "", clock()),
                  lambda: credit_desk.keep(number, HOA.code, "canbo", "", clock()),
                  lambda: credit_desk.assign([number], [HOA_BILL], AT_DESK, clock()),
                  lambda: doubts.separate(number, AT_DESK, "", vault, clock())):
        with pytest.raises(AlreadyDecided):
            again()


def test_a_matched_credit_is_nobody_s_to_move(held, clock) -> None:
    number = held(OWED, HOA.code)
    with pytest.raises(AlreadyDecided):
        credit_desk.assign([number], [MAY_BILL], AT_DESK, clock())


def test_a_repetition_that_was_none_becomes_money(held, vault, clock) -> None:
    held(OWED, HOA.code, "a")
    number = held(OWED, HOA.code, "b", source="casso", title="Casso")
    with pytest.raises(AlreadyDecided):
        credit_desk.owe_back(number, "canbo", "", clock())
    row = doubts.separate(number, AT_DESK, "hai lần chuyển", vault, clock())
    assert (row.state, row.left, row.same_as) == ("already_paid", OWED, None)
    assert balance("partner:casso") == OWED
    credit_desk.owe_back(number, "canbo", "", clock())


def test_a_void_of_an_assigned_payment_puts_the_parts_back(held, clock) -> None:
    first, second = held(500_000, HOA.code, "1"), held(50_000, HOA.code, "2")
    [paid] = credit_desk.assign([first, second], [HOA_BILL], AT_DESK, clock())
    credit_desk.owe_back(second, "canbo", "", clock())
    payments.void("sepay", paid.payment.partner_txn_id, "nhầm hộ", "23:55", clock())
    assert (credit(first)[:2], credit(second)[:2]) == (
        ("after_void", 500_000), ("after_void", 46_108))
    assert balance(matching.HELD) == -546_108


def test_a_bill_paid_in_the_meantime_leaves_the_credit_alone(held, clock) -> None:
    number = held(OWED)
    connection.run("UPDATE bill SET state = 'settled' WHERE code = ? AND month = 10", HOA.code)
    with pytest.raises(BillNotOwed):
        credit_desk.assign([number], [HOA_BILL], AT_DESK, clock())
    assert credit(number)[:2] == ("unmatched", OWED)
