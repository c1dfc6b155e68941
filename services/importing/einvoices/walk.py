"""An XML file of e-invoices, or a ZIP of such files, read invoice by invoice. In the child."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from services.decoding.jobs import Answer
from services.importing.einvoices import invoices, xml_stream, zip_entries
from services.importing.einvoices.amounts import BadInvoice
from services.importing.einvoices.fields import FieldMap, Place
from services.importing.einvoices.xml_stream import InvalidXml
from services.importing.einvoices.zip_entries import Entry, InvalidZip
from services.importing.faults import Unreadable

MOST_XML = 512 * 1024**2  # bytes of an XML file
_CHUNK = 64 * 1024
_BLOCK = 500  # invoices
_SOON = 4 * 1024**2  # bytes of the file after which something is told, invoices or not
OnChunk = Callable[[bytes], None]


def told(about: dict, _data: bytes) -> Iterator[Answer]:
    """What is read so far, some invoices at a time; raises Unreadable or OSError.

    `about`: path, zipped, map (of fields), columns. Each answer: "read", bytes of the file;
    "lines" and "columns" of good invoices; "places", (number, name) of all; "faults", (number,
    field, value, reason); "left_out", (how many files, the first).
    """
    places = {name: tuple(Place(*place) for place in found)
              for name, found in about["map"].items()}
    return _Walk(about["zipped"], places, about["columns"]).answers(Path(about["path"]))


class _Walk:
    """Reads one file; what was found since the last answer waits for the next one."""

    def __init__(self, zipped: bool, field_map: FieldMap, columns: list[str]) -> None:
        self._zipped = zipped
        self._map = field_map
        self._columns = columns
        self._number = 0  # of the last invoice that was met
        self._read = self._said = 0  # bytes of the file
        self._left_out: list[Any] = [0, ""]
        self._forget()

    def _forget(self) -> None:
        self._lines: list[int] = []
        self._rows: list[dict[str, str]] = []
        self._places: list[tuple[int, str]] = []
        self._faults: list[tuple[int, str, str, str]] = []

    def answers(self, path: Path) -> Iterator[Answer]:
        for _step in self._steps(path):
            if len(self._places) >= _BLOCK or self._read - self._said > _SOON:
                yield self._answer()
        if not self._number:
            raise Unreadable("no e-invoice in it")
        yield self._answer()

    def _answer(self) -> Answer:
        said = {"read": self._read, "lines": self._lines, "places": self._places,
                "columns": {name: [row[name] for row in self._rows] for name in self._columns},
                "faults": self._faults, "left_out": self._left_out}
        self._said = self._read
        self._forget()
        # Parsers form cycles: a ZIP of many files would take 5 KB more for each of them.
        gc.collect(0)
        return Answer(said)

    def _steps(self, path: Path) -> Iterator[None]:
        try:
            for entry in _zip(path, self._count) if self._zipped else [_whole(path, self._count)]:
                if entry.chunks is None:
                    self._left_out = [self._left_out[0] + 1, self._left_out[1] or entry.name]
                    yield
                else:
                    yield from self._of_entry(entry.name, entry.chunks)
        except InvalidZip as error:
            raise Unreadable(str(error)) from None

    def _count(self, chunk: bytes) -> None:
        self._read += len(chunk)

    def _of_entry(self, name: str, chunks: Iterator[bytes]) -> Iterator[None]:
        before = f"{name}, " if name else ""
        try:
            for invoice in xml_stream.invoices(chunks):
                self._number += 1
                called = invoices.number_of(invoice)[:40] or self._number
                self._places.append((self._number, f"{before}invoice {called}"))
                try:
                    self._rows.append(invoices.read(invoice, self._map))
                    self._lines.append(self._number)
                except BadInvoice as error:
                    self._faults.append((self._number, error.field, error.value[:_CHUNK],
                                         error.reason))
                yield
        except InvalidXml as error:
            raise Unreadable(f"{name}: {error}" if name else str(error)) from None


def _whole(path: Path, on_chunk: OnChunk) -> Entry:
    return Entry("", _chunks(path, on_chunk), 0)


def _chunks(path: Path, on_chunk: OnChunk) -> Iterator[bytes]:
    size = 0
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            on_chunk(chunk)
            size += len(chunk)
            if size > MOST_XML:
                raise InvalidXml(f"larger than {MOST_XML // 1024**2} MB")
            yield chunk


def _zip(path: Path, on_chunk: OnChunk) -> Iterator[Entry]:
    """The files of an archive, whose own bytes go to `on_chunk` step by step."""
    with open(path, "rb") as file:
        for entry in zip_entries.entries(path):
            yield entry
            while file.tell() < entry.end and (chunk := file.read(_CHUNK)):
                on_chunk(chunk)
        while chunk := file.read(_CHUNK):
            on_chunk(chunk)
