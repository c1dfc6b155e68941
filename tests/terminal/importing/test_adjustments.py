"""flask bills cleared, flask bills adjust: each its own state, all or nothing, twice is once."""

from __future__ import annotations

import pytest

from db import adjustments, audit
from db import bills as bill_records
from db import payments as payment_records
from db.bills import BillRow
from db.checking import problems
from db.connection import fetch, fetch_row, run, write
from db.refunds import Refund
from services.bills import billing, payment_links
from services.cash.refunds import propose
from services.errors import AlreadyDecided, AmountMismatch
from services.payments import payments, undoing
from services.payments.payments import Report
from services.transfers import credits
from tests import billing_files, officers
from tests.kiosk.person import prove, text
from tests.officers import CANBO, at_desk
from tests.sms.conftest import Phone
from tests.villagers import HOA, MAY, NOON, SON

HOA_BILL, HOA_TOTAL = "PA04DH0000017-202610-1", 546_108
MAY_SEPTEMBER, MAY_OCTOBER = "PA04VN0000033-202609-1", "PA04VN0000033-202610-1"
CLEARED = ("code", "year", "month", "ky", "cleared_on")
LIMIT = undoing.Limits(1_000_000, 10_000_000)
ADJUST = ("code", "year", "month", "ky", "kind", "amount", "on")


@pytest.fixture
def cleared(runner, tmp_path):
    """cleared(*rows, options): take in a file of cleared bills."""
    def go(*rows: tuple, options: tuple = ()):
        path = billing_files.write(tmp_path / "cleared.csv", [CLEARED, *rows])
        return runner.invoke(args=["bills", "cleared", str(path), *options])
    return go


@pytest.fixture
def adjust(runner, tmp_path):
    """adjust(*rows, options): take in a file of adjustments."""
    def go(*rows: tuple, options: tuple = ()):
        path = billing_files.write(tmp_path / "adjust.csv", [ADJUST, *rows])
        return runner.invoke(args=["bills", "adjust", str(path), *options])
    return go


def hoa(kind: str, amount: object = "", on: str = "2026-11-14") -> tuple:
    return (HOA.code, 2026, 10, 1, kind, amount, on)


def pay(bill_id: str = HOA_BILL, amount: int = HOA_TOTAL, txn: str = "T1", partner: str = "momo"):
    return payments.post(Report(partner, txn, bill_id, amount, NOON, "0" * 64), NOON)[0]


def bill(bill_id: str = HOA_BILL) -> BillRow:
    return billing.find(bill_id)


def refunds() -> list[tuple]:
    return [(row.code, row.amount, row.why, row.state) for row in
            Refund.select().order_by(Refund.id)]


def snapshot() -> list:
    return [fetch(f"SELECT * FROM {table} ORDER BY id") for table in (
        "bill", "bill_adjustment", "refund", "ledger_entry", "outbox_message")] + [audit.head()]


@pytest.fixture(autouse=True)
def sound(app):
    """After each story `flask db check` finds nothing."""
    yield
    assert list(problems()) == []


# Cleared in the company's books


def test_a_bill_cleared_without_our_receipt_was_paid_elsewhere(cleared) -> None:
    answer = cleared((HOA.code, 2026, 10, 1, "2026-11-10"))
    assert (answer.exit_code, answer.stdout) == (
        0, "0 new, 1 changed, 0 unchanged, 0 left because cancelled\n")
    assert bill().state == bill_records.ELSEWHERE
    assert billing.due(HOA.code).unpaid == []
    assert bill_records.last_paid(HOA.code, 1)[0].paid_at == NOON - 5 * 86_400_000 - 12 * 3_600_000


def test_a_bill_that_we_received_is_settled(cleared) -> None:
    pay()
    cleared((HOA.code, 2026, 10, 1, "2026-11-10"))
    assert bill().state == bill_records.SETTLED


def test_what_is_cleared_already_stays(cleared) -> None:
    rows = ((HOA.code, 2026, 10, 1, "2026-11-10"), (SON.code, 2026, 10, 1, "2026-11-10"))
    cleared(*rows)
    before = snapshot()
    assert cleared(*rows).stdout == "0 new, 0 changed, 2 unchanged, 0 left because cancelled\n"
    assert snapshot() == before


