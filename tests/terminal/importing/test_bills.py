"""flask bills import: the whole file or nothing, and the same file twice changes nothing."""

from __future__ import annotations

import json

import pytest

from db import audit
from db import bills as bill_records
from db.bills import Bill
from db.connection import fetch, write
from services.payments import payments
from tests import billing_files
from tests.billing_files import BILL_COLUMNS, HOA_BILL, bill
from tests.villagers import HOA, SON

NEW = bill(month=11, from_date="2026-10-22", to_date="2026-11-21", old_index=1222, new_index=1300,
           kwh=78, subtotal=156600, vat=12528, total=169128, due_on="2026-12-20",
           bill_no="0017202611")


@pytest.fixture
def run(runner, tmp_path):
    """run(*rows, options) imports a file of these bills."""
    def go(*rows: tuple, options: tuple = ()):
        path = billing_files.bills(tmp_path / "bills.csv", *rows)
        return runner.invoke(args=["bills", "import", str(path), *options])
    return go


def rows() -> list[tuple]:
    return fetch("SELECT * FROM bill ORDER BY code, year, month, ky")


def audited() -> list[tuple]:
    return fetch("SELECT actor, action, subject, detail FROM audit_entry ORDER BY id")


def test_a_new_bill_is_owed(run) -> None:
    answer = run(NEW)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == "1 new, 0 changed, 0 unchanged, 0 left because paid\n"
    assert [(b.month, b.total) for b in bill_records.unpaid(HOA.code)] == [
        (10, 546108), (11, 169128)]


def test_the_same_file_again_changes_nothing(run) -> None:
    run(NEW, HOA_BILL)
    before, chain = rows(), audit.head()
    answer = run(NEW, HOA_BILL)
    assert answer.stdout == "0 new, 0 changed, 2 unchanged, 0 left because paid\n"
    assert (rows(), audit.head()) == (before, chain)


@pytest.mark.parametrize("number", ["1.23E+12", "1,23E+12", "####", "#N/A"])
def test_a_number_that_a_spreadsheet_rounded_is_nobodys(run, number) -> None:
    before = rows()
    answer = run(HOA_BILL, bill(NEW, bill_no=number))
    assert answer.exit_code == 2
    (line,) = answer.stderr.splitlines()
    assert f"line 3, column bill_no: {number!r}: " in line
    assert rows() == before


def test_rows_of_empty_cells_are_no_rows(run) -> None:
    answer = run(NEW, ("",) * len(NEW))
    assert (answer.exit_code, answer.stdout) == (
        0, "1 new, 0 changed, 0 unchanged, 0 left because paid\n")


def test_a_changed_amount_on_an_unpaid_bill_is_taken_and_audited(run) -> None:
    answer = run(bill(subtotal=500000, vat=40000, total=540000))
    assert answer.stdout == "0 new, 1 changed, 0 unchanged, 0 left because paid\n"
    assert bill_records.get(HOA.code, 2026, 10, 1).total == 540000
    entry, whole = audited()
    assert entry[:3] == ("import", "bill.changed", "PA04DH0000017-202610-1")
    assert json.loads(entry[3]) == {"line": 2, "subtotal": [505656, 500000],
                                    "vat": [40452, 40000], "total": [546108, 540000]}
    assert whole[:3] == ("import", "bills.imported", "bills.csv")
    assert audit.first_bad_row() is None


def test_a_changed_amount_on_a_paid_bill_is_reported_and_left(run, clock) -> None:
    write(lambda: payments.post(payments.Report(
        "momo", "T1", "PA04DH0000017-202610-1", 546108, clock(), "0" * 64), clock()))
    before = rows()
    answer = run(bill(subtotal=500000, vat=40000, total=540000), NEW)
    assert answer.exit_code == 0
    assert answer.stdout == (
        "left: line 2: PA04DH0000017 10/2026 kỳ 1 is paid with 546108 đ, the file says 540000 đ\n"
        "1 new, 0 changed, 0 unchanged, 1 left because paid\n")
    assert [row for row in rows() if row[3] != 11] == before


def test_a_dry_run_says_the_same_and_stores_nothing(run) -> None:
    before, chain = rows(), audit.head()
    answer = run(NEW, bill(due_on="2026-11-25"), options=("--dry-run",))
    assert answer.stdout == ("dry run, nothing stored: 1 new, 1 changed, 0 unchanged,"
                             " 0 left because paid\n")
    assert (rows(), audit.head()) == (before, chain)


@pytest.mark.parametrize(("broken", "complaint"), [
    (bill(total=546109), "line 3, column total: '546109': not subtotal + vat"),
    (bill(month=13), "line 3, column month: '13': a whole number from 1 to 12 expected"),
    (bill(total="546.108"), "line 3, column total: '546.108': a whole number of at most 12"
                            " digits expected"),
    (bill(due_on="20/11/2026"), "line 3, column due_on: '20/11/2026': a date such as 2026-10-21"
                                " expected"),
    (bill(to_date="2026-09-01"), "line 3, column to_date: '2026-09-01': before from_date"),
    (bill(code="PA04DH17"), "line 3, column code: 'PA04DH17': a customer code such as"
                            " PA04DH0000017 expected"),
    (bill(code="PA04DH7654321"), "line 3, column code: 'PA04DH7654321': no such customer"),
    (bill(bill_no="x\0y"), "line 3, column bill_no: 'x\\x00y': printable text of 1 to 40"
                           " characters expected, not a number that a spreadsheet rounded"),
    (NEW, "line 3, column code, year, month, ky: 'PA04DH0000017 2026 11 1': stands already on"
          " line 2"),
])
def test_a_broken_row_is_named_and_nothing_is_stored(run, broken, complaint) -> None:
    before = rows()
    answer = run(NEW, broken)
    assert (answer.exit_code, answer.stdout) == (2, "")
    (line,) = answer.stderr.splitlines()
    assert line.startswith("error: ")
    assert line.endswith(f"bills.csv: {complaint}; nothing was stored")
    assert rows() == before


