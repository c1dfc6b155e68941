"""A bank's CSV by its column map."""

from __future__ import annotations

import contextlib
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import clock
from services.transfers.statements import columns, csv_amounts, csv_file, reading
from services.transfers.statements.columns import PLAIN, Columns
from services.transfers.statements.lines import InvalidStatement, LeftOut, Statement
from tests.services.transfers.statement_files import ACCOUNT, SECOND_ACCOUNT, file
from tests.villagers import NOON

HEAD = "id,when,amount,text,payer,account\n"
BANK = Columns("Ngày giao dịch", "Ghi có", "Nội dung", "Số bút toán")
SIDED = Columns("when", "amount", "text", "id", direction="dc", out="D")


def parse(content: str | bytes, chosen: Columns = PLAIN) -> Statement:
    data = content.encode() if isinstance(content, str) else content
    return csv_file.parse(data, chosen, {ACCOUNT}, NOON)


def test_a_plain_file() -> None:
    line = parse(HEAD + f"FT1,2026-11-15T12:00:00+07:00,546108,PA04DH0000017,HOA,{ACCOUNT}\n"
                 ).lines[0]
    assert (line.number, line.amount, line.text, line.payer, line.account, line.day) == (
        "FT1", 546108, "PA04DH0000017", "HOA", ACCOUNT, "2026-11-15")
    assert clock.local(line.paid_at).isoformat() == "2026-11-15T12:00:00+07:00"


@pytest.mark.parametrize("empty", [";;\n", "\n;\n", " \t\n"])
def test_rows_of_empty_cells_are_no_rows(empty: str) -> None:
    head = HEAD.replace(",", ";")
    found = parse(empty + head + ";;;;;\nFT1;15/11/2026;546108;x;;\n")
    assert [line.number for line in found.lines] == ["FT1"] and not found.left_out


def test_a_bank_s_own_file_by_its_map() -> None:
    content = ('﻿"Số bút toán";"Ngày giao dịch";"Ghi nợ";"Ghi có";"Nội dung"\r\n'
               '"FT1";"15/11/2026 11:59:00";"";"546.108,00";"CT DEN PA04DH00000171026"\r\n'
               '"FT2";"15/11/2026 12:10:00";"1.000,00";"";"phí"\r\n')
    found = parse(content, BANK)
    assert [(line.number, line.amount) for line in found.lines] == [("FT1", 546108)]
    assert found.left_out == [LeftOut("line 3", "outgoing", "")]


# Amounts

SPACES = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Zs"]


@pytest.mark.parametrize(("written", "amount"), [
    ("546108", 546108), ("546,108", 546108), ("546.108", 546108), ("546 108", 546108),
    ("546'108", 546108), ("546’108", 546108), ("546,108.00", 546108), ("546.108,00", 546108),
    ("546 108,00", 546108), ("+546108", 546108), (" 546108 ", 546108), ("1,546,108.0", 1546108),
    ("1 546 108", 1546108), ("1'546'108.00", 1546108), ("546\N{NO-BREAK SPACE}108\u200b", 546108),
    ("\u200e546108", 546108), *((f"1{space}546{space}108", 1546108) for space in SPACES)])
def test_amounts_as_banks_write_them(written: str, amount: int) -> None:
    assert csv_amounts.read(written) == (amount, False)
    found = parse(HEAD.replace(",", ";") + f'FT1;15/11/2026;"{written}";x;;\n')
    assert [line.amount for line in found.lines] == [amount]


@pytest.mark.parametrize("written", [
    "-546108", "- 546.108", "(546108)", "(546,108.00)", "546108-", "546 108 -", "−546108",
    "–546108", "546108−", "－546108", "\N{NON-BREAKING HYPHEN}546108", "(-546108)"])
def test_a_minus_in_any_form_is_money_going_out(written: str) -> None:
    assert csv_amounts.read(written) == (546108, True)
    found = parse(HEAD.replace(",", ";") + f"FT1;15/11/2026;{written};x;;\n")
    assert found.lines == []
    assert [(line.number, line.amount) for line in found.outgoing] == [("FT1", 546108)]


@pytest.mark.parametrize(("written", "why"), [
    ("", "outgoing"), ("-", "outgoing"), (" – ", "outgoing"), ("()", "outgoing"), ("0", "zero"),
    ("0.00", "zero"), ("-5.46", "outgoing"), ("-many", "outgoing")])
