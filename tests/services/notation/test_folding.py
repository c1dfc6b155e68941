"""Vietnamese without accents."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notation import folding

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES]


@pytest.mark.parametrize(("text", "plain"), [
    ("Định Hóa", "Dinh Hoa"),
    ("Định Hoá", "Dinh Hoa"),
    ("Triệu Thị Mẩy", "Trieu Thi May"),
    ("ĐƯỜNG Nguyễn Huệ", "DUONG Nguyen Hue"),
    ("đồng", "dong"),
    ("ðồng Ðồng", "dong Dong"),  # Icelandic eth, a common slip for đ
    ("Xã 15/8, tổ 3", "Xa 15/8, to 3"),
    ("", ""),
])
def test_accents_go_and_the_rest_stays(text: str, plain: str) -> None:
    assert folding.unaccented(text) == plain


def test_every_vietnamese_vowel_becomes_its_plain_letter() -> None:
    for at, letter in enumerate(LETTERS):
        base = "aaaeeiooouuy"[at // len(TONES)]
        assert folding.unaccented(letter) == base
        assert folding.unaccented(letter.upper()) == base.upper()


@pytest.mark.parametrize(("text", "key"), [
    ("  Nguyễn   Thị\tHoa ", "nguyen thi hoa"),
    ("H'Mông-Nhà", "h mong nha"),
    ("LÝ VĂN PÁO", "ly van pao"),
    ("Tổ 3, P. Quan Triều", "to 3 p quan trieu"),
    ("🙂\0", ""),
    ("", ""),
])
def test_a_search_key_has_only_plain_words(text: str, key: str) -> None:
    assert folding.folded(text) == key


@pytest.mark.parametrize(("name", "by_given_name"), [
    ("nguyen thi hoa", "hoa nguyen thi"), ("hoa", "hoa"), ("", ""), ("ly pao", "pao ly"),
])
def test_a_name_can_be_asked_for_by_the_given_name(name: str, by_given_name: str) -> None:
    assert folding.given_name_first(name) == by_given_name


VIETNAMESE = st.text(alphabet=[*LETTERS, *map(str.upper, LETTERS), *"bcdđghklmnpqrstvxĐ 0123"])


@given(VIETNAMESE)
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    other = unicodedata.normalize("NFD", text)
    assert folding.unaccented(text) == folding.unaccented(other)
    assert folding.unaccented(text).isascii()


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = folding.folded(text)
    assert folding.folded(once) == once
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert once == once.strip() and "  " not in once
