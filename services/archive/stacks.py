"""Whose pages are: what separators and the names of files say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from db.archive import archive_entries
from db.archive.archive_scans import CONTENT, SEPARATOR, PageRow
from services.archive import sheets

_PART = re.compile(r"(.*?)[-_ .(]+\d{1,3}\)?")  # "0417HD-2": the second page of 0417HD


class Stack(NamedTuple):
    """Pages of one file that lie under one separator, or under none (key "")."""

    key: str
    reason: str  # why nobody knows whose they are, if no contract takes them
    pages: list[PageRow]
    part: bool = False  # the file's name says that it is one of several of this contract


def key_of_name(name: str) -> tuple[str, bool]:
    """(key that a file's name says, whether it is one part of several)."""
    stem = PurePath(name).stem
    key, part = sheets.key_of(stem), _PART.fullmatch(stem)
    first = sheets.key_of(part[1]) if part else ""
    if first and archive_entries.by_key(key) is None and archive_entries.by_key(first):
        return first, True
    return key, False


def in_file(name: str, pages: Sequence[PageRow]) -> Iterator[Stack]:
    """The file, parted at its separators. Its name may say whose the first pages are."""
    key, part = key_of_name(name)
    parted = any(page.kind == SEPARATOR for page in pages)
    if parted and archive_entries.by_key(key) is None:
        key = ""
    stack = Stack(key, "unknown" if key else "before", [], part and not parted)
    for page in pages:
        # The same sheet twice, one after the other, parts nothing.
        if page.kind == SEPARATOR and page.key != stack.key:
            yield stack
            stack = Stack(page.key, "unknown", [])
        elif page.kind == CONTENT:
            stack.pages.append(page)
    yield stack


def in_order(names: Sequence[str]) -> list[int]:
    """Positions of files in the order of their names as people count: page-2 before page-10."""
    return sorted(range(len(names)), key=lambda at: [
        (int(part), "") if part.isdigit() else (0, part.lower())
        for part in re.split(r"(\d+)", names[at])])