def test_what_is_no_income_is_named_and_left_out(written: str, why: str) -> None:
    found = parse(HEAD.replace(",", ";") + f"FT1;15/11/2026;{written};x;;\n"
                  "FT2;15/11/2026;7000;x;;\n")
    assert [line.amount for line in found.lines] == [7000]
    assert found.left_out == [LeftOut("line 2", why, written.strip())]


@pytest.mark.parametrize("written", [
    "546108.50", "5.46", "54,61", "many", "1e6", "9.12E+11", "9,12E+11", "#####", "٥", "5 0",
    "1.546,108", "1 546.108", "1,54,108", "0x10", "1" * 14, "5 VND", "½"])
def test_an_amount_that_is_not_whole_đồng_is_refused_by_line_and_column(written: str) -> None:
    with pytest.raises(InvalidStatement, match=r"line 3, column 'amount': .*is not an amount"):
        parse(HEAD.replace(",", ";") + f"F1;15/11/2026;5;x;;\nF2;15/11/2026;{written};x;;\n")


# Days


@pytest.mark.parametrize(("written", "iso"), [
    ("15/11/2026", "2026-11-15T00:00:00+07:00"), ("15/11/2026 09:05", "2026-11-15T09:05:00+07:00"),
    ("15-11-2026 09:05:07", "2026-11-15T09:05:07+07:00"),
    ("2026-11-15", "2026-11-15T00:00:00+07:00"),
    ("2026-11-15 09:05:07", "2026-11-15T09:05:07+07:00"),
    ("2026-11-15T02:05:07Z", "2026-11-15T09:05:07+07:00")])
def test_days_as_banks_write_them(written: str, iso: str) -> None:
    line = parse(HEAD + f"FT1,{written},5,x,,\n").lines[0]
    assert clock.local(line.paid_at).isoformat() == iso


def test_a_map_may_say_how_days_are_written() -> None:
    american = PLAIN._replace(when_format="%m/%d/%Y")
    assert parse(HEAD + "FT1,11/15/2026,5,x,,\n", american).lines[0].day == "2026-11-15"


@pytest.mark.parametrize(("when", "why", "what"), [
    ("", "no_date", "9"), ("31/12/9999", "far_date", "31/12/9999"),
    ("0001-01-01", "far_date", "0001-01-01"), ("17/11/2026", "far_date", "17/11/2026"),
    ("01/01/2016", "far_date", "01/01/2016")])
def test_a_line_without_a_day_of_ours_is_left_out(when: str, why: str, what: str) -> None:
    found = parse(HEAD + f"FT1,{when},9,Cộng,,\nFT2,15/11/2026,5,x,,\n")
    assert [line.number for line in found.lines] == ["FT2"]
    assert found.left_out == [LeftOut("line 2", why, what)]


# Numbers


def test_rows_without_numbers_have_none_and_stay_two() -> None:
    found = parse(HEAD + ",15/11/2026,5000,PA04DH0000017,,\n" * 2)
    assert [line.number for line in found.lines] == ["", ""]


def test_two_lines_under_one_number_are_handed_on() -> None:
    found = parse(HEAD + "FT1,15/11/2026,5,x,,\n" * 2 + "FT1,15/11/2026,6,y,,\n")
    assert [(line.number, line.amount) for line in found.lines] == [
        ("FT1", 5), ("FT1", 5), ("FT1", 6)]


@pytest.mark.parametrize("ids", ["12", "21", "1"])
def test_a_count_of_rows_names_no_transfer(ids: str) -> None:
    found = parse(HEAD + "".join(f"{number},15/11/2026,5,x,,\n" for number in ids))
    assert [(line.number, line.evidence) for line in found.lines] == [
        ("", f"id {number}") for number in ids]


@pytest.mark.parametrize(("column", "row"), [
    ("id", "{},15/11/2026,5,x,,"), ("account", "FT2,15/11/2026,5,x,,{}")])
@pytest.mark.parametrize("value", ["9.12E+11", '"9,12E+11"', "1E+12", "1.5E12", "#####",
                                   "912000000000.0"])
