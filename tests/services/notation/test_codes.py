"""Customer codes as people write them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import InvalidCode
from services.notation import codes

CODES = st.from_regex(r"P[A-Z][0-9]{2}[A-Z0-9]{2}[0-9]{7}", fullmatch=True)
HOA = "PA04DH0000017"


@pytest.mark.parametrize("typed", [
    "PA04DH0000017",
    "pa04dh0000017",
    "PA04 DH 0000017",
    " pa 04 dh 0000 017 ",
    "PA04-DH-0000017",
    "PA04.DH.0000017.",
    "PA04_DH_0000017",
    "PA04/DH/0000017",
    "PA04DH\t0000017\n",
    "PA04\xa0DH\xa00000017",
    "PAO4DHOOOOO17",
    "PA04DH00000I7",
    "PA04DH00000l7",
    "pa o4 dh oooool7",
    "PÁ04DH0000017",
    "PA04ĐH0000017",
])
def test_what_people_type_is_repaired(typed: str) -> None:
    assert codes.repair(typed) == HOA


@pytest.mark.parametrize(("typed", "code"), [
    ("PA0Z0B000001S", "PA020B0000015"),  # the office stays as typed, digits are repaired
    ("PI04OI0000017", "PI04OI0000017"),
    ("P104010000017", "PI04010000017"),  # only a letter can stand second
])
def test_a_slip_is_repaired_only_where_one_kind_can_stand(typed: str, code: str) -> None:
    assert codes.repair(typed) == code


@pytest.mark.parametrize("typed", [
    "", " ", "abc", "PA04DH000001", "PA04DH00000170", "XA04DH0000017", "PAX4DH0000017",
    "PA04D?0000017", "PA04DH000001X", "PA04DH٠٠٠٠٠١٧", "ＰＡ04DH0000017", "PA04DH0000017\0",
    "PA04DH0000017 PA04DH0000025", "PA04DH0000017" + " " * 40, "💡" * 13, "P" * 5000,
])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidCode):
        codes.repair(typed)


@pytest.mark.parametrize(("text", "is_one"), [
    (HOA, True), (HOA.lower(), False), (HOA + "\n", False), ("PA04DH000001٧", False), ("", False),
])
def test_only_the_written_form_is_a_code(text: str, is_one: bool) -> None:
    assert codes.is_code(text) is is_one


def test_the_meter_point_follows_from_the_code() -> None:
    assert codes.meter_point(HOA) == "PA04DH0000017001"


@given(CODES)
def test_a_correct_code_is_left_alone(code: str) -> None:
    assert codes.is_code(code)
    assert codes.repair(code) == code


@given(CODES, st.lists(st.tuples(st.integers(0, 13), st.sampled_from(" .-_/,")), max_size=12),
       st.booleans())
def test_spaces_dashes_and_case_never_matter(code: str, marks: list, lower: bool) -> None:
    typed = code.lower() if lower else code
    for at, mark in marks:
        typed = typed[:at] + mark + typed[at:]
    assert codes.repair(typed) == code


@given(st.text(max_size=60))
def test_any_text_is_either_a_code_or_refused(text: str) -> None:
    try:
        assert codes.is_code(codes.repair(text))
    except InvalidCode:
        assert not re.fullmatch(r"P[A-Z][0-9]{2}[A-Z0-9]{2}[0-9]{7}", text)


@pytest.mark.parametrize(("seen", "code"), [
    ("PA04DH0000017", "PA04DH0000017"),
    ("pa04dh0000017\n", "PA04DH0000017"),
    ("PA04DH0000017001", "PA04DH0000017"),  # the meter point
    ("62210817PA04DH000001710266304ABCD", "PA04DH0000017"),  # the reference in a payment code
    ("https://hd.example/tra-cuu?ma=PA04DH0000017&ky=1", "PA04DH0000017"),
    ("PA04DH00000170", ""), ("PA04DH000001700", ""),  # typed one too many
    ("PA04DH0000017 PA04DH0000025", ""), ("", ""), ("x" * 5000, ""),
    ("x" * 600 + "PA04DH0000017", ""),
])
def test_the_one_code_inside_what_a_reader_saw(seen: str, code: str) -> None:
    assert codes.code_in_scan(seen) == code
