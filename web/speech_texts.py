"""What the screens always say in the same words: the sentences that staff can record."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import jinja2
from jinja2.ext import extract_from_ast

from services.kiosks import clips

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "kiosk"
# The screens' languages by their own names, in the order of their buttons.
LANGUAGES = {"vi": "Tiếng Việt", "en": "English", "tyz": "Tày", "nut": "Nùng", "hmn": "Hmông",
             "ium": "Dao", "mlc": "Cao Lan"}
SPOKEN = ("vi", "en")  # those that the machine has a voice for


def pages() -> list[str]:
    """Names of the screens that speak."""
    return sorted(path.stem for path in (FOLDER / "speech").glob("*.txt"))


@functools.cache
def sentences() -> list[str]:
    """The sentences with nothing to fill in, in the order of the screens."""
    found: dict[str, str] = {}
    for path in [*sorted((FOLDER / "speech").glob("*.txt")), FOLDER / "_errors.html"]:
        tree = jinja2.Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        for _line, _function, message in extract_from_ast(tree, ("_",)):
            if isinstance(message, str) and not re.search(r"%\(\w+\)s", message):
                found |= {clips.digest(part): part for part in clips.sentences(message)}
    return list(found.values())


@functools.cache
def core() -> list[str]:
    """The sentences without which the start page offers no language: `core_sentences.txt`."""
    lines = (FOLDER / "core_sentences.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def offered() -> dict[str, str]:
    """The languages of the start page by their own names: those that the machine speaks, and those
    in which staff have recorded the core."""
    recorded = clips.complete(core())
    return {code: name for code, name in LANGUAGES.items() if code in SPOKEN or code in recorded}
