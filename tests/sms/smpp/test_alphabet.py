"""GSM 7-bit octets: what we send is what a handset shows, and the lengths we count are true."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms import segments
from sms.smpp import alphabet

LETTERS = [letter for letter in map(chr, range(0x2100)) if segments.is_gsm7(letter)]


@pytest.mark.parametrize(("text", "octets"), [
    ("QUAYDIEN", b"QUAYDIEN"),
    ("@", b"\x00"),
    ("$_", b"\x02\x11"),
    ("{€}", b"\x1b\x28\x1b\x65\x1b\x29"),
    ("àé", b"\x7f\x05"),
])
def test_letters_have_the_numbers_of_the_standard(text: str, octets: bytes) -> None:
    assert alphabet.encode(text) == octets
    assert alphabet.decode(octets) == text


@given(st.text(alphabet=LETTERS))
def test_every_text_comes_back_and_is_as_long_as_we_count(text: str) -> None:
    octets = alphabet.encode(text)
    assert alphabet.decode(octets) == text
    assert len(octets) == segments.septets(text)


@given(st.binary())
def test_any_octets_read_as_some_text(octets: bytes) -> None:
    assert segments.is_gsm7(alphabet.decode(octets))


def test_a_vietnamese_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the GSM alphabet"):
        alphabet.encode("Định Hóa")
