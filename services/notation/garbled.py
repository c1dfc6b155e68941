"""Vietnamese that a reader, a program or a keyboard has spoilt: told apart from names and places.

Readers of cards type like a keyboard. Where letters and keyboard do not agree, what arrives has
signs of replacement, letters of UTF-8 or of the old fonts (TCVN3, VNI) shown as others, accents as
the keys of Telex or VNI, small letters and capitals the wrong way round. Pure.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

from services.notation.folding import unaccented
from services.notation.syllables import is_syllable

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_SMALL = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES}
_ACCENTED = "".join(sorted(letter for letter in _SMALL if not letter.isascii()))
_LETTERS = _SMALL | {"đ"} | set("abcdefghijklmnopqrstuvwxyz")
_KNOWN = _LETTERS | {letter.upper() for letter in _LETTERS}
_IN_NAMES, _IN_PLACES = set(" .'-’"), set("–—’“”′″ ")

# Written out as a number of the letter: &#7877; \u1ec5 %E1%BB%85 =E1=BB=85
_ESCAPED = re.compile(r"&#?\w{2,8};|\\[ux][0-9a-f]{2,4}|(?:[%=][0-9a-f]{2}){2}", re.IGNORECASE)
# The fonts of VNI put a second letter behind a vowel; no word has these two side by side.
_AFTER_O = "".join(sorted(set(_ACCENTED) - set("àáãảạăằắẵẳặèéẽẻẹòóõỏọ")))
_TWO_LETTERS = re.compile(f"[ae][{_ACCENTED}]|o[{_AFTER_O}]|u[ùúũủụ]", re.IGNORECASE)
# Letters of two and three bytes, read one by one: Ã ng, á»…n, Ä'.
_TWICE = re.compile("[ÃÂÄÅÆ][\x80-\xbf\u0160-\u0178\u0192\u02c6\u02dc\u2013-\u2122]|á[º»]")
_TELEX = re.compile(r"aa|ee|dd|[aou]w|^w|j$")
_TONE_KEY = re.compile(r"[sfrx]$|(?<=[aeiouyw])[sfrx](?=(?:ch?|m|n[gh]?|p|t)$)")
_KEYS = (("aa", "a"), ("ee", "e"), ("oo", "o"), ("dd", "d"), ("w", ""))


def is_garbled(name: str, place: str) -> bool:
    """True when a reader surely spoilt the name or the place of a person: then neither of them is
    to be believed. Text without any accent is not spoilt."""
    return _is_spoilt(name, _IN_NAMES) or _is_spoilt(place, _IN_PLACES) or _is_no_name(name)


def is_broken(text: str) -> bool:
    """True for what nobody types by hand: signs of replacement, letters that were encoded twice.
    Names of other languages stay as they are."""
    return "\ufffd" in text or bool(re.search(r"\w\?\w", text)) or _is_twice_encoded(text)


def _is_spoilt(text: str, signs: set[str]) -> bool:
    text = unicodedata.normalize("NFC", text)
    for sign in text:
        if sign in _KNOWN or sign in signs:
            continue
        if not sign.isascii() or not sign.isprintable() or sign in "?^~`|\\{}$@*=":
            return True
    return bool(_ESCAPED.search(text) or _TWO_LETTERS.search(text) or _has_wrong_case(text)
                or _is_typed_by_keys(text))


def _has_wrong_case(text: str) -> bool:
    """A capital behind a small letter of the same word."""
    return any(before.islower() and after.isupper()
               for before, after in itertools.pairwise(text))


def _is_typed_by_keys(text: str) -> bool:
    """The accents stand there as keys of Telex: "Nguyeexn Thij". One word that only might be so
    ("Max") is left alone."""
    sure = weak = 0
    for word in re.findall(r"[^\W\d_]+", text.lower()):
        if not word.isascii() or is_syllable(word):
            continue
        plain, keys = _TONE_KEY.sub("", word.removesuffix("j")), _TELEX.search(word)
        for pair, letter in _KEYS:
            plain = plain.replace(pair, letter)
        if plain != word and is_syllable(plain):
            sure += bool(keys)
            weak += not keys
    return sure > 0 or weak > 1


def _is_no_name(name: str) -> bool:
    """Digits (the keys of VNI: "Nguye64n"), other signs, or words whose vowels are gone."""
    if any(not sign.isalpha() and sign not in _IN_NAMES and not unicodedata.combining(sign)
           for sign in name):
        return True
    words = re.findall(r"[^\W\d_]{2,}", unaccented(name.lower()))
    return any(not re.search("[aeiouy]", word) for word in words)


def _is_twice_encoded(text: str) -> bool:
    for read_as in ("cp1252", "latin-1", "cp1258"):
        try:
            if text.encode(read_as).decode("utf-8") != text:
                return True
        except ValueError:
            continue
    return bool(_TWICE.search(text))
