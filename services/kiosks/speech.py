"""Text read aloud: espeak-ng from the espeakng-loader package, called through ctypes.

No system package is needed. espeak-ng keeps its state in globals, so one lock serves the
whole process; a sentence takes it for a few milliseconds.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from services.errors import SpeechUnavailable
from services.kiosks import clips

MOST_CHARACTERS = 3_000  # some three minutes of speech; more is not listened to
MOST_BYTES = 8 * 1024 * 1024  # of clips kept, a process

_VOICES = {"vi": b"vi", "en": b"en"}
_WORDS_A_MINUTE = 150  # slower than espeak-ng's own 175: our listeners are not young
_PAUSE_AFTER_WORD = 1  # in units of 10 ms

# From espeak-ng's speak_lib.h.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_RATE, _WORD_GAP = 1, 7
_SAMPLES_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

_lock = threading.Lock()


class Speaker:
    """Renders clips and keeps the recent ones. One is made per process and passed around.

    `library`: path of espeak-ng's, "" for that of the package. `folder`: where `build` keeps
    what every screen says; "" for nowhere.
    """

    def __init__(self, library: str = "", most_bytes: int = MOST_BYTES, folder: str = ""):
        self._library = library
        self._most_bytes = most_bytes
        self._folder = Path(folder) if folder else None
        self._clips: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def clip(self, text: str, language: str = "vi") -> bytes:
        """`text` as a WAV file (16-bit mono); one in a language without a voice is read by the
        Vietnamese voice.

        Stops at a word's end before MOST_CHARACTERS. Raises SpeechUnavailable without espeak-ng.
        """
        words = _clean(text)
        voice = language if language in _VOICES else "vi"
        key = _key(voice, words)
        with _lock:
            return self._recent(key) or self._keep(
                key, self._read_built(key) or _render(self._library, words, voice))

    def page(self, text: str, language: str, recorded: Mapping[str, bytes]) -> bytes:
        """A page's text, with staff's own voice in the sentences that they recorded.

        `recorded`: WAV files by `clips.digest` of the Vietnamese sentence.
        """
        if not recorded:
            return self.clip(text, language)
        return clips.join([recorded.get(clips.digest(sentence))
                             or self.clip(sentence, language)
                             for sentence in clips.sentences(_clean(text))])

    def build(self, text: str, language: str) -> bool:
        """Keep the clip of a text in the folder; False when it was there already."""
        assert self._folder is not None
        voice, words = language if language in _VOICES else "vi", _clean(text)
        path = self._folder / f"{_key(voice, words)}.wav"
        if path.is_file():
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        with _lock:
            part.write_bytes(_render(self._library, words, voice))
        part.replace(path)  # whole or not at all, also for a server that reads meanwhile
        return True

    def _read_built(self, key: str) -> bytes | None:
        path = self._folder and self._folder / f"{key}.wav"
        return path.read_bytes() if path and path.is_file() else None

    def _recent(self, key: str) -> bytes | None:
        if key in self._clips:
            self._clips.move_to_end(key)
        return self._clips.get(key)

    def _keep(self, key: str, clip: bytes) -> bytes:
        self._clips[key] = clip
        self._bytes += len(clip)
        while self._bytes > self._most_bytes:
            _oldest, dropped = self._clips.popitem(last=False)
            self._bytes -= len(dropped)
        return clip


def _clean(text: str) -> str:
    words = " ".join(text.replace("\0", " ").encode(errors="ignore").decode().split())
    return words[:MOST_CHARACTERS].rpartition(" ")[0] if len(words) > MOST_CHARACTERS else words


def _key(voice: str, words: str) -> str:
    # What was said about whom is not left lying in memory in clear.
    return hashlib.sha256(f"{voice}:{words}".encode()).hexdigest()


@functools.cache
def _engine(path: str) -> tuple[ctypes.CDLL, int]:
    """(library, samples a second) of an espeak-ng that is ready to speak."""
    import espeakng_loader  # loaded where it is used: docs/decisions/0006-rooms.md

    path = path or espeakng_loader.get_library_path()
    data = str(Path(path).parent / "espeak-ng-data")
    try:
        library = ctypes.CDLL(path)
        rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT)
    except (OSError, AttributeError) as error:
        raise SpeechUnavailable(f"espeak-ng: {error}") from error
    if rate <= 0:
        raise SpeechUnavailable(f"espeak-ng finds no voices in {data}")
    library.espeak_SetParameter(_RATE, _WORDS_A_MINUTE, 0)
    library.espeak_SetParameter(_WORD_GAP, _PAUSE_AFTER_WORD, 0)
    return library, rate


def _render(path: str, words: str, voice: str) -> bytes:
    library, rate = _engine(path)
    samples = bytearray()

    def collect(wave_data, count, _events) -> int:
        if wave_data and count > 0:
            samples.extend(ctypes.string_at(wave_data, 2 * count))
        return 0

    # The library keeps only the address; this name keeps the callback alive meanwhile.
    callback = _SAMPLES_CALLBACK(collect)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(_VOICES[voice]):
        raise SpeechUnavailable(f"espeak-ng has no voice {voice}")
    text = words.encode()
    if library.espeak_Synth(text, len(text) + 1, 0, 1, 0, _UTF8, None, None):
        raise SpeechUnavailable("espeak-ng could not read the text")
    return clips.wav(bytes(samples), rate)