def test_money_for_a_bill_paid_elsewhere_is_due_back(cleared) -> None:
    cleared((HOA.code, 2026, 10, 1, "2026-11-10"))
    posting = pay()
    assert (posting.payment.state, posting.payment.settled_by) == ("refund_due", None)
    assert refunds() == [(HOA.code, HOA_TOTAL, "cleared", "due")]
    assert bill().state == bill_records.ELSEWHERE


# Cancelled


def test_a_cancelled_bill_is_not_owed(adjust) -> None:
    answer = adjust(hoa("cancel"))
    assert (answer.exit_code, answer.stdout) == (
        0, "0 new, 1 changed, 0 unchanged, 0 left because cancelled or smaller already\n")
    assert (bill().state, bill().total) == (bill_records.CANCELLED, HOA_TOTAL)
    assert billing.due(HOA.code).unpaid == []


def test_money_of_a_bill_that_is_cancelled_is_due_back(adjust) -> None:
    posting = pay()
    adjust(hoa("cancel", HOA_TOTAL))
    assert refunds() == [(HOA.code, HOA_TOTAL, "cancel", "due")]
    assert payment_records.get_by_id(posting.payment.id).state == "posted"
    assert fetch_row("SELECT kind FROM outbox_message ORDER BY id DESC LIMIT 1")[0] == (
        "bill_cancelled")


def test_money_for_a_cancelled_bill_is_due_back(adjust) -> None:
    adjust(hoa("cancel"))
    pay()
    assert refunds() == [(HOA.code, HOA_TOTAL, "cancel", "due")]


def test_its_partner_may_still_take_back_what_a_cancelled_bill_cost(adjust) -> None:
    pay()
    adjust(hoa("cancel"))
    payments.void("momo", "T1", "customer asked", "23:00", NOON + 1)
    assert (bill().state, bill().payment_id) == (bill_records.CANCELLED, None)
    assert refunds() == [(HOA.code, HOA_TOTAL, "cancel", "cancelled")]


# Lowered


def test_a_lowered_bill_is_owed_with_its_new_total(adjust) -> None:
    adjust(hoa("lower", 500_000))
    lowered = bill()
    assert (lowered.state, lowered.total, lowered.lowered) == ("unpaid", 500_000, 46_108)
    with pytest.raises(AmountMismatch):
        pay()
    assert pay(amount=500_000, txn="T2").payment.state == "posted"


def test_what_was_paid_above_a_lowered_bill_is_due_back(adjust) -> None:
    pay()
    adjust(hoa("lower", 500_000))
    assert refunds() == [(HOA.code, 46_108, "lowered", "due")]
    assert (bill().state, bill().total) == ("received", 500_000)


def test_two_lowerings_are_due_back_one_by_one(adjust) -> None:
    pay()
    adjust(hoa("lower", 500_000))
    adjust(hoa("lower", 450_000, "2026-11-15"))
    assert refunds() == [(HOA.code, 46_108, "lowered", "due"), (HOA.code, 50_000, "lowered", "due")]


def test_lowered_then_cancelled_owes_each_dong_once(adjust) -> None:
    pay()
    adjust(hoa("lower", 500_000))
    adjust(hoa("cancel", on="2026-11-15"))
    assert refunds() == [(HOA.code, 46_108, "lowered", "due"), (HOA.code, 500_000, "cancel", "due")]


def test_its_partner_takes_back_all_of_a_lowered_bill(adjust) -> None:
    pay()
    adjust(hoa("lower", 500_000))
    payments.void("momo", "T1", "customer asked", "23:00", NOON + 1)
    assert (bill().state, bill().total) == ("unpaid", 500_000)
    assert refunds() == [(HOA.code, 46_108, "lowered", "cancelled")]


@pytest.mark.parametrize(("way", "refund_states"), [
    ("partner", ["cancelled", "due"]), ("transfer", ["cancelled", "credited"])])
def test_an_officer_undoes_the_payment_of_a_lowered_bill(adjust, vault, way, refund_states) -> None:
    officers.hire()
    if way == "transfer":
        credits.record(credits.Incoming("casso", "Casso", "N1", HOA_TOTAL, "PA04DH00000171026",
                                        NOON, "N1"), vault, NOON)
    else:
        pay()
    adjust(hoa("lower", 500_000))
    undoing.ask(at_desk(CANBO), bill().payment_id, "nhầm", LIMIT, "23:00", NOON + 86_400_000)
    assert (bill().state, bill().total) == ("unpaid", 500_000)
    assert [state for *_rest, state in refunds()] == refund_states


