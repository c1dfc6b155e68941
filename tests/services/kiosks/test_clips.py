"""Sentences recorded by staff: found, put into the page, refused when they are no recording."""

from __future__ import annotations

import array
import io
import math
import wave

import pytest

from services.errors import InvalidInput
from services.kiosks import clips
from services.kiosks.speech import Speaker
from tests.villagers import NOON


def recording(seconds: float = 1.0, rate: int = 44_100, channels: int = 2, width: int = 2,
              loud: int = 9_000) -> bytes:
    """A tone, as a recorder would save it."""
    tone = array.array("h", (int(loud * math.sin(at / 20)) for at in range(int(seconds * rate))
                             for _ in range(channels)))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(tone.tobytes() if width == 2 else bytes(len(tone)))
    return file.getvalue()


def seconds(clip: bytes) -> float:
    with wave.open(io.BytesIO(clip)) as reader:
        assert (reader.getnchannels(), reader.getsampwidth()) == (1, 2)
        return reader.getnframes() / reader.getframerate()


def test_a_sentence_is_found_whatever_sign_ends_it(app) -> None:
    clips.record("tyz", "Bác cần làm gì?", recording(2), "canbo", NOON)
    found = clips.recordings("tyz", "Chào bác.\n Bác cần  làm gì.")
    assert list(found) == [clips.digest("Bác cần làm gì")]
    assert seconds(next(iter(found.values()))) == pytest.approx(2, abs=0.01)
    assert clips.recordings("nut", "Bác cần làm gì?") == {}


def test_a_newer_recording_takes_the_place_of_the_older(app) -> None:
    for length in (1, 3):
        clips.record("tyz", "Một.", recording(length), "canbo", NOON)
    assert [round(seconds(c)) for c in clips.recordings("tyz", "Một.").values()] == [3]
    assert clips.drop("tyz", "Một.", "canbo", NOON)
    assert not clips.drop("tyz", "Một.", "canbo", NOON)


def test_the_page_is_staffs_voice_where_there_is_one_and_the_machines_elsewhere() -> None:
    speaker, page = Speaker(), "Chào bác. Bác cần làm gì?"
    plain = seconds(speaker.page(page, "tyz", {}))
    own = {clips.digest("Chào bác."): recording(4)}
    machine = seconds(speaker.clip("Bác cần làm gì?"))
    assert plain == seconds(speaker.clip(page))
    assert seconds(speaker.page(page, "tyz", own)) == pytest.approx(4 + .25 + machine, abs=.2)


@pytest.mark.parametrize(("file", "reason"), [
    (b"", "format"), (b"RIFF", "format"), (b"<script>", "format"), (recording(width=1), "format"),
    (recording(rate=4_000), "format"), (recording(21, rate=8_000, channels=1), "long"),
    (recording(loud=10), "silent"), (recording(0), "silent")])
def test_what_is_no_recording_is_refused(app, file: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clips.record("tyz", "Một.", file, "canbo", NOON)
    assert (refused.value.field, refused.value.reason) == ("clip", reason)
    assert clips.recordings("tyz", "Một.") == {}


def test_what_was_built_is_read_from_the_folder(tmp_path) -> None:
    builder = Speaker(folder=str(tmp_path))
    assert builder.build("Chào bác.", "vi") and not builder.build("Chào  bác.", "vi")
    made = next(tmp_path.glob("*.wav")).read_bytes()
    assert Speaker("no-such-library.so", folder=str(tmp_path)).clip("Chào bác.") == made
