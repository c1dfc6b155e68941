"""Where a Vietnamese tone mark stands, for on-screen keyboards without Telex. Pure.

`static/js/kiosk/tones.js` does the same in the browser; one table of the tests holds for both.
"""

from __future__ import annotations

import re
import unicodedata

TONES = {"acute": "\u0301", "grave": "\u0300", "hook": "\u0309", "tilde": "\u0303",
         "dot": "\u0323"}
_MARKS = "".join(TONES.values())
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_VOWELS = "aăâeêioôơuưy"
_HATTED = "ăâêôơư"


def with_tone(text: str, tone: str) -> str:
    """`text` with the tone (a key of TONES) on its last syllable; the same tone again takes
    it away. Traditional placing: Hòa, Thủy."""
    text = unicodedata.normalize("NFC", text)
    match = _LAST_WORD.search(text)
    if match is None:
        return text
    word = _toneless(match[0])
    place = _place(word.lower())
    if place is None:
        return text
    toned = unicodedata.normalize("NFC", word[:place + 1] + TONES[tone]) + word[place + 1:]
    return text[:match.start()] + (word if toned == match[0] else toned)


def _toneless(word: str) -> str:
    kept = (c for c in unicodedata.normalize("NFD", word) if c not in _MARKS)
    return unicodedata.normalize("NFC", "".join(kept))


def _place(word: str) -> int | None:
    """Index of the vowel that carries the tone, or None without a vowel."""
    vowels = [i for i, letter in enumerate(word) if letter in _VOWELS]
    # In "qu" and "gi" the vowel belongs to the consonant when another one follows.
    if word[:2] in ("qu", "gi") and len(vowels) > 1:
        vowels = vowels[1:]
    if not vowels:
        return None
    hatted = [i for i in vowels if word[i] in _HATTED]
    if hatted:
        return hatted[-1]
    if vowels[-1] < len(word) - 1:
        return vowels[-1]
    return vowels[(len(vowels) - 1) // 2]