def test_what_is_on_its_way_back_cannot_be_undone_once_more(adjust) -> None:
    officers.hire()
    pay()
    adjust(hoa("lower", 500_000))
    (lowered,) = Refund.select()
    propose(at_desk(CANBO), lowered.id, "transfer", "UNC-1", undoing.Limits(10, 10), NOON)
    with pytest.raises(AlreadyDecided):
        undoing.ask(at_desk(CANBO), bill().payment_id, "nhầm", LIMIT, "23:00",
                    NOON + 86_400_000)
    assert bill().state == "received"


def test_money_of_a_cancelled_bill_is_not_undone_beside_its_refund(adjust) -> None:
    officers.hire()
    pay()
    adjust(hoa("cancel"))
    with pytest.raises(AlreadyDecided):
        undoing.ask(at_desk(CANBO), bill().payment_id, "nhầm", LIMIT, "23:00",
                    NOON + 86_400_000)


# Credit notes


@pytest.mark.parametrize("written", [50_000, -50_000])
def test_a_credit_note_stands_beside_the_bills(adjust, written) -> None:
    adjust(hoa("credit", written))
    account = billing.due(HOA.code)
    assert (account.credited, account.total, account.unpaid[0].total) == (
        50_000, HOA_TOTAL, HOA_TOTAL)


def test_a_credit_note_of_a_paid_bill_pays_nothing_out(adjust) -> None:
    adjust((SON.code, 2026, 10, 1, "credit", 50_000, "2026-11-14"))
    assert billing.due(SON.code).credited == 50_000
    assert refunds() == []


# Files


def test_the_same_file_again_changes_nothing(adjust) -> None:
    pay()
    rows = (hoa("lower", 500_000), hoa("credit", 1_000),
            (MAY.code, 2026, 9, 1, "cancel", "", "2026-11-14"))
    assert adjust(*rows).stdout.startswith("0 new, 3 changed, 0 unchanged")
    before = snapshot()
    assert adjust(*rows).stdout.startswith("0 new, 0 changed, 3 unchanged")
    assert snapshot() == before


def test_an_old_lowering_again_does_not_undo_a_newer_one(adjust) -> None:
    adjust(hoa("lower", 500_000))
    adjust(hoa("lower", 450_000, "2026-11-15"))
    assert adjust(hoa("lower", 500_000)).stdout.startswith("0 new, 0 changed, 1 unchanged")
    assert bill().total == 450_000


@pytest.mark.parametrize(("row", "complaint"), [
    ((HOA.code, 2026, 12, 1, "cancel", "", "2026-11-14"),
     "line 3, column code: 'PA04DH0000017': no such bill"),
    ((HOA.code, 2026, 10, 2, "lower", 5, "2026-11-14"),
     "line 3, column code: 'PA04DH0000017': no such bill"),
    (hoa("raise", 600_000), "line 3, column kind: 'raise': cancel, lower or credit expected"),
    (hoa("lower", 546_108), "line 3, column amount: '546108': not below the bill's total"),
    (hoa("lower", 0), "line 3, column amount: '0': an amount expected"),
    (hoa("lower"), "line 3, column amount: '': an amount expected"),
    (hoa("lower", -5), "line 3, column amount: '-5': an amount above 0 expected"),
    (hoa("credit", "5.000"), "line 3, column amount: '5.000': a whole number of at most 12 digits"
                             " expected"),
    (hoa("cancel", 500_000), "line 3, column amount: '500000': not the bill's total"),
    (hoa("credit", 5, "14/11/2026"), "line 3, column on: '14/11/2026': a date such as 2026-10-21"
                                     " expected, from 2016-11-14 to 2026-11-16"),
    ((MAY.code, 2026, 9, 1, "cancel", "", "2026-11-15"),
     "line 3, column code, year, month, ky, kind: 'PA04VN0000033 2026 9 1 cancel': stands already"
     " on line 2"),
])
def test_a_broken_row_is_named_and_nothing_is_stored(adjust, row, complaint) -> None:
    before = snapshot()
    answer = adjust((MAY.code, 2026, 9, 1, "cancel", "", "2026-11-14"), row)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.endswith(f"adjust.csv: {complaint}; nothing was stored\n")
    assert snapshot() == before


