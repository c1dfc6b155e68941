"""Cells of files that a spreadsheet touched before we read them."""

from __future__ import annotations

import pytest

from services.notation import cells


@pytest.mark.parametrize("cell", [
    "9.12E+11", "9,12E+11", "1.23e+12", "1E+12", "1.5E12", " 9.12E+11 ", "-9.12E+11", "+1.0E+5",
    "####", "#", "#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?",
])
def test_a_number_that_lost_its_digits_is_known(cell: str) -> None:
    assert cells.is_destroyed(cell)


@pytest.mark.parametrize("cell", [
    "", "912000000017", "FT26319555555", "12E5", "M00017", "1.234", "E+12", "9.12E+", "9.12E+1234",
    "B#17", "#17a-b", "9.12E+11/2", "PA04DH0000017", "tháng 10",
])
def test_an_honest_number_is_left_alone(cell: str) -> None:
    assert not cells.is_destroyed(cell)


@pytest.mark.parametrize("sign", [
    "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\r",
], ids=ascii)
def test_only_lf_and_crlf_end_a_line(sign: str) -> None:
    assert cells.lines(f"a{sign}b\nc\r\nd") == [f"a{sign}b\n", "c\r\n", "d"]


@pytest.mark.parametrize(("text", "lines"), [
    ("", []), ("a", ["a"]), ("a\n", ["a\n"]), ("a\n\n", ["a\n", "\n"]), ("\na", ["\n", "a"]),
])
def test_the_end_of_the_last_line_is_no_line(text: str, lines: list[str]) -> None:
    assert cells.lines(text) == lines
