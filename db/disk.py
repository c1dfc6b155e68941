"""Files that survive a power cut, and that nobody else on the machine may read."""

from __future__ import annotations

import os
from pathlib import Path


def private(path: str, flags: int) -> int:
    """An `opener` for open(): what it makes is readable by our own user alone."""
    return os.open(path, flags, 0o600)


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
