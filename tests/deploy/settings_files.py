"""A file of settings as its two readers see it: systemd (EnvironmentFile=) and a POSIX shell."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

PLAIN = re.compile(r"[A-Za-z0-9.,:/@%+=_-]*")  # what deploy/quaydien.env says needs no quotes


def written(value: str) -> str:
    """A value as the head of deploy/quaydien.env says to write it."""
    assert "'" not in value and "\n" not in value
    return value if PLAIN.fullmatch(value) else f"'{value}'"


def by_shell(path: Path) -> dict[str, str]:
    """What `set -a; . FILE` leaves in the environment."""
    said = subprocess.run(["env", "-i", "/bin/sh", "-c", f"set -a; . '{path}'; /usr/bin/env -0"],
                          capture_output=True, check=False).stdout.decode()
    pairs = (pair.split("=", 1) for pair in said.split("\0") if pair)
    return {name: value for name, value in pairs if name not in ("PWD", "OLDPWD", "_", "SHLVL")}


# A line up to its value, or a remark, or a line that is none.
_HEAD = re.compile(r"\s*(?:[#;][^\n]*\n|([^\s#;=][^=\n]*)=|[^=\n]*\n)")
# A piece of a value: quotes are none any more behind a bare character.
_QUOTED = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)\"""", re.DOTALL)
_BARE = re.compile(r"\\(.)|(.)", re.DOTALL)


def by_systemd(text: str) -> dict[str, str]:
    """By the rules of systemd 252, src/basic/env-file.c."""
    found, at, text = {}, 0, text + "\n"
    while at < len(text) and (head := _HEAD.match(text, at)):
        at = head.end()
        if head[1]:
            found[head[1].rstrip()], at = _value(text, at)
    return found


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that begins at a place, and where its line ends."""
    value, kept, bare = "", 0, False  # kept: length without blanks at the end
    while text[at] != "\n":
        quoted = None if bare else _QUOTED.match(text, at)
        piece = quoted or _BARE.match(text, at)
        at = piece.end()
        if quoted:
            value += quoted[1] or re.sub(r'\\(["\\`$])|\\\n', r"\1", quoted[2] or "")
        elif piece[1]:
            value, bare = value + piece[1].strip("\n"), True
        elif bare or not piece[2].isspace():
            value, bare = value + piece[2], True
        if quoted or piece[1] or not piece[2].isspace():
            kept = len(value)
    return value[:kept], at + 1
