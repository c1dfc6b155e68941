"""Pages for people name files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_FILE = re.compile(r"`((?:[a-z_]+/)+[\w.-]+\.(?:py|html|js|css|txt|typ|json|md|csv))\b")
_OTHERS = ("NAME", "instance/")  # to be made by the reader


def missing(text: str) -> list[str]:
    """Files named in `text` that are neither in the house nor among its templates."""
    named = [name for name in _FILE.findall(text) if not any(other in name for other in _OTHERS)]
    return [name for name in named if not any(
        (ROOT / folder / name).exists() for folder in (".", "templates", "static/js", "docs"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_files_that_exist(page: Path) -> None:
    assert missing(page.read_text(encoding="utf-8")) == []


def test_a_planted_name_is_seen() -> None:
    assert missing("see `services/attic.py: post` and `services/clock.py`") == ["services/attic.py"]
