"""What the kiosk says: all in English too, short, and in nobody's code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from web import languages

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "kiosk"
ACCENTED = re.compile("[À-ỹ]")
# Our name, a language in its own words, the currency.
AS_THEY_ARE = {"Quầy Điện", "· Quầy Điện", "Tiếng Việt", "đ"}


def texts() -> set[str]:
    found = extract_from_dir(str(TEMPLATES), method_map=[
        ("**.html", "jinja2.ext:babel_extract"), ("**.txt", "jinja2.ext:babel_extract")])
    return {str(text) for _file, _line, text, _comments, _context in found}


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    return languages.read(ROOT / "translations" / "en.po").texts


def test_every_text_is_said_in_english(english) -> None:
    assert len(texts()) > 150
    assert sorted(texts() - english.keys()) == []


def test_no_english_text_is_left_over(english) -> None:
    assert sorted(english.keys() - texts()) == []


@pytest.mark.parametrize("language", ["tyz", "nut", "hmn", "ium", "mlc"])
def test_a_language_of_the_highlands_has_a_place_for_every_text(language: str) -> None:
    """scripts/catalogues brings them up to date. None is filled by anybody but its speakers."""
    with open(ROOT / "translations" / f"{language}.po", "rb") as file:
        assert {str(entry.id) for entry in read_po(file) if entry.id} == texts()


def test_english_keeps_what_is_filled_in(english) -> None:
    fields = re.compile(r"%\(\w+\)s")
    assert [text for text in texts()
            if sorted(fields.findall(text)) != sorted(fields.findall(english[text]))] == []


def test_english_leaks_no_vietnamese(english) -> None:
    assert [said for said in english.values() if ACCENTED.search(said)] == []


def test_sentences_are_short_and_calm() -> None:
    for text in texts():
        assert "!" not in text, text
        for sentence in re.split(r"[.:?]\s", text):
            assert len(sentence.split()) <= 12, sentence


def test_errors_fit_beside_the_keypad(english) -> None:
    errors = [text for text in texts() if text.startswith("Lỗi:") and "%" not in text]
    assert len(errors) > 5
    for text in errors:
        assert len(text) <= 56 and len(english[text]) <= 56
        assert english[text].startswith("Error:")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")),
                         ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_hold_no_words_outside_the_catalogue(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", path.read_text(), flags=re.S)
    words = {word.strip() for word in re.findall(r">([^<>]+)<", source)}
    assert {word for word in words if ACCENTED.search(word)} <= AS_THEY_ARE


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")),
                         ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_keep_to_the_content_policy(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|javascript:", source)
    assert all('src="/static/' in script for script in re.findall(r"<script[^>]*>", source))
    assert source.count('method="post"') <= source.count("token()")


@pytest.mark.parametrize("path", sorted((ROOT / "kiosk").glob("*.py")), ids=lambda path: path.name)
def test_the_doors_code_speaks_to_nobody(path: Path) -> None:
    code = re.sub(r'""".*?"""', "", path.read_text(), flags=re.S)
    assert not ACCENTED.search(re.sub(r"#.*", "", code))


def luminance(colour: str) -> float:
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours(block: str) -> dict[str, str]:
    css = (ROOT / "static" / "css" / "tokens.css").read_text()
    body = re.search(re.escape(block) + r" \{(.*?)\}", css, flags=re.S)[1]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", body))


@pytest.mark.parametrize(("text", "ground"), [
    ("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("navy", "paper"),
    ("navy", "band"), ("navy", "card"), ("ink", "amber"), ("paid", "paid-ground"),
    ("error", "error-ground"), ("error", "card"), ("error", "paper"), ("ink", "band"),
])
@pytest.mark.parametrize("block", [":root", ":root.dark"])
def test_colours_are_told_apart_seven_to_one(block: str, text: str, ground: str) -> None:
    shades = {**colours(":root"), **colours(block)}
    if block == ":root.dark" and ground == "amber":
        text, ground = "on-action", "action"
    assert contrast(shades[text], shades[ground]) >= 7