@pytest.mark.parametrize("kind", ["lower", "credit"])
def test_nothing_is_adjusted_on_a_cancelled_bill(adjust, kind) -> None:
    adjust(hoa("cancel"))
    answer = adjust(hoa(kind, 1_000))
    assert (answer.exit_code, answer.stderr.endswith(
        "line 2, column code: 'PA04DH0000017': the bill is cancelled; nothing was stored\n")) == (
        2, True)


def test_a_cancelled_bill_cannot_be_cleared(adjust, cleared) -> None:
    adjust(hoa("cancel"))
    answer = cleared((HOA.code, 2026, 10, 1, "2026-11-10"), (HOA.code, 2026, 12, 1, "2026-11-10"))
    assert answer.exit_code == 2
    assert "line 2, column code: 'PA04DH0000017': the bill is cancelled" in answer.stderr
    assert "line 3, column code: 'PA04DH0000017': no such bill" in answer.stderr


def test_a_dry_run_says_the_same_and_stores_nothing(adjust, cleared) -> None:
    pay()
    before = snapshot()
    assert adjust(hoa("lower", 5), options=("--dry-run",)).stdout.startswith(
        "dry run, nothing stored: 0 new, 1 changed, 0 unchanged")
    assert cleared((HOA.code, 2026, 10, 1, "2026-11-10"), options=("--dry-run",)).stdout.startswith(
        "dry run, nothing stored: 0 new, 1 changed, 0 unchanged")
    assert snapshot() == before


def test_each_document_stands_in_the_audit_chain(adjust) -> None:
    adjust(hoa("lower", 500_000), hoa("credit", 5))
    adjust(hoa("cancel"))
    actions = [action for (action,) in fetch("SELECT action FROM audit_entry ORDER BY id")]
    assert actions == ["bill.lowered", "bill.credited", "adjustments.imported",
                       "bill.cancelled", "adjustments.imported"]
    assert audit.first_bad_row() is None


def test_the_newest_invoice_takes_the_place_of_a_cancelled_one(adjust, runner, tmp_path) -> None:
    adjust(hoa("cancel"))
    path = billing_files.bills(tmp_path / "b.csv", billing_files.bill(
        bill_no="0017202610A", subtotal=100_000, vat=8_000, total=108_000))
    runner.invoke(args=["bills", "import", str(path)])
    assert (bill().state, bill().total) == ("unpaid", 108_000)


def test_a_credit_note_is_set_off_once(adjust) -> None:
    adjust(hoa("credit", 50_000))
    (note,) = adjustments.credit_notes(HOA.code)
    assert write(lambda: adjustments.set_off(note.id, "canbo", NOON))
    assert not write(lambda: adjustments.set_off(note.id, "giamsat", NOON))
    assert billing.due(HOA.code).credited == 0


def test_a_large_file_is_read_in_pieces(adjust, cleared, runner, tmp_path) -> None:
    people = billing_files.neighbours(900)
    found = list(billing_files.year_of_bills(people))
    files = (billing_files.customers(tmp_path / "c.csv", *people),
             billing_files.bills(tmp_path / "b.csv", *found))
    for subject, path in zip(("customers", "bills"), files, strict=True):
        assert runner.invoke(args=[subject, "import", str(path)]).exit_code == 0
    keys = [row[:4] for row in found]
    answer = adjust(*((*key, "lower", 5, "2026-11-14") for key in keys))
    assert answer.stdout.startswith("0 new, 10800 changed")
    answer = cleared(*((*key, "2026-11-14") for key in keys))
    assert answer.stdout.startswith("0 new, 10800 changed")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_open_is_found_by_its_own_index(app) -> None:
    """Bills that are closed are many; a look-up must not go through them."""
    for query in (f"SELECT code FROM bill WHERE {bill_records.OPEN} AND code > 'P' ORDER BY code",
                  "SELECT c.name FROM customer c LEFT JOIN bill b ON b.code = c.code"
                  f" AND b.{bill_records.OPEN} WHERE c.code = 'P'"):
        plan = " ".join(row[-1] for row in fetch(f"EXPLAIN QUERY PLAN {query}"))
        assert "bill_open" in plan


