"""The citizen card's text, in all the ways that cards write it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts import citizen_id
from services.errors import InvalidInput

TODAY = date(2026, 11, 15)
HOA = "019168001234|090123456|Nguyễn Thị Hoa|17051968|Nữ|Xóm Nà Mao, Định Hóa|10052021"


@pytest.mark.parametrize("text", [
    HOA,
    HOA.replace("090123456", ""),  # no old number
    HOA.replace("|090123456", ""),  # the field left out
    HOA + "||Ma Văn Tư|Lý Thị Cả",  # a newer card
    HOA.replace("|090123456", "") + "|more",
    f"\ufeff{HOA}\r\n",
    HOA.replace("Nữ", "Nư\u0303"),  # letters and accents apart
    f"]Q1{HOA}",  # the reader says which kind of code it read
    *(HOA.replace("Nữ", told) for told in ("Nu", "NỮ", "N?", "N\ufffd", "Ná»¯", "N÷", "Nuwx")),
])
def test_every_variant_is_read(text: str) -> None:
    card = citizen_id.read(text, TODAY)
    assert (card.number, card.name, card.birth_date, card.sex, card.address) == (
        "019168001234", "Nguyễn Thị Hoa", "1968-05-17", "female", "Xóm Nà Mao, Định Hóa")
    assert card.issued_on == "2021-05-10"


@pytest.mark.parametrize(("text", "reason"), [
    ("", "empty"), (" \r\n", "empty"), ("https://example.com", "form"),
    ("PA04DH0000017", "form"), ("a|b|c|d|e", "form"), (HOA * 9, "form"),
    (HOA.replace("019168001234", "01916800123"), "number"),
    (HOA.replace("019168001234", "000168001234"), "number"),
    (HOA.replace("17051968", "31021968"), "birth"),
    (HOA.replace("17051968", "17052068"), "birth"),
    (HOA.replace("17051968", "17051868"), "birth"),
    (HOA.replace("10052021", "2021"), "birth"),
    (HOA.replace("Nữ", "F"), "sex"), (HOA.replace("Nữ", "Nam"), "disagrees"),
    (HOA.replace("17051968", "17051969"), "disagrees"),
    (HOA.replace("019168", "019368"), "number"),  # 2068 has not come yet
    (HOA.replace("Nguyễn Thị Hoa", "123"), "form"),
])
def test_what_is_no_card_is_named(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        citizen_id.read(text, TODAY)
    assert (refusal.value.field, refusal.value.reason) == ("card", reason)


@pytest.mark.parametrize(("name", "address"), [
    ("Nguy?n Th? Hoa", "X?m N? Mao"), ("Nguy\ufffd\ufffdn Th\ufffd Hoa", "Xóm Nà Mao"),
    ("Nguyá»…n Thá»‹ Hoa", "XÃ³m NÃ  Mao"), ("NguyÔn ThÞ Hoa", "Xãm Nµ Mao"),
    ("Nguyễn Thị Hoa", "X?m N? Mao"), ("nGUYỄN tHỊ hOA", "xÓM nÀ mAO"), ("??????", "X?m")])
def test_letters_that_the_reader_spoilt_are_left_out_and_the_digits_are_good(name, address):
    card = citizen_id.read(HOA.replace("Nguyễn Thị Hoa", name).replace(
        "Xóm Nà Mao, Định Hóa", address), TODAY)
    assert card.is_garbled and (card.name, card.address) == ("", "")
    assert (card.number, card.birth_date, card.sex) == ("019168001234", "1968-05-17", "female")


def test_a_reader_without_accents_is_believed() -> None:
    card = citizen_id.read("019168001234||Nguyen Thi Hoa|17051968|Nu|Xom Na Mao|10052021", TODAY)
    assert (card.name, card.sex, card.address) == ("Nguyen Thi Hoa", "female", "Xom Na Mao")


@given(st.text(alphabet=st.sampled_from("|0123456789NamữHoa \ufeff"), max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        card = citizen_id.read(text, TODAY)
    except InvalidInput:
        return
    assert len(card.number) == 12


@pytest.mark.parametrize(("typed", "day"), [
    ("17/05/1968", "1968-05-17"), ("7-5-1968", "1968-05-07"), ("17051968", "1968-05-17"),
    ("1968-05-17", "1968-05-17")])
def test_a_birthday_is_taken_as_people_write_it(typed: str, day: str) -> None:
    assert citizen_id.day(typed, TODAY) == day


@pytest.mark.parametrize(("number", "birth", "sex"), [
    ("019168001234", "1968-01-01", "female"), ("006068001234", "1968-12-31", "male"),
    ("019202001234", "2002-01-01", "male"), ("019302001234", "2002-01-01", "female")])
def test_a_number_tells_century_and_sex(number: str, birth: str, sex: str) -> None:
    citizen_id.check(number, birth, sex, TODAY)
    assert citizen_id.sex_of(number) == sex
