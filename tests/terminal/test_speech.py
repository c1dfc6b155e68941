"""flask speech build: clips of every screen text, and how far staff are."""

from __future__ import annotations

import re

import pytest

from services.kiosks import clips
from tests.services.kiosks.test_clips import recording
from tests.villagers import NOON
from web import speech_texts


@pytest.fixture
def build(runner, change_settings, tmp_path):
    change_settings(speech_dir=str(tmp_path / "speech"))
    return lambda: runner.invoke(args=["speech", "build"])


def test_every_language_is_told_and_nothing_is_made_twice(build, tmp_path) -> None:
    clips.record("tyz", speech_texts.sentences()[0], recording(), "canbo", NOON)
    done = build()
    assert done.exit_code == 0, done.stderr
    made = len(list((tmp_path / "speech").glob("*.wav")))
    counts = dict(re.findall(r"^(vi|en): (\d+) texts", done.stdout, re.M))
    assert made == sum(map(int, counts.values())) > 60
    total = len(speech_texts.sentences())
    assert f"tyz: 1 of {total} sentences" in done.stdout
    assert f", 0 of the {len(speech_texts.core())} of the core" in done.stdout
    for code in ("nut", "hmn", "ium", "mlc"):
        assert f"{code}: 0 of {total} sentences" in done.stdout
    assert re.findall(r"texts, (\d+) new", build().stdout) == ["0", "0"]


def test_sentences_to_record_have_nothing_to_fill_in() -> None:
    fixed = speech_texts.sentences()
    assert len(fixed) == len(set(fixed)) > 80
    assert not [sentence for sentence in fixed if "%(" in sentence]
    assert "Bác cần làm gì?" in fixed
