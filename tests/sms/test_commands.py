"""Text → command: every way in the table, and what holds for all texts."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notation import codes
from sms import words
from sms.answers import ANSWERS
from sms.commands import Command, parse
from tests.sms.ways import CODES, TICKET, WAYS


def told(line: str) -> tuple[str, str]:
    expected, _, text = line.partition("|")
    return expected.strip(), text.removeprefix(" ")


def said(command: Command) -> str:
    """What was understood, in the words of the table."""
    if command.digit is not None:
        return str(command.digit)
    if command.doubt:
        return f"?{command.doubt}"
    if not command.word:
        return f"?{command.guess}"
    names = {code: letter for letter, code in CODES.items()}
    about = names.get(command.code, command.code) or ("T" if command.ticket == TICKET else "")
    return f"{command.word} {about}".strip()


@pytest.mark.parametrize("line", WAYS)
def test_a_way_of_typing_is_understood(line: str) -> None:
    expected, text = told(line)
    assert said(parse(text)) == expected


def test_the_table_is_long_and_names_every_word() -> None:
    assert len(set(WAYS)) >= 300
    assert {told(line)[0].split()[0] for line in WAYS} >= words.NAMES.keys()


def test_no_way_is_taken_for_another_code() -> None:
    for line in WAYS:
        expected, text = told(line)
        wanted = CODES.get(expected.split()[-1], "")
        assert parse(text).code in ("", wanted), text


def test_every_word_has_an_answer() -> None:
    assert ANSWERS.keys() == words.NAMES.keys()


@pytest.mark.parametrize("word", words.NAMES)
def test_every_alias_means_its_word(word: str) -> None:
    for alias in words.NAMES[word]:
        assert parse(alias).word == word
        assert parse(alias.upper() + " ").word == word


def test_a_name_after_hd_keeps_its_accents() -> None:
    assert parse("HD Nguyễn Văn Páo").rest == "Nguyễn Văn Páo"
    assert parse("h.đ: Nguyễn Văn Páo").rest == "Nguyễn Văn Páo"


@pytest.mark.parametrize(("text", "sure"), [
    ("TD", True), ("td PA04DH0000017", True), ("gap can bo", True), ("?", True),
    ("Tiến Dũng", False), ("HD Nguyen Van A", False), ("Nguyễn Văn Huy", False)])
def test_a_command_is_sure_when_all_of_the_text_is_explained(text: str, sure: bool) -> None:
    assert parse(text).sure is sure


CODE = st.builds("PA{:02}{}{:07}".format, st.integers(0, 99),
                 st.text(string.ascii_uppercase + string.digits, min_size=2, max_size=2),
                 st.integers(0, 9_999_999))
WORD = st.sampled_from(["TD", "QR", "LS", "CS", "CD", "DK"])
SPACER = st.sampled_from([" ", "  ", ".", "-", " - ", "/", "_", "\N{NO-BREAK SPACE}", "\n"])


@given(WORD, CODE, st.lists(st.tuples(st.integers(0, 12), SPACER), max_size=3))
def test_a_code_split_anywhere_is_the_same_code(word: str, code: str, cuts: list) -> None:
    typed = code
    for at, spacer in sorted(cuts, reverse=True):
        typed = typed[:at] + spacer + typed[at:]
    understood = parse(f"{word} {typed}")
    assert (understood.word, understood.code) == (word, code)


@given(WORD, CODE, st.sampled_from(["NFC", "NFD"]), st.booleans(), st.booleans())
def test_case_accents_and_glue_do_not_matter(word, code, form, lower, glued) -> None:
    accented = unicodedata.normalize(form, word.replace("D", "Đ").replace("C", "Ç"))
    typed = accented + ("" if glued else " ") + code
    understood = parse(typed.lower() if lower else typed)
    assert (understood.word, understood.code) == (word, code)


@given(CODE, st.data())
def test_o_for_0_and_i_for_1_among_the_digits_are_repaired(code: str, data) -> None:
    slips = {"0": ["0", "O", "o"], "1": ["1", "I", "l"]}
    typed = "".join(data.draw(st.sampled_from(slips.get(c, [c]))) if i in (2, 3) or i > 5 else c
                    for i, c in enumerate(code))
    assert parse(f"TD {typed}").code == code


@given(CODE, st.integers(6, 12))
def test_a_code_that_lacks_a_digit_or_has_one_too_many_is_asked(code: str, at: int) -> None:
    for typed in (code[:at] + code[at + 1:], code[:at] + "7" + code[at:]):
        understood = parse(f"TD {typed}")
        assert (understood.word, understood.code, understood.doubt) == ("TD", "", "code")


@given(CODE, CODE)
def test_two_different_codes_are_asked(one: str, other: str) -> None:
    understood = parse(f"{one} {other}")
    assert understood.code == (one if one == other else "")
    assert understood.doubt == ("" if one == other else "codes")


@given(st.text(max_size=400))
def test_whatever_comes_there_is_an_answer(text: str) -> None:
    command = parse(text)
    assert command.word in words.NAMES or command.guess in words.NAMES or command.doubt \
        or command.digit is not None
    assert not command.code or codes.is_code(command.code)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", max_size=60))
def test_letters_alone_never_make_a_code(text: str) -> None:
    assert parse(text).code == ""
