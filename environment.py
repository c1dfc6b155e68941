"""How a setting is read from the environment: its form, its default, and a word that names it
when it is bad. The settings themselves stand in `config.py`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping


class ConfigError(Exception):
    """A setting is missing or malformed; the message names it."""


def setting(default, meaning, *, demo=None, needed=False, form="", least=1, secret=0):
    """One setting: its default, what it means, its value under DEMO=1, whether
    production refuses to start without it, the form (regex) of a value, the least
    number, and of a secret how many characters production wants at least."""
    return dataclasses.field(default=default, metadata={
        "meaning": meaning, "demo": demo, "needed": needed, "form": form, "least": least,
        "secret": secret})


def read(field: dataclasses.Field, environ: Mapping[str, str], demo: bool):
    """The value of a setting under `environ`; raises ConfigError with the name of a bad one."""
    name = field.name.upper()
    text = environ.get(name, "")
    if not text:
        demo_value = field.metadata["demo"]
        return demo_value if demo and demo_value is not None else field.default
    if isinstance(field.default, bool):
        return switch(name, text)
    if isinstance(field.default, int):
        return _whole_number(name, text, field.metadata["least"])
    if field.metadata["form"] and not re.fullmatch(field.metadata["form"], text):
        raise ConfigError(f"{name}: {field.metadata['meaning']}; got {text!r}")
    return text.rstrip("/") if name.endswith(("_URL", "_API_BASE")) else text


def names(text: str) -> list[str]:
    """The words of a comma list, without the empty ones."""
    return [name for part in text.split(",") if (name := part.strip())]


def switch(name: str, text: str) -> bool:
    """on or off, in the words that people use; raises ConfigError."""
    value = {"1": True, "on": True, "true": True, "0": False, "off": False, "false": False,
             "": False}.get(text.lower())
    if value is None:
        raise ConfigError(f"{name}: expected on or off, got {text!r}")
    return value


def _whole_number(name: str, text: str, least: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise ConfigError(f"{name}: expected a whole number above {least - 1}, got {text!r}")
    return int(text)
