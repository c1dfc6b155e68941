"""Communes by first letter."""

from __future__ import annotations

import pytest

from db import reference
from services.notation import commune_index


def test_letters_follow_the_vietnamese_order() -> None:
    letters = commune_index.letters()
    assert letters[:6] == ["A", "B", "C", "D", "Đ", "G"] and letters[-1] == "Y"


@pytest.mark.parametrize(("former", "names"), [
    (False, len(reference.communes())), (True, len(reference.former_communes()))])
def test_every_commune_stands_under_exactly_one_letter(former: bool, names: int) -> None:
    under = [entry for letter in commune_index.letters(former)
             for entry in commune_index.under(letter, former)]
    assert len(under) == names


def test_d_and_dd_are_two_letters_but_accents_make_none() -> None:
    assert "Xã Dân Tiến" in [entry.name for entry in commune_index.under("D")]
    assert "Xã Định Hóa" in [entry.name for entry in commune_index.under("Đ")]
    assert "Ô" not in commune_index.letters(former=True)


def test_a_former_name_leads_to_todays_commune() -> None:
    entry = next(e for e in commune_index.under("S", former=True) if e.name == "Xã Sơn Cẩm")
    assert (entry.district, entry.today) == ("Thành phố Thái Nguyên", "Phường Quan Triều")
    assert reference.commune_name(entry.code) == entry.today


def test_an_unknown_letter_has_none() -> None:
    assert commune_index.under("") == commune_index.under("Ж") == []
