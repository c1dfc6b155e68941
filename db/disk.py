"""Files that survive a power cut, and that nobody else on the machine may read."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

log = logging.getLogger("quaydien")


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


def close_to_others(*paths: Path) -> None:
    """Take files and folders that are there already away from everybody but their owner. What
    belongs to another account, or lies on a read-only disk, stays and is told in the log."""
    for path in paths:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                path.chmod(mode & stat.S_IRWXU)
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning("%s may be read by others: %s", path, error.strerror)
