"""What a file of bills is, by its first bytes and not by its name."""

from __future__ import annotations

from pathlib import Path

CSV, XML, ZIP = "csv", "xml", "zip"
_HEAD = 512


def kind_of(path: Path) -> str:
    """CSV, XML or ZIP; whatever is neither of the last two is for the reader of CSV to judge.
    Raises OSError."""
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZIP
    return XML if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") else CSV
