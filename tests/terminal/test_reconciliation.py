"""flask payments reconcile NAME YYYY-MM-DD FILE: a partner's day file against our books."""

from __future__ import annotations

from datetime import date

import pytest

from db.audit import AuditEntry
from db.partners import Partner
from db.payments import Payment
from db.reconciliation import ReconciledDay, ReconciliationBreak
from services.clock import at_local
from services.payments import payments
from services.payments.payments import Report
from services.transfers import credits
from services.transfers.credits import Incoming
from tests.villagers import HOA, MAY, NOON, PAO

DAY, HEADER = "2026-11-15", "partner_txn_id,amount,status\n"
HOA_OWES, MAY_OWES, PAO_OWES = 546_108, 107_136, 1_534_140


@pytest.fixture
def reconcile(runner, tmp_path):
    """Call with the file's text: the command's result, for Viettel on the day of the stories."""
    def run(text: str | bytes, name: str = "viettel", day: str = DAY):
        path = tmp_path / "day.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return runner.invoke(args=["payments", "reconcile", name, day, str(path)])
    return run


@pytest.fixture
def paid(app):
    """Viettel reported Hoa's bill as VT-1, Mẩy's as VT-2 and Páo's as VT-3."""
    for number, person, month, amount in (("VT-1", HOA, 10, HOA_OWES), ("VT-2", MAY, 9, MAY_OWES),
                                          ("VT-3", PAO, 10, PAO_OWES)):
        payments.post(Report("viettel", number, f"{person.code}-2026{month:02}-1", amount, NOON,
                             number), NOON)


ALL_THREE = f"VT-1,{HOA_OWES},posted\nVT-2,{MAY_OWES},posted\nVT-3,{PAO_OWES},posted\n"


def test_a_day_that_agrees_is_exit_0_with_its_totals(reconcile, paid) -> None:
    result = reconcile(HEADER + ALL_THREE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == ("matched: 3\nbreaks: 0\nours: 2187384 in 3 payments\n"
                             "theirs: 2187384 in 3 payments\ndifference: 0\n")


def test_what_differs_is_named_and_exit_1(reconcile, paid) -> None:
    result = reconcile(HEADER + f"VT-1,{HOA_OWES + 1},posted\nVT-9,5,posted\n"
                       f"VT-2,{MAY_OWES},voided\n")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "amount VT-1 ours=546108 posted theirs=546109 posted",
        "partner_only VT-9 ours=none theirs=5 posted",
        "void_missing VT-2 ours=107136 posted theirs=107136 voided",
        "ours_only VT-3 ours=1534140 posted theirs=none",
        "matched: 0", "breaks: 4", "ours: 2187384 in 3 payments", "theirs: 546114 in 2 payments",
        "difference: -1641270"]


def test_the_same_file_again_changes_nothing(reconcile, paid) -> None:
    text = HEADER + f"VT-1,{HOA_OWES},posted\nVT-1,{HOA_OWES},posted\nVT-9,5,posted\n"
    first = reconcile(text)
    before = [list(table.select().tuples())
              for table in (ReconciledDay, ReconciliationBreak, AuditEntry, Payment)]
    again = reconcile(text)
    assert (again.exit_code, again.stdout) == (first.exit_code, first.stdout)
    assert before == [list(table.select().tuples())
                      for table in (ReconciledDay, ReconciliationBreak, AuditEntry, Payment)]


def test_a_better_file_closes_what_it_explains_and_keeps_the_rest(reconcile, paid) -> None:
    reconcile(HEADER + "VT-9,5,posted\n" + ALL_THREE.replace("VT-3", "VT-4"))
    reconcile(HEADER + "VT-9,5,posted\n" + ALL_THREE)
    rows = {row.partner_txn_id: row.state for row in ReconciliationBreak.select()}
    assert rows == {"VT-9": "open", "VT-4": "gone", "VT-3": "gone"}
    reconcile(HEADER + ALL_THREE.replace("VT-3", "VT-4"))
    rows = {row.partner_txn_id: row.state for row in ReconciliationBreak.select()}
    assert rows == {"VT-9": "gone", "VT-4": "open", "VT-3": "open"}
    assert ReconciledDay.get().matched == 2


def test_a_fee_that_they_keep_and_a_discount_that_we_do_not_know_are_named(
        reconcile, paid) -> None:
    header = "amount;discount;partner_txn_id;fee;status;paid_at\n"
    result = reconcile(header + f"{HOA_OWES};;VT-1;1100;posted;2026-11-15T11:59:30+07:00\n"
                       f"{MAY_OWES};5000;VT-2;;posted;\n{PAO_OWES - 2200};;VT-3;2200;posted;\n")
    assert [line.split()[:2] for line in result.stdout.splitlines()[:3]] == [
        ["fee_or_discount", "VT-1"], ["fee_or_discount", "VT-2"], ["fee_or_discount", "VT-3"]]


def test_a_stated_sum_that_their_own_lines_do_not_make_is_a_break(reconcile, paid) -> None:
    right = reconcile(HEADER + ALL_THREE + "TOTAL,2187384,total\n")
    assert right.exit_code == 0 and "matched: 3\n" in right.stdout
    wrong = reconcile(HEADER + ALL_THREE + "TOTAL,2187385,total\n")
    assert wrong.stdout.startswith("total TOTAL ours=2187384 total theirs=2187385 total\n")


