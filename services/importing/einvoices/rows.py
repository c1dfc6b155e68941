"""An XML file of e-invoices, or a ZIP of such files, as blocks of rows of bills. The child reads
it (`walk.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from services.decoding import pool
from services.decoding.errors import TooHeavy, Unfit
from services.decoding.jobs import MB, Job
from services.importing.einvoices.fields import FieldMap
from services.importing.faults import Faults, Notes, Unreadable
from services.importing.reading import RowBlock

_WALK = Job("services.importing.einvoices.walk:told", cpu_s=60, wall_s=180, most_bytes=4096 * MB,
            whole_s=6 * 3600)
OnChunk = Callable[[bytes], None]


class InvoiceReader:
    """Reads one file; `places` takes the name of each invoice by its number in the file, from 1."""

    def __init__(self, zipped: bool, field_map: FieldMap, places: dict[int, str]) -> None:
        self._zipped = zipped
        self._map = field_map
        self._places = places

    def read(self, path: Path, expected: Sequence[str], faults: Faults, notes: Notes,
             on_chunk: OnChunk) -> Iterator[RowBlock]:
        """Blocks of the file's invoices; bad ones go to `faults`. Raises Unreadable or OSError."""
        about = {"path": str(path.resolve()), "zipped": self._zipped, "map": self._map,
                 "columns": list(expected)}
        with open(path, "rb") as file:
            try:
                for answer in pool.stream(_WALK, about):
                    _go_to(answer.told["read"], file, on_chunk)
                    yield from self._take(answer.told, faults)
                    left_out, first = answer.told["left_out"]
            except Unfit as error:
                raise Unreadable(*error.words) from None
            except TooHeavy as error:
                raise Unreadable(str(error)) from None
            _go_to(path.stat().st_size, file, on_chunk)
        if left_out:
            notes.say(f"{left_out} files that are no e-invoices were left out, first {first}")

    def _take(self, said: dict[str, Any], faults: Faults) -> Iterator[RowBlock]:
        self._places.update((number, str(name)) for number, name in said["places"])
        for number, field, value, reason in said["faults"]:
            faults.add(number, str(field), str(value), str(reason))
        columns: dict[str, Sequence[str]] = {
            name: list(map(str, column)) for name, column in said["columns"].items()}
        if any(len(column) != len(said["lines"]) for column in columns.values()):
            raise TooHeavy("the reader said nothing that can be used")
        if said["lines"]:
            yield RowBlock(said["lines"], columns)


def _go_to(place: int, file: BinaryIO, on_chunk: OnChunk) -> None:
    """The bytes of the file themselves, up to where the child is."""
    while (left := place - file.tell()) > 0 and (chunk := file.read(min(left, 64 * 1024))):
        on_chunk(chunk)
