"""Staff's voices, as the tests record them."""

from __future__ import annotations

from services.kiosks import clips
from tests.services.kiosks.test_clips import recording
from tests.villagers import NOON
from web import speech_texts

SECOND = recording(1, rate=8_000, channels=1)


def record_core(language: str, without: str = "") -> None:
    """Record what the start page wants before it offers the language, but one sentence."""
    for sentence in speech_texts.core():
        if sentence != without:
            clips.record(language, sentence, SECOND, "canbo", NOON)