@pytest.mark.parametrize(("damage", "found"), [
    ("UPDATE bill SET state = 'elsewhere' WHERE id = {0}",
     "bill {0}: paid elsewhere or cancelled, yet no document says so"),
    ("UPDATE bill SET state = 'cancelled' WHERE id = {0}",
     "bill {0}: paid elsewhere or cancelled, yet no document says so"),
    ("UPDATE bill SET payment_id = 1, state = 'elsewhere' WHERE id = {0}",
     "bill {0}: paid elsewhere, yet it names a payment"),
    ("UPDATE bill SET lowered = 5 WHERE id = {0}",
     "bill PA04DH0000017 10/2026: subtotal and VAT do not make its total"),
    ("INSERT INTO bill_adjustment (bill_id, code, kind, amount, day, at, ended_at)"
     " VALUES ({0}, 'PA04DH0000017', 'credit', 5, '2026-11-14', 0, 1)",
     "credit note 1: set off, yet nobody did it"),
    ("INSERT INTO bill_correction (bill_id, from_date, to_date, old_index, new_index, kwh,"
     " subtotal, vat, total, due_on, bill_no, at) SELECT id, from_date, to_date, old_index,"
     " new_index, kwh, subtotal, vat, total, due_on, bill_no, 0 FROM bill WHERE id = {0}",
     "bill {0}: nobody has paid it, yet a correction waits until its payment is taken back"),
])
def test_what_is_planted_is_found(app, damage, found) -> None:
    number = bill().id

    def plant_and_look() -> None:
        run(damage.format(number))
        assert found.format(number) in problems()
        raise _Enough

    with pytest.raises(_Enough):
        write(plant_and_look)


def test_a_refund_that_is_not_owed_is_found(adjust) -> None:
    pay()
    adjust(hoa("lower", 500_000))

    def plant_and_look() -> None:
        run("UPDATE refund SET amount = amount + 1")
        assert any("owe back otherwise than its refunds say" in line for line in problems())
        raise _Enough

    with pytest.raises(_Enough):
        write(plant_and_look)


class _Enough(Exception):
    """Undo what was planted."""


def test_a_credit_note_is_told_at_the_kiosk_and_by_text(adjust, client, app) -> None:
    adjust(hoa("credit", 50_000), (SON.code, 2026, 10, 1, "credit", 7_000, "2026-11-14"))
    prove(client, HOA)
    page = text(client.get("/kiosk/bills")).replace("\xa0", " ")
    assert "Công ty ghi có 50.000 đ." in page and "546.108 đ" in page
    for person, owed, credited in ((HOA, "546.108d", "50.000d"), (SON, "khong no", "7.000d")):
        said = Phone(app, person.phone)(f"TD {person.code}")
        assert owed in said and f"Cong ty ghi co {credited}" in said and len(said) <= 160


def test_a_bill_paid_elsewhere_is_owed_at_no_door(cleared, client, app) -> None:
    cleared((HOA.code, 2026, 10, 1, "2026-11-10"))
    assert "khong no" in Phone(app, HOA.phone)(f"TD {HOA.code}")
    token, _slip = payment_links.link_for(HOA.code, NOON)
    assert "Không còn nợ tiền điện." in text(client.get(f"/q/{token}"))
    prove(client, HOA)
    bills = text(client.get("/kiosk/bills"))
    assert "Đã thanh toán (nơi khác)" in bills and "Trả tiền" not in bills
    page = text(client.get("/kiosk/pay/202610-1"))
    assert "Đã thanh toán (nơi khác)" in page and "Đã nhận tiền" not in page


@pytest.mark.parametrize(("day", "exit_code"), [
    ("2016-11-15", 0), ("2026-11-16", 0), ("2016-11-13", 2), ("2026-11-17", 2), ("1900-01-01", 2),
    ("2099-12-31", 2)])
def test_a_day_on_which_no_books_were_changed_is_a_fault_of_the_file(cleared, adjust, day,
                                                                     exit_code) -> None:
    for answer in (cleared((HOA.code, 2026, 10, 1, day), options=("--dry-run",)),
                   adjust(hoa("lower", 100_000, day), options=("--dry-run",))):
        assert answer.exit_code == exit_code, answer.output
        assert exit_code == 0 or "expected, from 2016-11-14 to 2026-11-16" in answer.stderr
