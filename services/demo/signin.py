"""The demo's officers, who work for all communes, and the password they share."""

from __future__ import annotations

import functools
import os
import secrets
from pathlib import Path

from db import bulk
from db import officers as officer_records
from db.connection import write
from services.officers import passwords, rights

OFFICERS = (("canbo", "officer"), ("giamsat", "supervisor"), ("quantri", "admin"))
# Easy to read out and to type; four of them and a number are more than a demo needs.
_SYLLABLES = ("lua", "nep", "thom", "nuong", "suoi", "chum", "rung", "che", "xanh", "trang",
              "sao", "gio", "nui", "song", "may", "den", "vang", "cam", "dao", "man")


def password(wished: str, file: Path) -> str:
    """The demo's password: the one wished for, else the one kept in `file`, else a new one
    that is kept there for the next start."""
    if wished:
        return wished
    if not file.is_file():
        made = "-".join([secrets.choice(_SYLLABLES) for _ in range(4)]
                        + [str(secrets.randbelow(9000) + 1000)])
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with open(descriptor, "w", encoding="utf-8") as out:
            out.write(made + "\n")
    return file.read_text(encoding="utf-8").strip()


def let_in(text: str, now: int) -> None:
    """Make the officers who are missing, and bring the password of all to `text`."""
    for name, role in OFFICERS:
        officer = officer_records.get(name)
        if officer is None or not passwords.verify(officer.password_hash, text):
            write(functools.partial(_bring, name, role, passwords.hash_password(text), now))


def _bring(name: str, role: str, hashed: str, now: int) -> None:
    bulk.alone()
    if officer_records.get(name):
        officer_records.set_password(name, hashed)
    else:
        officer_records.add(name, role, rights.EVERYWHERE, hashed, now)
