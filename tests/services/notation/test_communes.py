"""Communes as people call them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import reference
from services.notation import communes


def names(text: str) -> list[str]:
    return [commune.name for commune in communes.match(text)]


@pytest.mark.parametrize("commune", reference.communes().values(), ids=lambda commune: commune.code)
def test_every_commune_is_found_by_its_own_name(commune) -> None:
    assert communes.match(commune.name) == [commune]


@pytest.mark.parametrize(("text", "name"), [
    ("Định Hóa", "Xã Định Hóa"),
    ("dinh hoa", "Xã Định Hóa"),
    ("XA DINH HOA", "Xã Định Hóa"),
    ("x. dinh hoa", "Xã Định Hóa"),
    ("dinh hoaa", "Xã Định Hóa"),
    ("Dinh Hoa, Thai Nguyen", "Xã Định Hóa"),
    ("Xóm 5, xã Định Hóa", "Xã Định Hóa"),
    ("phuong pho yen", "Phường Phổ Yên"),
    ("p. quan trieu", "Phường Quan Triều"),
    ("Bắc Kạn", "Phường Bắc Kạn"),
    ("bản Pò, xã Tràng Xá, huyện Võ Nhai", "Xã Tràng Xá"),
    ("Phượng Tiến", "Xã Phượng Tiến"),
])
def test_people_write_it_in_many_ways(text: str, name: str) -> None:
    assert names(text) == [name]


@pytest.mark.parametrize(("text", "name"), [
    ("Sơn Cẩm", "Phường Quan Triều"),
    ("Đồng Thịnh", "Xã Định Hóa"),
    ("thị trấn Chợ Chu", "Xã Định Hóa"),
    ("TT Cho Chu", "Xã Định Hóa"),
    ("Phương Viên", "Xã Chợ Đồn"),
    ("xa sony cam", "Phường Quan Triều"),
])
def test_the_old_name_leads_to_todays_commune(text: str, name: str) -> None:
    assert names(text) == [name]


def test_an_old_name_of_two_districts_is_asked_about() -> None:
    assert names("Tân Thịnh") == ["Phường Phan Đình Phùng", "Xã Phượng Tiến"]


@pytest.mark.parametrize("text", [
    "Tân Thịnh, Định Hóa", "xã Tân Thịnh huyện Định Hóa", "tan thinh dinh hoa"])
def test_the_district_tells_two_of_one_name_apart(text: str) -> None:
    assert names(text) == ["Xã Phượng Tiến"]


def test_an_accent_tells_two_communes_apart() -> None:
    assert names("van lang") == ["Xã Văn Lang", "Xã Văn Lăng"]
    assert names("Xã Văn Lăng") == ["Xã Văn Lăng"]


@pytest.mark.parametrize("text", [
    "", " ", "xa", "xã", "phường", "xóm 1", "thịnh", "Hà Nội", "tinh thai nguyen", "12", "🙂",
    "\0", "a" * 5000])
def test_what_names_no_commune_finds_none(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize("former", reference.former_communes(), ids=" ".join)
def test_every_old_commune_with_its_district_leads_to_one(former: tuple[str, str, str]) -> None:
    name, district, code = former
    assert communes.match(f"{name}, {district}") == [reference.communes()[code]]


@given(st.text(max_size=100))
def test_any_text_gets_an_answer(text: str) -> None:
    assert set(communes.match(text)) <= set(reference.communes().values())
