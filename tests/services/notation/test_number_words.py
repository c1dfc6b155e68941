"""Numbers in words: the table of a Vietnamese primary school, and the way back to the number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notation import number_words
from services.notation.number_words import in_words

VIETNAMESE = [
    (0, "không"),
    (1, "một"),
    (4, "bốn"),
    (5, "năm"),
    (10, "mười"),
    (11, "mười một"),
    (14, "mười bốn"),
    (15, "mười lăm"),
    (20, "hai mươi"),
    (21, "hai mươi mốt"),
    (24, "hai mươi tư"),
    (25, "hai mươi lăm"),
    (55, "năm mươi lăm"),
    (91, "chín mươi mốt"),
    (99, "chín mươi chín"),
    (100, "một trăm"),
    (101, "một trăm linh một"),
    (104, "một trăm linh tư"),
    (105, "một trăm linh năm"),
    (110, "một trăm mười"),
    (111, "một trăm mười một"),
    (115, "một trăm mười lăm"),
    (121, "một trăm hai mươi mốt"),
    (555, "năm trăm năm mươi lăm"),
    (1_000, "một nghìn"),
    (1_001, "một nghìn không trăm linh một"),
    (1_010, "một nghìn không trăm mười"),
    (1_100, "một nghìn một trăm"),
    (2_026, "hai nghìn không trăm hai mươi sáu"),
    (10_000, "mười nghìn"),
    (15_005, "mười lăm nghìn không trăm linh năm"),
    (107_136, "một trăm linh bảy nghìn một trăm ba mươi sáu"),
    (217_836, "hai trăm mười bảy nghìn tám trăm ba mươi sáu"),
    (546_108, "năm trăm bốn mươi sáu nghìn một trăm linh tám"),
    (1_000_000, "một triệu"),
    (1_000_500, "một triệu không nghìn năm trăm"),
    (1_534_140, "một triệu năm trăm ba mươi tư nghìn một trăm bốn mươi"),
    (2_005_000, "hai triệu không trăm linh năm nghìn"),
    (21_021_021, "hai mươi mốt triệu không trăm hai mươi mốt nghìn không trăm hai mươi mốt"),
    (700_000_231, "bảy trăm triệu không nghìn hai trăm ba mươi mốt"),
    (1_000_000_000, "một tỷ"),
    (1_000_000_005, "một tỷ không triệu không nghìn không trăm linh năm"),
    (999_999_999_999, "chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu"
                      " chín trăm chín mươi chín nghìn chín trăm chín mươi chín"),
]
ENGLISH = [
    (0, "zero"),
    (13, "thirteen"),
    (20, "twenty"),
    (21, "twenty-one"),
    (100, "one hundred"),
    (101, "one hundred and one"),
    (115, "one hundred and fifteen"),
    (1_000, "one thousand"),
    (1_001, "one thousand and one"),
    (2_026, "two thousand and twenty-six"),
    (546_108, "five hundred and forty-six thousand one hundred and eight"),
    (1_000_000_040, "one billion and forty"),
    (999_999_999_999, "nine hundred and ninety-nine billion nine hundred and ninety-nine million"
                      " nine hundred and ninety-nine thousand nine hundred and ninety-nine"),
]


@pytest.mark.parametrize(("number", "words"), VIETNAMESE)
def test_a_number_is_read_as_school_teaches_it(number: int, words: str) -> None:
    assert in_words(number) == words


@pytest.mark.parametrize(("number", "words"), ENGLISH)
def test_a_number_is_read_in_english(number: int, words: str) -> None:
    assert in_words(number, "en") == words


def test_a_language_without_number_words_hears_vietnamese() -> None:
    assert in_words(5, "tyz") == "năm"


@pytest.mark.parametrize("number", [-1, 1_000_000_000_000])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_out_of_range_is_refused(number: int, language: str) -> None:
    with pytest.raises(ValueError, match=str(number)):
        in_words(number, language)


UNITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5,
         "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
SCALES = {"nghìn": 1_000, "triệu": 1_000_000, "tỷ": 1_000_000_000}


def understood(words: str) -> int:
    """What a listener makes of Vietnamese number words: every word has its own weight."""
    total = group = last = 0
    for word in words.split():
        if word in UNITS:
            last = UNITS[word]
            group += last
        elif word == "mười":
            group += 10
        elif word == "mươi":
            group += 9 * last
        elif word == "trăm":
            group += 99 * last
        elif word in SCALES:
            total += group * SCALES[word]
            group = 0
        else:
            assert word == "linh"
    return total + group


def test_every_number_below_a_hundred_thousand_is_heard_as_itself() -> None:
    assert [number for number in range(100_000) if understood(in_words(number)) != number] == []


@given(st.integers(0, number_words.MOST))
def test_every_number_is_heard_as_itself(number: int) -> None:
    assert understood(in_words(number)) == number


@given(st.integers(0, number_words.MOST), st.integers(0, number_words.MOST))
def test_two_numbers_never_sound_alike_in_english(one: int, other: int) -> None:
    assert (in_words(one, "en") == in_words(other, "en")) is (one == other)


def test_english_numbers_below_ten_thousand_all_differ() -> None:
    assert len({in_words(number, "en") for number in range(10_000)}) == 10_000


@given(st.integers(0, number_words.MOST))
def test_words_are_parted_by_one_space(number: int) -> None:
    for language in ("vi", "en"):
        words = in_words(number, language)
        assert words == " ".join(words.split())


@pytest.mark.parametrize(("language", "words"), [
    ("vi", "một trăm linh bảy nghìn một trăm ba mươi sáu đồng"),
    ("en", "one hundred and seven thousand one hundred and thirty-six dong"),
])
def test_an_amount_names_its_unit(language: str, words: str) -> None:
    assert number_words.dong(107_136, language) == words


@pytest.mark.parametrize(("year", "month", "language", "words"), [
    (2026, 10, "vi", "tháng mười năm hai nghìn không trăm hai mươi sáu"),
    (2026, 4, "vi", "tháng tư năm hai nghìn không trăm hai mươi sáu"),
    (2024, 12, "vi", "tháng mười hai năm hai nghìn không trăm hai mươi tư"),
    (2026, 10, "en", "October two thousand and twenty-six"),
])
def test_a_period_is_read_aloud(year: int, month: int, language: str, words: str) -> None:
    assert number_words.period(year, month, language) == words


@pytest.mark.parametrize(("iso", "language", "words"), [
    ("2026-11-01", "vi", "ngày mùng một tháng mười một năm hai nghìn không trăm hai mươi sáu"),
    ("2026-11-10", "vi", "ngày mùng mười tháng mười một năm hai nghìn không trăm hai mươi sáu"),
    ("2026-11-15", "vi", "ngày mười lăm tháng mười một năm hai nghìn không trăm hai mươi sáu"),
    ("2026-01-31", "vi", "ngày ba mươi mốt tháng một năm hai nghìn không trăm hai mươi sáu"),
    ("2026-11-01", "en", "the first of November two thousand and twenty-six"),
    ("2026-11-12", "en", "the twelfth of November two thousand and twenty-six"),
    ("2026-11-14", "en", "the fourteenth of November two thousand and twenty-six"),
    ("2026-11-20", "en", "the twentieth of November two thousand and twenty-six"),
    ("2026-11-23", "en", "the twenty-third of November two thousand and twenty-six"),
    ("2026-11-30", "en", "the thirtieth of November two thousand and twenty-six"),
])
def test_a_day_is_read_aloud(iso: str, language: str, words: str) -> None:
    assert number_words.day(iso, language) == words


@pytest.mark.parametrize(("text", "language", "words"), [
    ("HD-482915", "vi", "H D, bốn tám hai, chín một năm"),
    ("PA04DH0000017", "vi", "P A, không bốn, D H, không không không, không không một, bảy"),
    ("482915", "en", "four eight two, nine one five"),
    ("", "vi", ""),
])
def test_a_code_is_spelled_sign_by_sign(text: str, language: str, words: str) -> None:
    assert number_words.spelled(text, language) == words