def test_rows_of_empty_cells_are_no_rows(reconcile, paid) -> None:
    ours = HEADER.replace(",", ";") + ALL_THREE.replace(",", ";")
    result = reconcile(" ; ;\n\n" + ours + ";;\n")
    assert result.exit_code == 0 and "matched: 3\n" in result.stdout


def test_a_transfer_that_paid_nothing_yet_is_unapplied_cash(reconcile, vault) -> None:
    Partner.create(name="acb", title="ACB", kind="bank")
    for number, text in (("FT1", HOA.code), ("FT2", "tien dien thang 10"), ("FT3", "khong ro")):
        credits.record(Incoming("acb", "ACB", number, HOA_OWES, text, NOON, number), vault, NOON)
    result = reconcile(HEADER + f"FT1,{HOA_OWES},posted\nFT2,{HOA_OWES},posted\n", "acb")
    assert result.stdout.splitlines()[:3] == [
        "unapplied_cash FT2 ours=546108 unmatched theirs=546108 posted",
        "unapplied_cash FT3 ours=546108 unmatched theirs=none", "matched: 1"]


def test_a_transfer_for_two_bills_is_one_line_of_the_bank(reconcile, vault) -> None:
    Partner.create(name="acb", title="ACB", kind="bank")
    credits.record(Incoming("acb", "ACB", "FT1", 324_972, MAY.code, NOON, "x"), vault, NOON)
    assert Payment.select().count() == 2
    assert reconcile(HEADER + "FT1,324972,posted\n", "acb").exit_code == 0


def test_a_payment_of_the_day_before_is_the_cut_off(reconcile, app) -> None:
    late = at_local(date(2026, 11, 14), 23, 59)
    payments.post(Report("viettel", "VT-1", f"{HOA.code}-202610-1", HOA_OWES, late, "x"), late)
    assert reconcile(HEADER + f"VT-1,{HOA_OWES},posted\n").stdout.startswith("date_cutoff VT-1 ")


# the file → what the one line on standard error says
REFUSED = {
    "": "line 1: the header is missing",
    "partner_txn_id,amount\n": "line 1: column 'status' is missing",
    ",,\n": "line 1: the header is missing",
    ",,\npartner_txn_id,amount\n": "line 2: column 'status' is missing",
    "partner_txn_id,amount,status,bank\n": "line 1: unknown column 'bank'",
    "partner_txn_id,amount,status,amount\n": "line 1: column 'amount' stands twice",
    HEADER + "VT-1,546.108,posted\n": "line 2: amount: '546.108' is not whole đồng",
    HEADER + "VT-1,0,posted\n": "line 2: amount: '0' is not whole đồng",
    HEADER + "VT-1,5,posted\nVT-2,-5,posted\n": "line 3: amount: '-5' is not whole đồng",
    HEADER + "VT-1,٥,posted\n": "line 2: amount: '٥' is not whole đồng",
    HEADER + "VT 1,5,posted\n": "line 2: partner_txn_id: 'VT 1' is not 1-64 letters",
    HEADER + ",5,posted\n": "line 2: partner_txn_id: '' is not",
    HEADER + "VT-1,5,Thành công\n": "line 2: status: 'Thành công' is not a word",
    HEADER + "VT-1,5\n": "line 2: 2 cells instead of 3",
    HEADER + 'VT-1,5,"posted\n': "line 2: ",
    "partner_txn_id,amount,status,paid_at\nVT-1,5,posted,yesterday\n":
        "line 2: paid_at: 'yesterday' is not a time",
    "partner_txn_id,amount,status,fee\nVT-1,5,posted,1%\n": "line 2: fee: '1%' is not whole",
    "partner_txn_id,amount,status,discount\nVT-1,5,posted,x\n": "line 2: discount: 'x' is not",
    b"partner_txn_id,amount,status\nVT-1,5,\xff\n": "line 2: byte 0xff is not UTF-8",
}


def test_a_file_that_is_not_as_it_should_be_is_one_line_and_exit_2(reconcile) -> None:
    for text, words in REFUSED.items():
        result = reconcile(text)
        assert (result.exit_code, result.stdout) == (2, ""), text
        assert f"day.csv: {words}" in result.stderr
        assert result.stderr.count("\n") == 1
    assert ReconciledDay.select().count() == 0


@pytest.mark.parametrize(("name", "day", "words"), [
    ("nobody", DAY, "no partner is called 'nobody'"), ("viettel", "2026-11-31", "not a day"),
    ("viettel", "15/11/2026", "not a day"), ("viettel", "20261115", "not a day"),
])
def test_a_partner_or_day_that_is_none_is_refused(reconcile, name, day, words) -> None:
    result = reconcile(HEADER, name, day)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr and result.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_one_line(runner, app) -> None:
    result = runner.invoke(args=["payments", "reconcile", "viettel", DAY, "gone.csv"])
    assert result.exit_code == 2 and "No such file" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_header_alone_is_a_day_without_payments(reconcile) -> None:
    assert reconcile("\ufeff" + HEADER.replace("\n", "\r\n")).stdout.startswith("matched: 0\n")
