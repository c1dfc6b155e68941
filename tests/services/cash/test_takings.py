"""Cash at the counter: taken once, all or nothing, into one's own open drawer."""

from __future__ import annotations

import threading

import pytest

from db import cash as cash_records
from db import connection
from db.bills import Bill
from db.connection import fetch
from services.cash import shifts, takings
from services.cash.shifts import Count
from services.errors import (
    AlreadyDecided,
    BillNotOwed,
    IdempotencyConflict,
    InvalidInput,
    NoShift,
    UnknownBill,
    UnknownCustomer,
    UnknownShift,
)
from services.payments import payments
from services.payments.payments import Report
from tests.officers import CANBO, GIAMSAT, HANH, VO, at_desk, audited
from tests.villagers import HOA, MAY, NOON

SEPTEMBER, OCTOBER = f"{MAY.code}-202609-1", f"{MAY.code}-202610-1"
OWED = 107_136 + 217_836
KEY = "a" * 32
WHO = at_desk(CANBO)
pytestmark = pytest.mark.usefixtures("sound_books")


@pytest.fixture
def shift(app):
    """Cán bộ's open shift with 500 000 đ of small notes."""
    return shifts.open_shift(WHO, 500_000, NOON)


def take(bills=(SEPTEMBER, OCTOBER), handed=400_000, key=KEY, who=WHO, code=MAY.code):
    return takings.take(who, code, list(bills), handed, key, NOON)


def balance(account: str) -> int:
    return fetch("SELECT COALESCE(SUM(amount), 0) FROM ledger_entry WHERE account = ?",
                 account)[0][0]


def state(month: int) -> str:
    return Bill.get(Bill.code == MAY.code, Bill.month == month).state


def test_two_bills_are_paid_out_of_one_handing_over(shift) -> None:
    taking = take()
    assert (taking.row.due, taking.change) == (OWED, 400_000 - OWED)
    assert [paid.payment.receipt_no for paid in taking.paid] == [
        "PA04VN-2026-000001", "PA04VN-2026-000002"]
    assert (state(9), state(10)) == ("received", "received")
    assert balance(shift.account) == cash_records.shift(shift.id).expected == 500_000 + OWED
    assert audited()[-1] == ("canbo", "cash.take", MAY.code, f"shift {shift.id}: {OWED}")
    assert fetch("SELECT kind FROM outbox_message") == [("receipt",), ("receipt",)]


def test_a_form_sent_twice_is_taken_once(shift) -> None:
    assert take().row.id == take().row.id
    assert balance(shift.account) == 500_000 + OWED
    assert fetch("SELECT COUNT(*) FROM payment") == [(2,)]


