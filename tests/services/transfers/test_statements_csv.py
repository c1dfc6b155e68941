"""A bank's CSV by its column map."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import clock
from services.transfers.statements import columns, csv_file
from services.transfers.statements.columns import PLAIN, Columns
from services.transfers.statements.lines import InvalidStatement
from tests.services.transfers.statement_files import file

HEAD = "id,when,amount,text,payer,account\n"
BANK = Columns("Ngày giao dịch", "Ghi có", "Nội dung", "Số bút toán")


def parse(folder, content: str | bytes, chosen: Columns = PLAIN):
    return csv_file.parse(file(folder, content), chosen)


def test_a_plain_file(tmp_path) -> None:
    line = parse(tmp_path, HEAD + "FT1,2026-11-15T12:00:00+07:00,546108,PA04DH0000017,HOA,11\n"
                 ).credits[0]
    assert (line.txn_id, line.amount, line.text, line.payer, line.account, line.bank_ref) == (
        "FT1", 546108, "PA04DH0000017", "HOA", "11", "FT1")
    assert clock.local(line.paid_at).isoformat() == "2026-11-15T12:00:00+07:00"


def test_a_bank_s_own_file_by_its_map(tmp_path) -> None:
    content = ('﻿"Số bút toán";"Ngày giao dịch";"Ghi nợ";"Ghi có";"Nội dung"\r\n'
               '"1";"15/11/2026 11:59:00";"";"546.108,00";"CT DEN PA04DH00000171026"\r\n'
               '"2";"15/11/2026 12:10:00";"1.000,00";"";"phí"\r\n')
    parsed = parse(tmp_path, content, BANK)
    assert [(line.txn_id, line.amount) for line in parsed.credits] == [("1", 546108)]
    assert parsed.others == 1


@pytest.mark.parametrize(("written", "amount"), [
    ("546108", 546108), ("546,108", 546108), ("546.108", 546108), ("546 108", 546108),
    ("546,108.00", 546108), ("546.108,00", 546108), ("+546108", 546108), (" 546108 ", 546108),
    ("1,546,108.0", 1546108), ("", 0), ("-546108", 0), ("(546108)", 0), ("0", 0), ("0.00", 0)])
def test_amounts_as_banks_write_them(tmp_path, written: str, amount: int) -> None:
    parsed = parse(tmp_path, HEAD.replace(",", ";") + f"1;15/11/2026;{written};x;;\n")
    assert ([line.amount for line in parsed.credits] or [0]) == [amount]
    assert parsed.others == (amount == 0)


@pytest.mark.parametrize("written", ["546108.50", "5.46", "54,61", "many", "1e6", "٥", "5 0"])
def test_an_amount_that_is_not_whole_đồng_is_refused_by_its_line(tmp_path, written: str) -> None:
    with pytest.raises(InvalidStatement, match=r"line 3: .*is not an amount"):
        parse(tmp_path, HEAD.replace(",", ";")
              + f"1;15/11/2026;5;x;;\n2;15/11/2026;{written};x;;\n")


@pytest.mark.parametrize(("written", "iso"), [
    ("15/11/2026", "2026-11-15T00:00:00+07:00"), ("15/11/2026 09:05", "2026-11-15T09:05:00+07:00"),
    ("15-11-2026 09:05:07", "2026-11-15T09:05:07+07:00"),
    ("2026-11-15", "2026-11-15T00:00:00+07:00"),
    ("2026-11-15 09:05:07", "2026-11-15T09:05:07+07:00"),
    ("2026-11-15T02:05:07Z", "2026-11-15T09:05:07+07:00")])
def test_days_as_banks_write_them(tmp_path, written: str, iso: str) -> None:
    line = parse(tmp_path, HEAD + f"1,{written},5,x,,\n").credits[0]
    assert clock.local(line.paid_at).isoformat() == iso


def test_a_map_may_say_how_days_are_written(tmp_path) -> None:
    american = PLAIN._replace(when_format="%m/%d/%Y")
    line = parse(tmp_path, HEAD + "1,11/15/2026,5,x,,\n", american).credits[0]
    assert clock.local_day(line.paid_at) == "2026-11-15"


def test_rows_without_numbers_get_one_the_same_each_time(tmp_path) -> None:
    content = HEAD + ",15/11/2026,5000,PA04DH0000017,,\n" * 2 + ",15/11/2026,5000,other,,\n"
    first, second = parse(tmp_path, content).credits, parse(tmp_path, content).credits
    assert first == second
    assert len({line.txn_id for line in first}) == 3


REFUSED = {
    "empty": ("", "no column 'when'"),
    "another header": ("a,b,c\n1,2,3\n", "no column 'when'"),
    "a cell too few": (HEAD + "1,15/11/2026,5,x,\n", "line 2: 5 cells"),
    "a cell too many": (HEAD + "1,15/11/2026,5,x,,,\n", "line 2: 7 cells"),
    "an open quote": (HEAD + '1,15/11/2026,5,"x,,\n', "line 2"),
    "no day": (HEAD + "1,,5,x,,\n", "line 2: '' is not a day"),
    "a day of nowhere": (HEAD + "1,31/02/2026,5,x,,\n", "line 2"),
    "UTF-16": ((HEAD + "1,15/11/2026,5,x,,\n").encode("utf-16"), "not UTF-8"),
    "a NUL": (HEAD + "1,15/11/2026,5,\0,,\n", "NUL"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path, case: str) -> None:
    content, reason = REFUSED[case]
    with pytest.raises(InvalidStatement, match=reason):
        parse(tmp_path, content)


def test_empty_lines_and_quoted_texts(tmp_path) -> None:
    parsed = parse(tmp_path, HEAD + '\n1,15/11/2026,5,"a, ""b""",,\n\n')
    assert parsed.credits[0].text == 'a, "b"'


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(tmp_path_factory, text: str) -> None:
    path = file(tmp_path_factory.mktemp("csv"), (HEAD + text).encode("utf-8", "replace"))
    with contextlib.suppress(InvalidStatement):
        assert all(line.amount > 0 for line in csv_file.parse(path, PLAIN).credits)


def test_a_map_is_read_from_json(tmp_path) -> None:
    path = file(tmp_path, json.dumps({"when": "Ngày", "amount": "Có", "text": "Nội dung",
                                      "when_format": "%d/%m/%y"}))
    assert columns.load(path) == Columns("Ngày", "Có", "Nội dung", when_format="%d/%m/%y")


@pytest.mark.parametrize("content", [
    "", "[]", "7", '{"when":"a","amount":"b"}', '{"when":"a","amount":"b","text":7}',
    '{"when":"a","amount":"b","text":"c","more":"d"}', "[" * 50_000, "x" * 70_000])
def test_a_map_that_is_none_is_refused(tmp_path, content: str) -> None:
    with pytest.raises(InvalidStatement):
        columns.load(file(tmp_path, content))
