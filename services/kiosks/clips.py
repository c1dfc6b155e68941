"""Sentences as WAV files: cut from a page's text, taken from staff, joined to one clip."""

from __future__ import annotations

import array
import hashlib
import io
import re
import sys
import wave
from collections.abc import Iterable

from db import audit
from db import clips as clip_records
from db.connection import write
from services.errors import InvalidInput

RATE = 22_050  # samples a second: espeak-ng's own
MOST_SECONDS = 20
MOST_UPLOAD = 4 * 1024 * 1024  # bytes: 20 seconds in two channels at 48 000 and 16 bits
_SILENT = 500  # of 32 768: a microphone that was off
_PAUSE = b"\0\0" * (RATE // 4)
_END = re.compile(r"(?<=[.?!])\s+")


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [sentence for sentence in _END.split(" ".join(text.split())) if sentence]


def digest(sentence: str) -> str:
    """The key under which a sentence's recording is kept, whatever sign ends the sentence."""
    words = " ".join(sentence.split()).rstrip(".?!:… ").casefold()
    return hashlib.sha256(words.encode()).hexdigest()


def record(language: str, sentence: str, file: bytes, officer: str, now: int) -> None:
    """Keep a recording of a sentence, in the place of an earlier one.

    `file`: a WAV file of 16-bit samples. Raises InvalidInput ("clip": "format", "long",
    "silent").
    """
    audio, key = wav(_check(file), RATE), digest(sentence)

    def keep() -> None:
        clip_records.keep(language, key, audio, officer, now)
        audit.append(now, [(officer, "speech.record", language, key[:16])])
    write(keep)


def drop(language: str, sentence: str, officer: str, now: int) -> bool:
    """Forget a recording; True when there was one."""
    def forget() -> bool:
        dropped = clip_records.drop(language, digest(sentence))
        if dropped:
            audit.append(now, [(officer, "speech.drop", language, digest(sentence)[:16])])
        return dropped
    return write(forget)


def recordings(language: str, text: str) -> dict[str, bytes]:
    """Recordings by digest for those sentences of a text that have one."""
    known = clip_records.recorded(language)
    wanted = {digest(sentence) for sentence in sentences(text)} & known
    return {key: audio for key in wanted if (audio := clip_records.get(language, key))}


def complete(needed: Iterable[str]) -> set[str]:
    """Languages in which each of the sentences `needed` is recorded."""
    return clip_records.covering({digest(sentence) for sentence in needed})


def join(files: list[bytes]) -> bytes:
    """One clip of several, with a breath between them."""
    return wav(_PAUSE.join(_samples(file) for file in files), RATE)


def wav(samples: bytes, rate: int) -> bytes:
    """A WAV file (16-bit mono) of little-endian samples."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(samples)
    return file.getvalue()


def _samples(file: bytes) -> bytes:
    """The file's sound as mono samples at RATE."""
    try:
        with wave.open(io.BytesIO(file)) as reader:
            channels, width = reader.getnchannels(), reader.getsampwidth()
            rate, count = reader.getframerate(), reader.getnframes()
            if width != 2 or not 1 <= channels <= 2 or not 8_000 <= rate <= 96_000:
                raise InvalidInput("clip", "format")
            frames = reader.readframes(count)
    except (wave.Error, EOFError) as error:
        raise InvalidInput("clip", "format") from error
    sound = array.array("h", frames[:len(frames) // (2 * channels) * 2 * channels])
    return _at_our_rate(sound[::channels], rate)


def _at_our_rate(sound: array.array, rate: int) -> bytes:
    if rate != RATE:  # between two samples the nearer one: speech does not need more
        sound = array.array("h", (sound[at * rate // RATE]
                                  for at in range(len(sound) * RATE // rate)))
    if sys.byteorder == "big":
        sound.byteswap()
    return sound.tobytes()


def _check(file: bytes) -> bytes:
    """The samples of a recording that a sentence may have."""
    samples = _samples(file)
    if len(samples) > 2 * RATE * MOST_SECONDS:
        raise InvalidInput("clip", "long")
    if max(map(abs, array.array("h", samples)), default=0) < _SILENT:
        raise InvalidInput("clip", "silent")
    return samples
