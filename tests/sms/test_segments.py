"""How many parts a text costs, where it is cut, and what becomes of it in GSM-7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms import segments
from sms.segments import Cost

EMOJI = "\N{GRINNING FACE}"


@pytest.mark.parametrize(("text", "parts"), [
    ("", 1), ("a", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
    ("a" * 459, 3), ("a" * 460, 4), ("ạ" * 70, 1), ("ạ" * 71, 2), ("ạ" * 134, 2),
    ("ạ" * 135, 3), ("€" * 80, 1), ("€" * 80 + "a", 2), ("a" * 158 + "{", 1),
    ("a" * 159 + "{", 2), (EMOJI * 35, 1), (EMOJI * 35 + "a", 2)])
def test_parts(text: str, parts: int) -> None:
    assert segments.cost(text).parts == len(segments.split(text)) == parts


@pytest.mark.parametrize(("text", "cost"), [
    ("Tien dien 546.108d", Cost("GSM-7", 18, 1)),
    ("Tiền điện", Cost("UCS-2", 9, 1)),
    ("100\N{NO-BREAK SPACE}d", Cost("UCS-2", 5, 1)),
    ("it’s", Cost("UCS-2", 4, 1)),
    ("à la ñ @ _ Δ", Cost("GSM-7", 12, 1)),
    ("[x]\f€~|^{}\\", Cost("GSM-7", 21, 1)),
    ("`", Cost("UCS-2", 1, 1)), ("\t", Cost("UCS-2", 1, 1)), ("đ", Cost("UCS-2", 1, 1)),
])
def test_encoding_and_length(text: str, cost: Cost) -> None:
    assert segments.cost(text) == cost


def test_an_escape_pair_is_never_torn() -> None:
    assert segments.split("a" * 152 + "€" + "b" * 10)[0] == "a" * 152


def test_a_surrogate_pair_is_never_torn() -> None:
    assert segments.split("a" * 66 + EMOJI + "b" * 10)[0] == "a" * 66


@given(st.text(alphabet="ab€[é ạđ" + EMOJI, max_size=500))
def test_the_parts_together_are_the_text_and_none_is_too_long(text: str) -> None:
    parts = segments.split(text)
    assert "".join(parts) == text
    if segments.is_gsm7(text):
        most = segments.GSM7_ONE if len(parts) == 1 else segments.GSM7_PART
        assert all(segments.septets(part) <= most for part in parts)
    else:
        most = segments.UCS2_ONE if len(parts) == 1 else segments.UCS2_PART
        assert all(len(part.encode("utf-16-be")) // 2 <= most for part in parts)


@pytest.mark.parametrize(("text", "folded"), [
    ("Định Hóa", "Dinh Hoa"), ("Đi\N{COMBINING DOT BELOW}nh", "Dinh"),
    ("546.108\N{NO-BREAK SPACE}đ", "546.108 d"), ("“Mã” – ‘QR’…", "\"Ma\" - 'QR'..."),
    ("`x`", "'x'"), ("100₫", "100d"), ("ok" + EMOJI, "ok?"), ("à", "a")])
def test_folding(text: str, folded: str) -> None:
    assert segments.folded(text) == folded


@given(st.text(max_size=200))
def test_a_folded_text_is_always_gsm7(text: str) -> None:
    assert segments.is_gsm7(segments.folded(text))