def test_what_a_spreadsheet_made_of_a_number_is_refused(column: str, row: str,
                                                        value: str) -> None:
    bare = value.strip('"')
    with pytest.raises(InvalidStatement) as refused:
        parse(HEAD + "FT1,15/11/2026,5,x,,\n" + row.format(value) + "\n")
    assert f"line 3, column '{column}': '{bare}' is what a spreadsheet made" in str(refused.value)


def test_an_account_that_lost_its_zeros_is_refused() -> None:
    with pytest.raises(InvalidStatement, match="line 2, column 'account': '12'"):
        csv_file.parse((HEAD + "FT1,15/11/2026,5,x,,12\n").encode(), PLAIN, {"0012"}, NOON)


def test_another_s_account_is_named_and_left_out(tmp_path) -> None:
    content = HEAD + f"F1,15/11/2026,5,x,,{ACCOUNT}\nF1,15/11/2026,6,x,,{SECOND_ACCOUNT}\n"
    found = parse(content)
    assert [line.amount for line in found.lines] == [5]
    assert found.left_out == [LeftOut("line 3", "foreign_account", SECOND_ACCOUNT)]
    with pytest.raises(InvalidStatement, match=f"account {ACCOUNT}, {SECOND_ACCOUNT}"):
        reading.read(file(tmp_path, content), None, {"77"}, NOON)


# Direction


def sided(*words: str, chosen: Columns = SIDED) -> Statement:
    rows = [f"FT{number},15/11/2026,{number},x,{word}\n" for number, word in enumerate(words, 1)]
    return parse(f"id,when,amount,text,{chosen.direction}\n" + "".join(rows), chosen)


@pytest.mark.parametrize(("out", "words", "into"), [
    ("D", ["D", "C"], [2]), ("D", ["d", "c", "C", " D "], [2, 3]), ("Ghi nợ", ["GHI NỢ", "x"], [2]),
    ("Ghi nợ", [unicodedata.normalize("NFD", "ghi nợ"), "Ghi có"], [2]), ("-", ["+", "-"], [1]),
    ("D", ["C"], [1]), ("D", ["D"], [])])
def test_a_column_tells_which_money_goes_out(out: str, words: list[str], into: list[int]) -> None:
    found = sided(*words, chosen=SIDED._replace(out=out))
    assert [line.amount for line in found.lines] == into
    assert len(found.outgoing) == len(words) - len(into)


@pytest.mark.parametrize(("words", "line"), [
    (["C", ""], 3), (["C", "D", "RC"], 4), (["C", "Credit"], 3), ([""], 2)])
def test_a_third_word_there_is_refused(words: list[str], line: int) -> None:
    with pytest.raises(InvalidStatement, match=f"line {line}, column 'dc': .* is neither 'D'"):
        sided(*words)


def test_an_amount_below_0_goes_out_whatever_the_column_says() -> None:
    found = parse("id,when,amount,text,dc\nFT1,15/11/2026,-5,x,C\n", SIDED)
    assert (found.lines, len(found.outgoing)) == ([], 1)


def test_without_a_map_the_column_holds_in_or_out() -> None:
    found = sided("in", "out", "IN", chosen=PLAIN)
    assert [line.amount for line in found.lines] == [1, 3]
    with pytest.raises(InvalidStatement, match="line 2, column 'direction': 'C'"):
        sided("C", chosen=PLAIN)


# Lines and headers


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028",
                                  "\u2029"])
def test_only_lf_and_crlf_end_a_line(sign: str) -> None:
    for text in (f"PA04DH0000017{sign}102026", f'"a, PA04DH0000017{sign}102026"'):
        found = parse(HEAD + f"FT1,15/11/2026,5,{text},,\r\nFT2,15/11/2026,6,y,,\n")
        assert [line.text for line in found.lines] == [text.strip('"').replace(sign, " "), "y"]


def test_a_carriage_return_alone_is_a_space() -> None:
    found = parse(HEAD + 'FT1,15/11/2026,5,a\rb,,\nFT2,15/11/2026,5,"a\rb",,\r\n')
    assert [line.text for line in found.lines] == ["a b", "a b"]


def test_a_line_may_end_within_quotes() -> None:
    assert parse(HEAD + 'FT1,15/11/2026,5,"a\nb",,\n').lines[0].text == "a b"


@pytest.mark.parametrize("head", [
    "id,when,amount,amount,text", "id,when,amount,text,text", "id,when,amount,text, Text ",
    "id,when,amount,text,balance,balance", "id,ID,when,amount,text"])
