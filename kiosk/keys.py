"""The keypad's keys as the server presses them when the browser runs no script."""

from __future__ import annotations

from collections.abc import Callable

from flask import request

from services.notation import tones

CODE_MOST, NAME_MOST, PHONE_MOST, OTP_MOST = 512, 60, 20, 12


def typed(field: str, most: int, pressing: Callable[[str, str], str] | None = None) -> str:
    """What stands in the field once the key of this request is pressed; `pressing` does that,
    `press` unless told otherwise."""
    text = request.form.get(field, "")[:most + 1]
    key = request.form.get("key", "")
    return (pressing or press)(text, key)[:most] if key else text


def only_a_key() -> bool:
    """True when this request presses a key and asks for no more."""
    return "key" in request.form


def press(text: str, key: str) -> str:
    """`text` after `key`: a sign, "space", "delete", "clear", a tone, or first letters of a
    code, which take the place of what stands there."""
    if key in ("delete", "clear"):
        return text[:-1] if key == "delete" else ""
    if key in tones.TONES:
        return tones.with_tone(text, key)
    if key == "space":
        return text + " " if text and not text.endswith(" ") else text
    return key if len(key) > 1 else text + key


def press_in_name(text: str, key: str) -> str:
    """As `press`; a letter inside a word is small: names begin with a capital."""
    if len(key) == 1 and text and not text.endswith(" "):
        key = key.lower()
    return press(text, key)
