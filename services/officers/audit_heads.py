"""Heads of the audit trail, written where who writes the database cannot: a file, one line a day.

A line is day (local), number of rows, hash. The chain must go on through every one of them: cut
short, or put back to an earlier state of its own, it does not.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
from pathlib import Path
from typing import NamedTuple

from config import Settings
from db import audit, disk, house_state
from db.connection import write
from services import clock
from services.errors import InvalidInput

log = logging.getLogger("quaydien.audit")

_LINE = re.compile(r"(\d{4}-\d\d-\d\d) (\d{1,15}) ([0-9a-f]{64})")
_MOST_LINE = 200  # bytes, well above one line


class HeadLine(NamedTuple):
    """The chain's head as of a day."""

    day: str
    rows: int
    hash: str

    def __str__(self) -> str:
        return f"{self.day} {self.rows} {self.hash}"


def newest(now: int) -> HeadLine:
    """The head at this moment."""
    digest, count = audit.head()
    return HeadLine(clock.local_day(now), count, digest)


def add(path: Path, line: HeadLine, *, once_a_day: bool = False) -> bool:
    """Append the line, durable when this returns, unless it stands last already; `once_a_day`:
    unless a line of its day does. Raises OSError."""
    is_new = not path.exists()
    with open(path, "a+b", opener=disk.private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        file.seek(max(end - _MOST_LINE, 0))
        before = file.read()
        last = before.decode("ascii", "replace").rsplit("\n", 2)[-2:]
        known = line.day if once_a_day else str(line)
        if before.endswith(b"\n") and last[0].startswith(known):
            return False
        # A line torn by a power cut is left as it is; ours begins a new one.
        file.write((b"" if not before or before.endswith(b"\n") else b"\n") + f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        disk.sync(path.parent)
    return True


def read(path: Path) -> dict[int, str]:
    """The heads of a file by their count. Raises InvalidInput with a line that is none, OSError."""
    found: dict[int, str] = {}
    lines = path.read_text("ascii", "replace").splitlines()
    for number, text in enumerate(lines, 1):
        line = _LINE.fullmatch(text.strip())
        if line is None or found.get(int(line[2]), line[3]) != line[3]:
            raise InvalidInput(f"line {number}", "no head" if line is None else "two heads")
        found[int(line[2])] = line[3]
    if not found:
        raise InvalidInput("file", "empty")
    return found


def note_daily(settings: Settings, now: int) -> None:
    """The worker's part: a line a day into AUDIT_HEADS. Where it cannot be written officers who
    lead and `/readyz` are told, until it can."""
    if not settings.audit_heads:
        return
    try:
        add(Path(settings.audit_heads), newest(now), once_a_day=True)
    except OSError as error:
        why = f"{settings.audit_heads}: {error.strerror or error}"
        log.error("AUDIT_HEADS cannot be written: %s", why)
        write(lambda: house_state.note(house_state.HEADS, why, now))
        return
    if house_state.get(house_state.HEADS):
        write(lambda: house_state.drop(house_state.HEADS))


def trouble() -> str:
    """Why the file of heads cannot be written, or ""."""
    state = house_state.get(house_state.HEADS)
    return state.value if state else ""
