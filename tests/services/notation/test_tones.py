"""Tone marks on the right vowel; tests/browser proves the same table in the browser."""

from __future__ import annotations

import unicodedata

import pytest

from services.notation.tones import TONES, with_tone

TABLE = [
    ("Hoa", "grave", "Hòa"), ("Nguyên", "tilde", "Nguyễn"), ("Quy", "acute", "Quý"),
    ("Gia", "grave", "Già"), ("gi", "grave", "gì"), ("Giang", "grave", "Giàng"),
    ("Thuy", "hook", "Thủy"), ("Mây", "hook", "Mẩy"), ("Pao", "acute", "Páo"),
    ("Hoang", "grave", "Hoàng"), ("Dương", "acute", "Dướng"), ("Triêu", "dot", "Triệu"),
    ("Khoai", "acute", "Khoái"), ("Nguyêt", "dot", "Nguyệt"), ("Tuân", "acute", "Tuấn"),
    ("Lý", "acute", "Ly"), ("Hòa", "hook", "Hỏa"), ("Ma Van", "acute", "Ma Ván"),
    ("VĂN", "grave", "VẰN"), ("Phượng", "dot", "Phương"), ("Quôc", "acute", "Quốc"),
    ("Bùi Thị H", "grave", "Bùi Thị H"), ("Hoa ", "grave", "Hoa "), ("", "dot", ""),
    ("ng", "dot", "ng"), ("Đuc", "acute", "Đúc"), ("uy", "acute", "úy"),
]


@pytest.mark.parametrize(("text", "tone", "expected"), TABLE)
def test_the_tone_stands_where_people_write_it(text: str, tone: str, expected: str) -> None:
    assert with_tone(text, tone) == expected


@pytest.mark.parametrize("tone", TONES)
def test_the_same_tone_twice_is_no_tone(tone: str) -> None:
    once = with_tone("Triêu", tone)
    assert once != "Triêu" and with_tone(once, tone) == "Triêu"


def test_decomposed_letters_come_back_composed() -> None:
    assert with_tone(unicodedata.normalize("NFD", "Triêu"), "dot") == "Triệu"