def test_a_header_named_twice_is_refused(head: str) -> None:
    with pytest.raises(InvalidStatement, match=r"column '\w+' stands twice"):
        parse(f"{head}\n" + "x," * head.count(",") + "x\n")


def test_a_header_is_found_in_any_writing() -> None:
    head = unicodedata.normalize("NFD", "SỐ BÚT TOÁN;Ngày  giao dịch;ghi có ;Nội\u00a0dung\n")
    assert parse(head + "FT1;15/11/2026;5;x\n", BANK).lines[0].number == "FT1"


@pytest.mark.parametrize("name", ["id", "payer", "account", "direction"])
def test_a_column_that_a_map_names_must_be_there(name: str) -> None:
    chosen = Columns("when", "amount", "text", out="D")._replace(**{name: "Cột"})
    with pytest.raises(InvalidStatement, match="the header has no column 'Cột'"):
        parse("when,amount,text\n15/11/2026,5,x\n", chosen)


REFUSED = {
    "empty": ("", "no column 'when'"),
    "another header": ("a,b,c\n1,2,3\n", "no column 'when'"),
    "a cell too few": (HEAD + "1,15/11/2026,5,x,\n", "line 2: 5 cells"),
    "a cell too many": (HEAD + "1,15/11/2026,5,x,,,\n", "line 2: 7 cells"),
    "an open quote": (HEAD + '1,15/11/2026,5,"x,,\n', "line 2"),
    "a day of nowhere": (HEAD + "1,31/02/2026,5,x,,\n", "line 2, column 'when': '31/02/2026'"),
    "a day as a number": (HEAD + "1,46341,5,x,,\n", "line 2, column 'when'"),
    "UTF-16": ((HEAD + "1,15/11/2026,5,x,,\n").encode("utf-16"), "not UTF-8"),
    "a NUL": (HEAD + "1,15/11/2026,5,\0,,\n", "NUL"),
    "a number without end": (HEAD + "F" * 47 + ",15/11/2026,5,x,,\n", "line 2: F+… is too long"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_reason(case: str) -> None:
    content, reason = REFUSED[case]
    with pytest.raises(InvalidStatement, match=reason):
        parse(content)


def test_empty_lines_and_quoted_texts() -> None:
    found = parse(HEAD + '\nFT1,15/11/2026,5,"a, ""b""",,\n\n,,,,,\n')
    assert [line.text for line in found.lines] == ['a, "b"']
    assert found.left_out == []


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidStatement):
        found = parse((HEAD + text).encode("utf-8", "replace"))
        assert all(line.amount > 0 for line in found.lines)


# The map


def test_a_map_is_read_from_json(tmp_path) -> None:
    path = file(tmp_path, json.dumps({
        "when": "Ngày", "amount": "Có", "text": "Nội dung", "when_format": "%d/%m/%y",
        "direction": "Loại", "out": "Ghi nợ"}))
    assert columns.load(path) == Columns("Ngày", "Có", "Nội dung", when_format="%d/%m/%y",
                                         direction="Loại", out="Ghi nợ")


NEEDED = '"when":"a","amount":"b","text":"c"'


@pytest.mark.parametrize(("content", "reason"), [
    ("", "not JSON"), ("[]", "no.* object"), ("7", "no.* object"), ("[" * 50_000, "not JSON"),
    ("x" * 70_000, "too large"), ('{"when":"a","amount":"b"}', "missing: text"),
    ('{"when":"a","amount":"b","text":7}', "not an object of texts"),
    (f'{{{NEEDED},"more":"d"}}', "unknown: more"), (f'{{{NEEDED},"into":"C"}}', "unknown: into"),
    (f'{{{NEEDED},"direction":"d"}}', "missing: out"), (f'{{{NEEDED},"out":"D"}}',
                                                        "missing: direction"),
    (f'{{{NEEDED},"direction":"d","out":" "}}', "out is empty"),
    ('{"when":"a","amount":"","text":"c"}', "amount is empty"),
    (f'{{{NEEDED},"text":"d"}}', "a name stands once")])
def test_a_map_that_is_none_is_refused(tmp_path, content: str, reason: str) -> None:
    with pytest.raises(InvalidStatement, match=reason):
        columns.load(file(tmp_path, content))
