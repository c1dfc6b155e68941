"""Our reference in what banks and people make of it; never a code that does not stand there,
never one customer's for another's."""

from __future__ import annotations

import itertools
import re
import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from services.transfers.references import Reference, find

HOA, MAY = "PA04DH0000017", "PA04VN0000033"
OCTOBER = ((10, 2026),)

# what the bank delivers → what is meant
TEXTS = {
    "CT DEN:123 PA04DH00000171026 GD 456": [(HOA, OCTOBER)],
    "pa04dh00000171026": [(HOA, OCTOBER)],
    "PA04DH00000171026-CHUYEN TIEN-OQCH0001 MOMO": [(HOA, OCTOBER)],
    "MBVCB.9812345.PA04DH00000171026.CT tu 0011000 NGUYEN THI HOA toi": [(HOA, OCTOBER)],
    "THANHTOANPA04DH00000171026TIENDIEN": [(HOA, OCTOBER)],
    "PA04DH00000171026FT26319": [(HOA, OCTOBER)],
    "PA04 DH 0000017 1026": [(HOA, OCTOBER)],
    "P A 0 4 D H 0 0 0 0 0 1 7 1 0 2 6": [(HOA, OCTOBER)],
    "PA04DH00000 171026": [(HOA, OCTOBER)],
    "PA0 4DH00 0001 7102 6": [(HOA, OCTOBER)],
    "PA04-DH-0000017/1026": [(HOA, OCTOBER)],
    "PA04DH0000017102026": [(HOA, OCTOBER)],
    "PAO4DHOOOOO17IO26": [(HOA, OCTOBER)],
    "pa04dh00000l7": [(HOA, ())],
    "PA04DH0000017": [(HOA, ())],
    "ma kh: PA04DH0000017.": [(HOA, ())],
    "pa04dh0000017 thang 10": [(HOA, ((10, None),))],
    "pa04dh0000017 thang 10/2026": [(HOA, OCTOBER)],
    "PA04DH0000017 tháng 10 năm 2026": [(HOA, OCTOBER)],
    "PA04DH0000017 T10": [(HOA, ((10, None),))],
    "tien dien T10/26 ma KH PA04DH0000017": [(HOA, OCTOBER)],
    "tien dien 10/2026 PA04DH0000017": [(HOA, OCTOBER)],
    "PA04DH0000017OCT": [(HOA, ())],
    "15/11/2026 PA04DH0000017 luc 10:26": [(HOA, ())],
    "PA04DH0000017 2511 500000": [(HOA, ())],
    "PA04DH0000017 thang 13": [(HOA, ())],
    "PA04VN0000033 thang 9, 10": [(MAY, ((9, None), (10, None)))],
    "PA04VN0000033 thang 9 va 10/2026": [(MAY, ((9, 2026), (10, 2026)))],
    "PA04VN00000330926 PA04VN00000331026": [(MAY, ((9, 2026), (10, 2026)))],
    "PA04VN00000330926PA04VN00000331026": [(MAY, ((9, 2026), (10, 2026)))],
    "PA04DH00000171026 CT tu 0011 PA04DH0000017": [(HOA, OCTOBER)],
    "PA04DH00000171026 va PA04VN0000033 thang 9": [(HOA, OCTOBER), (MAY, ((9, None),))],
    "thang 10 PA04DH0000017 PA04VN0000033": [(HOA, ()), (MAY, ())],
    # Something is missing or too much: whose code it is, is not certain.
    "PA04DH000001": [],
    "PA04DH00000017": [],
    "PA04DH00000171": [],
    "PA04DH0000017102": [],
    "PA04DH000001710260012": [],
    "PA04DH00000171326": [],
    "PA04DH000001 LE THI HOA": [],
    "PA04DH000001LO THI HOA": [],
    "PA04DH000001 I": [],
    "PA04DH 0000 0017": [],
    "NOP A12 34 5678901": [],
    "A04DH0000017": [],
    "PA04DH": [],
    "chuyen tien": [],
    "": [],
}


@pytest.mark.parametrize("text", TEXTS)
def test_texts_as_they_arrive(text: str) -> None:
    assert [(ref.code, ref.periods) for ref in find(text)] == TEXTS[text]


