"""The files inside a ZIP of e-invoices, read in memory and nowhere unpacked.

A header may lie: bytes are counted as they come out, against what the whole archive weighs.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from services.errors import ServiceError

MOST_ENTRIES = 50_000
MOST_ENTRY = 256 * 1024**2  # bytes, unpacked
MOST_UNPACKED = 4 * 1024**3
MOST_RATIO, _FREE_BYTES = 200, 16 * 1024**2  # XML of invoices shrinks to a tenth, hardly further
_MOST_AT_ONCE = 10 * 1024**2  # also of the directory at the end
_CHUNK, _HEAD = 64 * 1024, 4096
_ZIP, _BOM = b"PK\x03\x04", b"\xef\xbb\xbf"
_OFFICE = (".xlsx", ".docx")  # ZIPs as well, but lists and letters, no invoices
_INVOICE = re.compile(rb"<(?:[\w.-]+:)?(?:HDon|TDiep)[\s>/]")


class InvalidZip(ServiceError):
    """The archive cannot be read; says why."""


class Entry(NamedTuple):
    """One file of the archive. `end`: up to where the archive was read when it is done."""

    name: str
    chunks: Iterator[bytes] | None  # None: no e-invoice, left out
    end: int


class _Measured(io.FileIO):
    """An archive of which nobody takes more than a piece at once: the directory of a hostile one
    would fill the memory before its entries can be counted."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = os.fstat(self.fileno()).st_size - self.tell()
        if size > _MOST_AT_ONCE:
            raise InvalidZip(f"its directory is larger than {_MOST_AT_ONCE // 1024**2} MB")
        return super().read(size) or b""


def entries(path: Path) -> Iterator[Entry]:
    """Every file of the archive, in its order; read the chunks of one before asking for the next.
    Raises InvalidZip or OSError."""
    with _Measured(path) as file:
        with _named(""):
            archive = zipfile.ZipFile(file)
        counter = _Counter(path.stat().st_size)
        for info in _listed(archive):
            yield _entry(archive, info, counter)


@contextlib.contextmanager
def _named(name: str) -> Iterator[None]:
    """What zipfile raises at broken or hostile archives, as InvalidZip."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError,
            RuntimeError, ValueError, OverflowError) as error:
        before = f"{name}: " if name else ""
        raise InvalidZip(f"{before}a broken ZIP ({type(error).__name__})") from None


def _listed(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    listed = [info for info in archive.infolist() if not info.is_dir()]
    if len(listed) > MOST_ENTRIES:
        raise InvalidZip(f"more than {MOST_ENTRIES} files in it")
    for info in listed:
        _refuse_odd(info)
    return sorted(listed, key=lambda info: info.header_offset)


def _refuse_odd(info: zipfile.ZipInfo) -> None:
    name = info.filename
    parts = re.split(r"[/\\]", name)
    if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise InvalidZip(f"{shown(name)}: the name leads out of the archive")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise InvalidZip(f"{shown(name)}: a link to another file")
    if info.flag_bits & 0x1:
        raise InvalidZip(f"{shown(name)}: encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InvalidZip(f"{shown(name)}: packed in a way that is not read")


def shown(name: str) -> str:
    """A file's name for a message: printable, at most 80 characters."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return plain if len(plain) <= 80 else "…" + plain[-80:]


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, counter: _Counter) -> Entry:
    end = info.header_offset + info.compress_size
    chunks = _chunks(archive, info, counter)
    head = next(chunks, b"")
    if head.startswith(_ZIP) and not info.filename.lower().endswith(_OFFICE):
        raise InvalidZip(f"{shown(info.filename)}: a ZIP inside the ZIP")
    if not _may_be_invoice(info.filename, head):
        return Entry(shown(info.filename), None, end)
    return Entry(shown(info.filename), _after(head, chunks), end)


def _may_be_invoice(name: str, head: bytes) -> bool:
    """By its bytes; what calls itself XML is taken at its word and refused where it is none."""
    is_hidden = name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")
    if name.lower().endswith(".xml"):
        return not is_hidden
    is_markup = head.removeprefix(_BOM).lstrip().startswith(b"<")
    return is_markup and _INVOICE.search(head[:_HEAD]) is not None


def _after(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from chunks


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, counter: _Counter) -> Iterator[bytes]:
    name = shown(info.filename)
    counter.begin(name)
    with _named(name):
        file = archive.open(info)
    with file:
        while True:
            with _named(name):
                chunk = file.read(_CHUNK)
            if not chunk:
                return
            counter.count(len(chunk))
            yield chunk


class _Counter:
    """Counts what comes out of an archive of `weight` bytes."""

    def __init__(self, weight: int) -> None:
        self._most = min(MOST_UNPACKED, _FREE_BYTES + MOST_RATIO * weight)
        self._all = self._here = 0
        self._name = ""

    def begin(self, name: str) -> None:
        """The next file begins."""
        self._here, self._name = 0, name

    def count(self, size: int) -> None:
        """`size` bytes came out; raises InvalidZip when it is too much."""
        self._here += size
        self._all += size
        if self._here > MOST_ENTRY:
            raise InvalidZip(f"{self._name}: larger than {MOST_ENTRY // 1024**2} MB")
        if self._all > self._most:
            raise InvalidZip(f"{self._name}: unpacks to far more than the archive holds")
