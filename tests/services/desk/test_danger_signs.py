"""Danger is known whatever a thumb made of its words; what only sounds like it is no danger."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest

from db import reference
from services.desk import danger_signs
from services.notation import syllables
from services.notation.folding import unaccented
from tests.sms.ways import WAYS

HERE = Path(__file__).parent
ACCENTS = {"a": "áàảãạăâ", "e": "éèẻẽẹê", "i": "íìỉĩị", "o": "óòỏõọôơ", "u": "úùủũụư",
           "y": "ýỳỷỹỵ", "d": "đ"}
WORD = re.compile(r"[a-z]{4,}")


def lines(name: str) -> list[str]:
    texts = (HERE / f"{name}_texts.txt").read_text(encoding="utf-8").splitlines()
    return [text for text in texts if text and not text.startswith("#")]


DANGER, ORDINARY = lines("danger"), lines("ordinary")
# The ways of asking for bills and the rest that are known to occur.
ASKED = [line.split("|", 1)[1].strip() for line in WAYS]


def test_the_tables_are_long_and_say_nothing_twice() -> None:
    assert len(set(DANGER)) == len(DANGER) >= 150
    assert len(set(ORDINARY)) == len(ORDINARY) >= 300


@pytest.mark.parametrize("text", DANGER)
def test_danger_is_known(text: str) -> None:
    assert danger_signs.tells(text)


@pytest.mark.parametrize("text", [*ORDINARY, *ASKED])
def test_an_ordinary_text_is_no_danger(text: str) -> None:
    assert not danger_signs.tells(text)


def test_fire_in_one_word_counts_with_its_accent_only() -> None:
    assert [text for text in ("Cháy", "cháy!!", "CHÁY", "Chạy", "chay") if danger_signs.tells(text)
            ] == ["Cháy", "cháy!!", "CHÁY"]


@pytest.mark.parametrize("change", [
    unaccented, str.upper, str.lower, str.title,
    lambda text: f"  {text} !!!", lambda text: f"Xin chao can bo, {text}, cam on",
    lambda text: f"PA04DH0000017 {text}", lambda text: f"{text}, PA04DH0000017",
    lambda text: re.sub(r"([,.!])\s+", r"\1", text), lambda text: text.replace(" ", "  "),
    lambda text: text.replace(" ", "."), lambda text: text.replace(" ", "\n"),
], ids=["no accents", "capitals", "small", "title", "loud", "polite", "code before", "code behind",
        "no space at marks", "two spaces", "points", "lines"])
def test_danger_stays_danger_however_it_is_put(change) -> None:
    assert [text for text in DANGER if not danger_signs.tells(change(text))] == []


@pytest.mark.parametrize("seed", range(5))
def test_case_says_nothing(seed: int) -> None:
    chance = random.Random(seed)
    mixed = ["".join(chance.choice((c.lower(), c.upper())) for c in text) for text in DANGER]
    assert [text for text in mixed if not danger_signs.tells(text)] == []


def slips(text: str) -> list[str]:
    """`text` with each letter of its longer words exchanged for each of its neighbours."""
    plain = unaccented(text).lower()
    return [plain[:at] + near + plain[at + 1:] for word in WORD.finditer(plain)
            for at in range(*word.span()) for near in syllables.neighbours(plain[at])]


def share(texts: list[str]) -> float:
    return sum(map(danger_signs.tells, texts)) / len(texts)


def test_one_slip_in_a_longer_word_leaves_danger_danger() -> None:
    """Not all: a slip may make another everyday word ("chay" → "chat", "giat" → "giau")."""
    plain = [text for text in DANGER
             if all(map(syllables.is_syllable, unaccented(text).lower().split()))]
    assert len(plain) > 150
    assert share([slip for text in plain for slip in slips(text)]) > 0.96


def test_one_slip_in_a_longer_word_leaves_the_ordinary_ordinary() -> None:
    assert share([slip for text in ORDINARY for slip in slips(text)]) < 0.01


def test_wrong_accents_leave_danger_danger() -> None:
    chance = random.Random(1)
    wrong = []
    for text in (unaccented(text).lower() for text in DANGER):
        at = chance.choice([n for n, c in enumerate(text) if c in ACCENTS])
        wrong.append(text[:at] + chance.choice(ACCENTS[text[at]]) + text[at + 1:])
    assert share(wrong) > 0.97


@pytest.mark.parametrize(("typed", "read"), [
    ("day dien dut", ["day", "dien", "dut"]), ("daydiendut", ["day", "dien", "dut"]),
    ("Dây điện", ["day", "dien"]), ("dieenj giaatj", ["dien", "giat"]),
    ("d9ie65n", ["dien"]), ("c0t", ["cot"]), ("zao", ["giao"]), ("xuog", ["xuong"]),
    ("diwn", ["dien"]), ("boc khoj", ["boc", "khoi"]), ("d u t", ["dut"]),
    ("PA04DH0000017", []), ("482915", []),
])
def test_how_syllables_are_read(typed: str, read: list[str]) -> None:
    found = syllables.syllables(typed, danger_signs._book().known)
    assert [one.folded for one in found] == read


def test_every_thing_that_an_event_asks_for_is_a_class_of_things() -> None:
    words = reference.danger_words()
    named = set(re.findall(r"(\w+)[<>]\d", "\n".join(words["events"])))
    assert named <= {line.partition(":")[0] for line in words["things"]} and len(named) > 10


@pytest.mark.parametrize("text", ["", " ", "\0", "!!!", "a" * 5000, "dien " * 1000, "z" * 24,
                                  "aeiouy" * 80, "💥" * 99, "1" * 400, "a b c d e f g h i " * 40])
def test_any_text_may_come(text: str) -> None:
    assert danger_signs.tells(text) is False


def test_an_ordinary_text_costs_little() -> None:
    """At most 0.2 ms each in the mean; measured at a tenth of that on a quiet machine."""
    for text in ORDINARY:
        danger_signs.tells(text)
    begun = time.process_time()
    for text in ORDINARY:
        danger_signs.tells(text)
    assert (time.process_time() - begun) / len(ORDINARY) < 0.0002
