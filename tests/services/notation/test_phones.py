"""Telephone numbers of Việt Nam; Google's library is the oracle."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import InvalidInput
from services.notation import phones

MOBILES = st.from_regex(r"[35789][0-9]{8}", fullmatch=True)


@pytest.mark.parametrize("typed", [
    "0912000017", "0912 000 017", "0912.000.017", "0912-000-017", "(0912) 000017",
    "+84912000017", "+84 912 000 017", "84912000017", " 0912000017\n", "0912\xa0000\xa0017",
])
def test_a_number_has_one_written_form(typed: str) -> None:
    assert phones.normalise(typed) == "+84912000017"


@pytest.mark.parametrize("typed", [
    "", "0", "912000017", "091200001", "09120000170", "0212000017", "02083850123", "8055",
    "+85512000017", "00912000017", "+840912000017", "0912000o17", "٠٩١٢٠٠٠٠١٧", "0912000017;ext=1",
    "0912000017" + " " * 40 + "9", "09" * 3000, "QUAYDIEN", "0912000017\0",
])
def test_what_is_no_mobile_number_here_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        phones.normalise(typed)
    assert refused.value.field == "phone"


@given(MOBILES, st.sampled_from(["0", "84", "+84"]))
def test_the_three_ways_to_begin_mean_the_same(rest: str, start: str) -> None:
    assert phones.normalise(start + rest) == "+84" + rest


@given(MOBILES)
def test_people_say_it_with_a_zero_and_it_leads_back(rest: str) -> None:
    said = phones.local_form("+84" + rest)
    assert said == "0" + rest
    assert phones.normalise(said) == "+84" + rest


@given(MOBILES)
def test_every_number_the_oracle_knows_as_mobile_is_accepted(rest: str) -> None:
    known = phonenumbers.parse("0" + rest, "VN")
    if phonenumbers.number_type(known) == phonenumbers.PhoneNumberType.MOBILE:
        assert phones.normalise("0" + rest) == phonenumbers.format_number(
            known, phonenumbers.PhoneNumberFormat.E164)


@given(st.text(alphabet="0123456789+84 .-()", max_size=16))
def test_nothing_is_accepted_that_the_oracle_finds_impossible(typed: str) -> None:
    try:
        number = phones.normalise(typed)
    except InvalidInput:
        return
    assert phonenumbers.is_possible_number(phonenumbers.parse(number))


def test_a_masked_number_keeps_its_two_ends() -> None:
    assert phones.masked("+84912000017") == "091****017"