@pytest.mark.parametrize(("text", "sure"), [
    ("PA04DH00000171026", True), ("PA04DH0000017 1026", False),
    ("PA04DH0000017 1026 thang 10", True), ("PA04DH0000017", True)])
def test_four_digits_on_their_own_are_a_weak_sign(text: str, sure: bool) -> None:
    assert find(text)[0].sure is sure


def test_a_long_text_is_looked_at_only_at_its_beginning() -> None:
    assert find("x " * 600 + HOA) == []
    assert find("PA04" * 50_000) == []


codes = st.from_regex(r"P[A-Z][0-9]{2}[A-Z0-9]{2}[0-9]{7}", fullmatch=True)
months = st.tuples(st.integers(1, 12), st.integers(2020, 2049))
words = st.text(string.ascii_letters + "áộđ .,:;-/", max_size=20)


def folded(text: str) -> str:
    """Letters and digits only, slips repaired everywhere: the most that may be read into it."""
    upper = re.sub(r"[^A-Z0-9]", "", text.upper())
    return upper.translate(str.maketrans("OIL", "011"))


@st.composite
def mangled(draw, reference: str) -> str:
    """The reference as banks and people spoil it: case, separators, O for 0, I or l for 1."""
    pieces = []
    for place, char in enumerate(reference):
        if char in "01" and place not in (4, 5) and draw(st.integers(0, 9)) == 0:
            char = draw(st.sampled_from("Oo" if char == "0" else "Iil"))
        pieces.append(char if draw(st.booleans()) else char.lower())
    return "".join(pieces)


@given(codes, months, st.data())
def test_a_reference_is_found_whatever_case_slips_and_words_around(code, month, data) -> None:
    reference = f"{code}{month[0]:02}{month[1] % 100:02}"
    text = data.draw(mangled(reference))
    # A slip counts only beside a digit; one that stands alone cannot be told from a letter.
    assume(all(re.search(r"[0-9]", run) for run in re.findall(r"[0-9OIL]+", text.upper())))
    before, after = data.draw(words), data.draw(words)
    found = find(f"{before} {text} {after}")
    assume(not re.search(r"(?i)(^|[^a-z])t[a-z]*\s*$", before))
    assert [(ref.code, ref.periods) for ref in found] == [(code, (month,))]


@given(codes, months, st.lists(st.integers(1, 16), max_size=5))
def test_a_reference_is_found_however_it_is_split(code, month, cuts) -> None:
    reference = f"{code}{month[0]:02}{month[1] % 100:02}"
    places = [0, *sorted(set(cuts)), len(reference)]
    text = " ".join(reference[a:b] for a, b in itertools.pairwise(places))
    found = find(text)
    # The last four digits may be cut so that a piece of them is read with the code or not at
    # all, but never as another code.
    assert [ref.code for ref in found] in ([code], [])
    assert all(ref.periods in ((), (month,)) for ref in found)


@given(st.lists(st.one_of(codes, words, st.text("PADHVN0123456789OIL ", max_size=30)),
                max_size=6))
@example(["PA04DH000001", "7", "1026"])
@example(["PA04DH0000017", "1"])
def test_a_code_is_never_found_that_does_not_stand_in_the_text(pieces) -> None:
    text = " ".join(pieces)
    for ref in find(text):
        assert folded(ref.code) in folded(text)


@given(codes, codes, words)
def test_one_customer_s_code_is_never_taken_for_another_s(code, other, word) -> None:
    assume(code != other)
    assert other not in [ref.code for ref in find(f"{word} {code}")]


@given(codes, st.integers(6, 12), st.sampled_from("0123456789"))
def test_a_digit_too_few_or_too_many_is_nobody_s_code(code, place, digit) -> None:
    """A slip of the finger must not pay somebody else's bill."""
    assert find(code[:place] + code[place + 1:]) == []
    assert find(code[:place] + digit + code[place:]) == []


@given(codes, codes)
def test_two_codes_are_both_found(code, other) -> None:
    assume(code != other)
    assert {ref.code for ref in find(f"{code} {other}")} == {code, other}


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert all(isinstance(ref, Reference) for ref in find(text))
