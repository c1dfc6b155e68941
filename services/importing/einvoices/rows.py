"""An XML file of e-invoices, or a ZIP of such files, as blocks of rows of bills."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from services.importing.einvoices import invoices, xml_stream, zip_entries
from services.importing.einvoices.amounts import BadInvoice
from services.importing.einvoices.fields import FieldMap
from services.importing.einvoices.xml_stream import InvalidXml
from services.importing.einvoices.zip_entries import Entry, InvalidZip
from services.importing.faults import Faults, Notes, Unreadable
from services.importing.reading import RowBlock

MOST_XML = 512 * 1024**2  # bytes of an XML file
_CHUNK = 64 * 1024
_BLOCK = 500  # rows
OnChunk = Callable[[bytes], None]


class InvoiceReader:
    """Reads one file; `places` takes the name of each invoice by its number in the file, from 1."""

    def __init__(self, zipped: bool, field_map: FieldMap, places: dict[int, str]) -> None:
        self._zipped = zipped
        self._map = field_map
        self._places = places
        self._left_out: list[str] = []
        self._number = 0  # of the last invoice that was met

    def read(self, path: Path, expected: Sequence[str], faults: Faults, notes: Notes,
             on_chunk: OnChunk) -> Iterator[RowBlock]:
        """Blocks of the file's invoices; bad ones go to `faults`. Raises Unreadable or OSError."""
        lines: list[int] = []
        rows: list[dict[str, str]] = []
        for line, row in self._rows(path, faults, on_chunk):
            lines.append(line)
            rows.append(row)
            if len(rows) == _BLOCK:
                yield _block(lines, rows, expected)
                lines, rows = [], []
        if rows:
            yield _block(lines, rows, expected)
        if self._left_out:
            notes.say(f"{len(self._left_out)} files that are no e-invoices were left out, first"
                      f" {self._left_out[0]}")

    def _rows(self, path: Path, faults: Faults,
              on_chunk: OnChunk) -> Iterator[tuple[int, dict[str, str]]]:
        """(number in the file, row) of each good invoice."""
        try:
            for entry in _zip(path, on_chunk) if self._zipped else [_whole(path, on_chunk)]:
                if entry.chunks is None:
                    self._left_out.append(entry.name)
                else:
                    yield from self._of_entry(entry.name, entry.chunks, faults)
        except InvalidZip as error:
            raise Unreadable(str(error)) from None
        if not self._number:
            raise Unreadable("no e-invoice in it")

    def _of_entry(self, name: str, chunks: Iterator[bytes],
                  faults: Faults) -> Iterator[tuple[int, dict[str, str]]]:
        before = f"{name}, " if name else ""
        try:
            for invoice in xml_stream.invoices(chunks):
                self._number += 1
                if self._number % _BLOCK == 0:
                    # Parsers form cycles, and the collector rests while a file is read: a ZIP
                    # of many files would take 5 KB more for each of them.
                    gc.collect(0)
                called = invoices.number_of(invoice)[:40] or self._number
                self._places[self._number] = f"{before}invoice {called}"
                try:
                    yield self._number, invoices.read(invoice, self._map)
                except BadInvoice as error:
                    faults.add(self._number, error.field, error.value, error.reason)
        except InvalidXml as error:
            raise Unreadable(f"{name}: {error}" if name else str(error)) from None


def _block(lines: list[int], rows: list[dict[str, str]], expected: Sequence[str]) -> RowBlock:
    return RowBlock(lines, {name: [row[name] for row in rows] for name in expected})


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
