"""Text read aloud by the real espeak-ng."""

from __future__ import annotations

import io
import shutil
import threading
import wave
from pathlib import Path

import espeakng_loader
import pytest

from services.errors import SpeechUnavailable
from services.kiosks import speech
from services.kiosks.speech import Speaker

OWED = "Bác phải trả năm trăm bốn mươi sáu nghìn một trăm linh tám đồng."
OWED_IN_ENGLISH = "You owe five hundred and forty-six thousand one hundred and eight dong."


def seconds(clip: bytes) -> float:
    with wave.open(io.BytesIO(clip)) as reader:
        return reader.getnframes() / reader.getframerate()


def loudness(clip: bytes) -> int:
    with wave.open(io.BytesIO(clip)) as reader:
        frames = memoryview(reader.readframes(reader.getnframes())).cast("h")
    return max(map(abs, frames), default=0)


@pytest.fixture
def speaker() -> Speaker:
    return Speaker()


def test_a_clip_is_sixteen_bit_mono(speaker) -> None:
    with wave.open(io.BytesIO(speaker.clip(OWED))) as reader:
        assert (reader.getnchannels(), reader.getsampwidth()) == (1, 2)
        assert reader.getframerate() >= 16_000


@pytest.mark.parametrize(("language", "text"), [("vi", OWED), ("en", OWED_IN_ENGLISH)])
def test_a_sentence_is_spoken_at_a_calm_pace(speaker, language: str, text: str) -> None:
    clip = speaker.clip(text, language)
    assert 2 < seconds(clip) < 10
    assert loudness(clip) > 5_000


def test_languages_sound_different(speaker) -> None:
    assert speaker.clip("ba", "vi") != speaker.clip("ba", "en")


def test_tones_are_spoken(speaker) -> None:
    assert speaker.clip("ma") != speaker.clip("má") != speaker.clip("mạ")


def test_a_language_without_a_voice_is_read_in_vietnamese(speaker) -> None:
    assert speaker.clip(OWED, "tyz") == speaker.clip(OWED, "vi")


def test_line_breaks_of_a_template_make_no_difference(speaker) -> None:
    assert speaker.clip("Tiền điện\n\n  tháng mười") == speaker.clip("Tiền điện tháng mười")


@pytest.mark.parametrize("text", ["", "   ", "…", "\0", "🙂", "\ud800", "<break/>[[h@'loU]]"])
def test_odd_text_is_a_clip_all_the_same(speaker, text: str) -> None:
    assert speaker.clip(text).startswith(b"RIFF")


def test_too_long_a_text_is_read_to_the_last_whole_word_that_fits(speaker) -> None:
    count = speech.MOST_CHARACTERS // len("ba ")
    whole = seconds(speaker.clip("ba " * (count - 1)))
    assert seconds(speaker.clip("ba " * 3 * count)) == pytest.approx(whole, rel=0.05)
    assert seconds(speaker.clip("a" * 10 * speech.MOST_CHARACTERS)) < 0.1  # no word fits


def test_threads_do_not_mix_their_voices(speaker) -> None:
    texts = [(f"{word} {number}", language) for word in ("mười", "điện", "hello")
             for number in range(4) for language in ("vi", "en")]
    alone = {key: Speaker().clip(*key) for key in texts}
    together: dict = {}
    threads = [threading.Thread(target=lambda k=key: together.update({k: Speaker().clip(*k)}))
               for key in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # espeak-ng varies a clip by some milliseconds; a mixed or broken one is far off.
    assert [key for key in texts
            if seconds(together[key]) != pytest.approx(seconds(alone[key]), rel=0.1)] == []


def test_a_kept_clip_is_given_out_again(speaker) -> None:
    assert speaker.clip(OWED) is speaker.clip(OWED)


def test_clips_kept_stay_under_the_limit() -> None:
    one = len(Speaker().clip("một"))
    speaker = Speaker(most_bytes=3 * one)
    clips = [speaker.clip(word) for word in ("một", "hai", "ba", "bốn")]
    assert sum(map(len, clips)) > 3 * one
    assert speaker.clip("bốn") is clips[-1]
    assert speaker.clip("một") is not clips[0]


def test_the_clip_used_last_is_dropped_last() -> None:
    clips = [Speaker().clip(word) for word in ("một", "hai", "ba")]
    speaker = Speaker(most_bytes=sum(map(len, clips)) - len(clips[2]) // 2)
    first, second = speaker.clip("một"), speaker.clip("hai")
    speaker.clip("một")
    speaker.clip("ba")
    assert speaker.clip("một") is first
    assert speaker.clip("hai") is not second


def test_a_clip_larger_than_the_limit_is_spoken_and_not_kept() -> None:
    speaker = Speaker(most_bytes=10)
    assert speaker.clip(OWED) is not speaker.clip(OWED)


def test_without_the_library_the_error_has_a_name(tmp_path: Path) -> None:
    with pytest.raises(SpeechUnavailable, match="no-such-library"):
        Speaker(str(tmp_path / "no-such-library.so")).clip(OWED)


def test_without_voices_the_error_has_a_name(tmp_path: Path) -> None:
    library = tmp_path / "libespeak-ng.so"
    shutil.copy(espeakng_loader.get_library_path(), library)
    with pytest.raises(SpeechUnavailable, match="no voices"):
        Speaker(str(library)).clip(OWED)


def test_another_library_is_not_taken_for_the_engine() -> None:
    with pytest.raises(SpeechUnavailable):
        Speaker("libc.so.6").clip(OWED)