def test_all_kinds_of_errors_come_in_one_run_by_line(run) -> None:
    answer = run(bill(code="PA04DH7654321"), NEW, bill(kwh="x"), NEW)
    assert [line.split(",")[0] for line in answer.stderr.splitlines()[:-1]] == [
        "error: line 2", "error: line 4", "error: line 5"]


def test_twenty_errors_are_shown_and_the_rest_counted(run) -> None:
    unknown = [bill(code=f"PA04DH9{number:06}") for number in range(30)]
    answer = run(*unknown, *[bill(month=14)] * 15)
    lines = answer.stderr.splitlines()
    assert len(lines) == 21
    assert lines[-1].endswith("45 errors (25 more not shown); nothing was stored")


def test_broken_row_99_999_stores_nothing_and_is_line_100_000(runner, tmp_path) -> None:
    neighbours = billing_files.neighbours(8334)
    found = list(billing_files.year_of_bills(neighbours))
    found[99_998] = bill(found[99_998], vat="8 %")
    people = billing_files.customers(tmp_path / "customers.csv", *neighbours)
    assert runner.invoke(args=["customers", "import", str(people)]).exit_code == 0
    before = rows()
    path = billing_files.bills(tmp_path / "bills.csv", *found)
    answer = runner.invoke(args=["bills", "import", str(path)])
    assert answer.exit_code == 2
    assert "bills.csv: line 100000, column vat: '8 %': a whole number" in answer.stderr
    assert rows() == before


def test_semicolons_a_bom_and_windows_line_ends_are_read(runner, tmp_path) -> None:
    path = billing_files.write(tmp_path / "b.csv", [BILL_COLUMNS, NEW], ";", "\ufeff", "\r\n")
    assert runner.invoke(args=["bills", "import", str(path)]).stdout.startswith("1 new")


def test_an_odd_kwh_is_noted_and_stored(run) -> None:
    rolled_over = bill(NEW, year=2025, old_index=99_950, new_index=28)
    multiplied = bill(NEW, year=2024, kwh=780)
    answer = run(rolled_over, multiplied, NEW)
    assert answer.stdout.splitlines() == [
        "note: 1 rows, first line 3: kwh is not new_index - old_index"
        " (meter changed, multiplied or read by estimate)",
        "3 new, 0 changed, 0 unchanged, 0 left because paid"]


def test_a_bill_of_nothing_is_not_owed_until_it_is_corrected(run) -> None:
    nothing = bill(NEW, code=SON.code, kwh=0, new_index=1222, subtotal=0, vat=0, total=0)
    run(nothing)
    assert bill_records.unpaid(SON.code) == []
    answer = run(bill(NEW, code=SON.code))
    assert answer.stdout == "0 new, 1 changed, 0 unchanged, 0 left because paid\n"
    assert [owed.total for owed in bill_records.unpaid(SON.code)] == [169128]


def test_the_bill_keeps_its_own_number_when_it_changes(run) -> None:
    before = bill_records.get(HOA.code, 2026, 10, 1).id
    run(bill(due_on="2026-11-25"))
    assert Bill.get_by_id(before).due_on == "2026-11-25"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_rows_of_a_file_wait_on_disk_and_not_in_memory(run) -> None:
    run(NEW)
    assert fetch("PRAGMA temp_store") == [(1,)]  # FILE


def test_a_failure_at_the_very_end_leaves_nothing(run) -> None:
    before = rows()
    write(lambda: fetch("DELETE FROM audit_head RETURNING id"))
    assert run(NEW, bill(due_on="2026-11-25")).exit_code == 1
    assert rows() == before


def test_a_file_that_is_not_there_is_refused_in_one_line(runner, tmp_path) -> None:
    answer = runner.invoke(args=["bills", "import", str(tmp_path / "none.csv")])
    assert (answer.exit_code, answer.stderr) == (
        2, f"error: {tmp_path / 'none.csv'}: No such file or directory\n")


def test_lines_that_end_as_none_should_are_told_so(runner, tmp_path) -> None:
    path = tmp_path / "old.csv"
    path.write_text(",".join(BILL_COLUMNS) + "\r" + ",".join(map(str, NEW)) + "\r", newline="")
    answer = runner.invoke(args=["bills", "import", str(path)])
    assert (answer.exit_code, answer.stderr) == (
        2, f"error: {path}: line 1: a stray quote, or lines that end neither with LF nor with"
           " CRLF; nothing was stored\n")


def test_columns_that_are_missing_or_unknown_are_named(runner, tmp_path) -> None:
    path = billing_files.write(tmp_path / "b.csv", [[*BILL_COLUMNS[:-1], "note"], NEW])
    answer = runner.invoke(args=["bills", "import", str(path)])
    assert answer.exit_code == 2
    assert "unknown column: note; missing column: bill_no; nothing was stored" in answer.stderr
