"""What two officers type: what is taken, and what counts as the same."""

from __future__ import annotations

from datetime import date

import pytest

from services.archive import forms
from services.errors import InvalidInput
from services.notation import communes
from tests.scans import READING

TODAY = date(2026, 11, 15)


@pytest.mark.parametrize(("field", "one", "other"), [
    ("contract_no", "0417/HĐ", "0417hd"), ("name", "Nguyễn Thị  Hoà", "NGUYỄN THỊ HÒA"),
    ("address", "Xóm Nà Mao.", "xóm Nà Mao"), ("address", "Tổ 3, xóm 5", "tổ 3 xóm 5"),
    ("old_commune", "Xã Bảo Linh", "xã bảo linh"), ("name", "Thúy", "Thuý")])
def test_spaces_capitals_and_the_place_of_a_tone_do_not_matter(field, one, other) -> None:
    assert forms.folded(field, one) == forms.folded(field, other)


@pytest.mark.parametrize(("field", "one", "other"), [
    ("contract_no", "0417/HĐ", "0471/HĐ"), ("name", "Lường Văn Tài", "Lương Văn Tài"),
    ("old_commune", "Văn Lang", "Văn Lăng"), ("signed_on", "2016-04-12", "2016-12-04"),
    ("citizen_id", "090123456", "090123465"), ("address", "Xóm 1", ""),
    ("name", "Hoà", "Hóa"), ("address", "Số 12/3", "Số 123")])
def test_other_letters_and_digits_do(field, one, other) -> None:
    assert forms.folded(field, one) != forms.folded(field, other)


def test_the_form_is_kept_in_one_spelling() -> None:
    typed = forms.check(READING | {"name": " Nguyễn   Thị Hoà "}, TODAY)
    assert typed.signed_on == "2016-04-12" and typed.citizen_id == "090123456"
    assert typed.name == "Nguyễn Thị Hoà"
    assert forms.check(READING | {"signed_on": "", "citizen_id": "", "contract_no": "",
                                    "address": ""}, TODAY).signed_on == ""


@pytest.mark.parametrize(("field", "text"), [
    ("signed_on", "31/02/2016"), ("signed_on", "16/11/2026"), ("citizen_id", "12345"),
    ("citizen_id", "000123456789"), ("purpose", ""), ("purpose", "x"), ("name", ""),
    ("name", "x" * 121), ("old_commune", " "), ("address", "a\0b")])
def test_a_wrong_field_is_named(field, text) -> None:
    with pytest.raises(InvalidInput) as refused:
        forms.check(READING | {field: text}, TODAY)
    assert refused.value.field == field


def test_only_what_the_list_says_is_held_against_the_paper() -> None:
    paper = forms.check(READING, TODAY)
    listed = forms.Typed(contract_no="0417HD", name="Nguyễn Thị Hoa", signed_on="2016-04-13")
    assert forms.differences_from_list(paper, listed) == ["signed_on", "name"]


@pytest.mark.parametrize(("name", "district", "found", "today"), [
    ("Bảo Linh", "Định Hóa", ["Xã Bảo Linh"], "05569"),
    ("bao linh", "", ["Xã Bảo Linh"], "05569"),
    ("Xã Bảo Lnh", "", ["Xã Bảo Linh"], ""),
    ("Trung Thành", "", ["Phường Trung Thành", "Phường Trung Thành"], ""),
    ("Trung Thành", "TP Phổ Yên", ["Phường Trung Thành"], "05899"),
    ("Văn Lăng", "", ["Xã Văn Lăng"], "05665"), ("Zzzz", "", [], ""), ("", "", [], "")])
def test_a_former_commune_is_proposed(name, district, found, today) -> None:
    assert [row.name for row in communes.propose_former(name, district)] == found
    assert communes.today_of(name, district) == today


def test_all_former_communes_can_be_chosen_by_hand() -> None:
    rows = [row for district in communes.former_by_district().values() for row in district]
    assert len(rows) == 280 and {row.new_code for row in rows} >= {"05569", "01840"}
