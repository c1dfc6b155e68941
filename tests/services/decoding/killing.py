"""Somebody kills the child while it reads a large picture."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

_READING_MB = 110  # more than a child holds that has nothing to read


def large(kind: str = "PNG") -> bytes:
    """A picture of 40 million dots, in a small file."""
    out = io.BytesIO()
    picture = Image.new("RGB", (8000, 5000), "white")
    picture.paste("black", (1000, 1000, 5000, 1400))
    picture.save(out, kind, **({"compression": "tiff_lzw"} if kind == "TIFF" else {}))
    return out.getvalue()


@contextlib.contextmanager
def killed(times: int) -> Iterator[list[int]]:
    """While the block runs, each child of ours that has begun to read a large picture is killed,
    so many times; gives the numbers of those that were."""
    done, ended = threading.Event(), []

    def watch() -> None:
        while len(ended) < times and not done.wait(0.002):
            for number in _children():
                if number not in ended and _holds_mb(number) > _READING_MB:
                    os.kill(number, signal.SIGKILL)
                    ended.append(number)
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield ended
    finally:
        done.set()
        watcher.join()


def _children() -> list[int]:
    found = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return [number for number in found if "services.decoding.child" in _said(number, "cmdline")]


def _holds_mb(number: int) -> int:
    lines = _said(number, "status").splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS:")), 0)


def _said(number: int, what: str) -> str:
    try:
        return Path(f"/proc/{number}/{what}").read_text()
    except OSError:
        return ""
