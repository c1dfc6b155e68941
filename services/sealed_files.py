"""A folder of sealed files with random names, outside everything that the web server serves.

Each is AES-GCM with the id of its record as associated data: a file put in another's place does
not open. Neither the folder nor the database holds the key.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import NamedTuple

from config import Settings
from db import disk
from services.privacy import Vault

_ROOT = Path(__file__).resolve().parent.parent


class SealedFiles(NamedTuple):
    """The folder and the key to it."""

    folder: Path
    vault: Vault

    def put(self, data: bytes, about: str) -> str:
        """Store `data` for the record `about` and return the file's random name, once it is on
        disk; raises OSError. Never inside a transaction."""
        name = secrets.token_hex(16)
        self.put_as(name, data, about)
        return name

    def put_as(self, name: str, data: bytes, about: str) -> None:
        """As `put`, under a name that the record knows beforehand: after a power cut the same
        step writes the same file again, and no file is left that no record names."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        try:
            with open(part, "wb", opener=disk.private) as file:
                file.write(self.vault.seal_bytes(data, about))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        disk.sync(path.parent)  # the new name as well as the bytes

    def get(self, name: str, about: str) -> bytes:
        """What was put; raises OSError or, for a changed file, cryptography's InvalidTag."""
        return self.vault.open_bytes(self._path(name).read_bytes(), about)

    def drop(self, name: str) -> None:
        """Delete a file that no record names any more."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not name.isalnum():
            raise ValueError("not a file of ours")
        return self.folder / name[:2] / name


def of(settings: Settings, vault: Vault) -> SealedFiles:
    """The company's folder and the key to it."""
    return SealedFiles(folder(settings), vault)


def folder(settings: Settings) -> Path:
    """FILES_DIR, else files/ beside the SQLite database or in instance/."""
    if settings.files_dir:
        return Path(settings.files_dir)
    path = settings.database_url.removeprefix("sqlite:///")
    if path == settings.database_url:
        return _ROOT / "instance" / "files"
    return Path(path.removeprefix("file:").partition("?")[0]).parent / "files"