def test_a_form_sent_again_after_the_shift_was_closed_shows_what_was_taken(shift) -> None:
    first = take()
    shifts.close(WHO, Count({1000: 824}), "tiền lẻ", NOON)
    assert take() == first


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_double_click_takes_once(shift, app) -> None:
    taken: list[int] = []

    def click() -> None:
        taken.append(take().row.id)
        connection.database.close()
    clicks = [threading.Thread(target=click) for _ in range(6)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert (len(taken), len(set(taken))) == (6, 1)
    assert balance(shift.account) == 500_000 + OWED


@pytest.mark.parametrize("changes", [{"handed": 500_000}, {"bills": [SEPTEMBER]}])
def test_one_form_for_two_things_is_refused(shift, changes) -> None:
    take()
    with pytest.raises(IdempotencyConflict):
        take(**changes)


def test_without_a_shift_nothing_is_taken(app) -> None:
    with pytest.raises(NoShift):
        take()
    assert (state(9), fetch("SELECT * FROM payment")) == ("unpaid", [])


def test_a_bill_that_was_just_paid_elsewhere_leaves_all_as_it_was(shift) -> None:
    payments.post(Report("momo", "M1", OCTOBER, 217_836, NOON, "0" * 64), NOON)
    with pytest.raises(BillNotOwed):
        take()
    assert state(9) == "unpaid" and balance(shift.account) == 500_000
    assert take([SEPTEMBER]).paid[0].payment.receipt_no == "PA04VN-2026-000002"  # no gap


@pytest.mark.parametrize(("changes", "error"), [
    ({"handed": OWED - 1}, InvalidInput), ({"handed": 10**10}, InvalidInput),
    ({"bills": []}, InvalidInput), ({"bills": [f"{HOA.code}-202610-1"]}, InvalidInput),
    ({"bills": [f"{MAY.code}-201001-1"]}, UnknownBill), ({"key": "short"}, InvalidInput),
    ({"who": at_desk(HANH)}, UnknownCustomer), ({"code": "PA04DH9999999"}, UnknownCustomer)])
def test_what_cannot_be_is_refused_and_takes_nothing(shift, changes, error) -> None:
    with pytest.raises(error):
        take(**changes)
    assert fetch("SELECT * FROM payment") == []
    assert cash_records.shift(shift.id).expected == 500_000


def test_one_open_shift_an_officer(shift) -> None:
    with pytest.raises(AlreadyDecided):
        shifts.open_shift(WHO, 0, NOON)
    assert shifts.open_shift(at_desk(VO), 0, NOON).officer == "vo"


def test_a_drawer_that_agrees_closes_and_stands_at_zero(shift) -> None:
    take()
    notes = {500_000: 1, 200_000: 1, 100_000: 1, 20_000: 1, 2_000: 2, 500: 1, 200: 2}
    closed = shifts.close(WHO, Count({**notes, 1: 72}), "", NOON)
    assert (closed.counted, closed.difference, closed.reason) == (500_000 + OWED, 0, "")
    assert (balance(shift.account), balance("cash:safe")) == (0, OWED)
    assert shifts.notes_of(closed)[500_000] == 1


def test_a_difference_needs_a_reason_and_goes_to_its_account(shift) -> None:
    take()
    short = Count({200_000: 4})
    with pytest.raises(InvalidInput):
        shifts.close(WHO, short, "  ", NOON)
    closed = shifts.close(WHO, short, "trả nhầm tiền lẻ", NOON)
    assert closed.difference == 800_000 - 500_000 - OWED
    assert balance("cash:difference") == -closed.difference
    assert balance(shift.account) == 0


def test_a_closed_shift_takes_nothing_more_and_is_not_closed_again(shift) -> None:
    closed = shifts.close(WHO, Count({500_000: 1}), "", NOON)
    with pytest.raises(NoShift):
        take()
    with pytest.raises(NoShift):
        shifts.close(WHO, Count({}), "khác", NOON)
    assert not cash_records.close_shift(closed, 1, "", "khác", NOON)
    assert shifts.shift(shift.id, WHO) == closed


def test_who_leads_sees_every_shift_and_a_colleague_none(shift) -> None:
    taking = take()
    assert shifts.shift(shift.id, at_desk(GIAMSAT)).officer == "canbo"
    for look in (lambda: shifts.shift(shift.id, at_desk(VO)),
                 lambda: takings.taking(taking.row.id, at_desk(VO))):
        with pytest.raises(UnknownShift):
            look()


@pytest.mark.parametrize(("typed", "amount"), [
    ("600000", 600_000), ("600.000 đ", 600_000), (" 600,000 ", 600_000), ("0", 0)])
def test_amounts_are_read_as_people_type_them(typed: str, amount: int) -> None:
    assert shifts.read_amount(typed, "handed") == amount


@pytest.mark.parametrize("typed", ["", "-5", "6 trăm", "١٢", "1" * 14, "đ"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        shifts.read_amount(typed, "handed")


@pytest.mark.parametrize("numbers", [{300: 1}, {500: -1}, {500: 100_001}])
def test_what_is_no_count_is_refused(numbers: dict[int, int]) -> None:
    with pytest.raises(InvalidInput):
        shifts.count(numbers)
