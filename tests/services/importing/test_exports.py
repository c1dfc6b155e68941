"""What the billing system is told, and how its answer settles bills: all of it, or nothing."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from db import exports as export_records
from db.connection import fetch, run
from services import clock
from services.importing import exports
from services.importing.exports import Settlement
from services.importing.faults import ImportRefused, Unreadable
from services.payments import payments
from services.payments.payments import Report
from tests.officers import audited
from tests.villagers import HOA, MAY, NOON

TODAY = date(2026, 11, 15)
HOA_BILL, MAY_BILL = f"{HOA.code}-202610-1", f"{MAY.code}-202609-1"
pytestmark = pytest.mark.usefixtures("sound_books")


@pytest.fixture
def paid(app) -> list[str]:
    """Hoa paid by MoMo at noon, Mẩy an hour later; their receipts."""
    for number, (bill, amount) in enumerate([(HOA_BILL, 546_108), (MAY_BILL, 107_136)]):
        at = NOON + number * clock.HOUR
        payments.post(Report("momo", str(number), bill, amount, at, "0" * 64), at)
    return ["PA04DH-2026-000001", "PA04VN-2026-000001"]


def rows(since: date = TODAY, now: int = NOON + clock.DAY) -> list[dict[str, str]]:
    return list(csv.DictReader("".join(exports.lines(since, now)).splitlines()))


def answer(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "answer.csv"
    path.write_text("\n".join(["receipt_no,bill_id,amount", *lines, ""]), encoding="utf-8")
    return path


def states() -> list[str]:
    return [state for (state,) in fetch("SELECT state FROM bill WHERE payment_id IS NOT NULL"
                                        " ORDER BY payment_id")]


def test_payments_are_told_of_in_their_order(paid) -> None:
    first, second = rows()
    assert first == {
        "kind": "payment", "receipt_no": paid[0], "bill_id": HOA_BILL, "bill_no": "0017202610",
        "customer_code": HOA.code, "period": "2026-10", "amount": "546108", "channel": "momo",
        "paid_at": "2026-11-15T12:00:00+07:00", "at": "2026-11-15T12:00:00+07:00",
        "state": "received"}
    assert second["bill_id"] == MAY_BILL


def test_what_is_due_back_is_no_payment_of_a_bill(paid) -> None:
    payments.post(Report("viettel", "9", HOA_BILL, 546_108, NOON, "0" * 64), NOON)
    assert [row["channel"] for row in rows()] == ["momo", "momo"]


def test_days_are_local_days(paid) -> None:
    assert len(rows(date(2026, 11, 15))) == 2
    assert rows(date(2026, 11, 16)) == []


def test_what_was_taken_back_is_told_of_as_a_void(paid) -> None:
    payments.void("momo", "0", "nhầm", "23:55", NOON + clock.HOUR)
    assert [(row["kind"], row["receipt_no"]) for row in rows()] == [
        ("payment", paid[1]), ("void", paid[0])]


def test_nothing_is_lost_between_two_pages(paid) -> None:
    run("UPDATE payment SET received_at = ?", NOON)  # the same moment
    assert [row.receipt_no for row in export_records.standing(NOON, NOON + 1, page=1)] == paid


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_a_formula(paid, start: str) -> None:
    run("UPDATE bill SET bill_no = ?", f"{start}cmd()")
    assert rows()[0]["bill_no"] == f"'{start}cmd()"


def test_an_acknowledgement_settles_and_a_second_one_changes_nothing(paid, tmp_path) -> None:
    path = answer(tmp_path, f"{paid[0]},{HOA_BILL},546108", f"{paid[1]},{MAY_BILL},107136")
    assert exports.acknowledge(path, NOON) == Settlement(2, 0)
    assert states() == ["settled", "settled"]
    assert audited()[-1] == ("terminal", "payments.acknowledge", "answer.csv",
                             "settled 2, same 0")
    count = len(audited())
    assert exports.acknowledge(path, NOON) == Settlement(0, 2)
    assert len(audited()) == count


@pytest.mark.parametrize(("line", "fault"), [
    ("PA04VN-2026-000009,PA04VN0000033-202609-1,107136", "no such receipt"),
    ("PA04VN-2026-000001,PA04VN0000033-202610-1,217836", "another bill's receipt"),
    ("PA04VN-2026-000001,PA04VN0000033-202609-1,107137", "the receipt says 107136"),
    ("PA04VN-2026-000001,PA04VN0000033-209909-1,107136", "no such bill"),
    ("PA04VN-2026-000001,PA04VN0000033-202609-1,107.136", "not a whole number"),
])
def test_one_bad_line_and_nothing_is_settled(paid, tmp_path, line: str, fault: str) -> None:
    path = answer(tmp_path, f"{paid[0]},{HOA_BILL},546108", line)
    with pytest.raises(ImportRefused) as refused:
        exports.acknowledge(path, NOON)
    assert [found.line for found in refused.value.faults] == [3]
    assert fault in str(refused.value.faults[0])
    assert states() == ["received", "received"]


def test_a_payment_taken_back_meanwhile_is_not_settled(paid, tmp_path) -> None:
    payments.void("momo", "0", "nhầm", "23:55", NOON + clock.HOUR)
    with pytest.raises(ImportRefused) as refused:
        exports.acknowledge(answer(tmp_path, f"{paid[0]},{HOA_BILL},546108"), NOON)
    assert "does not stand" in str(refused.value.faults[0])


def test_a_file_of_other_columns_is_unreadable(paid, tmp_path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("bill_id,amount\nX,1\n", encoding="utf-8")
    with pytest.raises(Unreadable):
        exports.acknowledge(path, NOON)
