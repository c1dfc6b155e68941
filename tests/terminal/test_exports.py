"""flask payments export, flask payments acknowledge."""

from __future__ import annotations

import os

import pytest

from db.connection import fetch
from services.payments import payments
from services.payments.payments import Report
from tests.villagers import HOA, NOON

HOA_BILL = f"{HOA.code}-202610-1"


@pytest.fixture(autouse=True)
def paid(app) -> None:
    payments.post(Report("momo", "1", HOA_BILL, 546_108, NOON, "0" * 64), NOON)


def state() -> str:
    return fetch("SELECT state FROM bill WHERE code = ? AND month = 10", HOA.code)[0][0]


def test_a_file_goes_out_and_its_answer_settles(runner, tmp_path) -> None:
    out, back = tmp_path / "out.csv", tmp_path / "back.csv"
    said = runner.invoke(args=["payments", "export", "--since", "2026-11-15", str(out)])
    assert (said.exit_code, said.output) == (0, f"written: {out}\n")
    header, line = out.read_text(encoding="utf-8").splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    back.write_text("receipt_no,bill_id,amount\n"
                    f"{cells['receipt_no']},{cells['bill_id']},{cells['amount']}\n")
    assert state() == "received"
    for told in ("1 settled, 0 were settled before\n", "0 settled, 1 were settled before\n"):
        said = runner.invoke(args=["payments", "acknowledge", str(back)])
        assert (said.exit_code, said.output) == (0, told)
    assert state() == "settled"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("args", [
    ["export", "--since", "15/11/2026", "x.csv"], ["export", "x.csv"],
    ["export", "--since", "2026-11-15", "nowhere/x.csv"], ["acknowledge", "nowhere.csv"],
    ["acknowledge", "."]])
def test_bad_input_is_one_line(runner, args) -> None:
    said = runner.invoke(args=["payments", *args])
    assert said.exit_code in (1, 2) and said.output.startswith("error: ")
    assert said.output.count("\n") == 1


def test_faults_are_named_and_nothing_is_stored(runner, tmp_path) -> None:
    back = tmp_path / "back.csv"
    back.write_text(f"receipt_no,bill_id,amount\nPA04DH-2026-000001,{HOA_BILL},546108\n"
                    f"PA04DH-2026-000002,{HOA_BILL},546108\n")
    said = runner.invoke(args=["payments", "acknowledge", str(back)])
    assert said.exit_code == 2 and "line 3, column receipt_no" in said.output
    assert said.output.endswith("1 errors; nothing was stored\n")
    assert state() == "received"


def test_what_is_no_regular_file_is_not_replaced(runner, tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    said = runner.invoke(args=["payments", "export", "--since", "2026-11-15", str(pipe)])
    assert said.exit_code == 2 and "no regular file" in said.stderr
    assert pipe.is_fifo()
