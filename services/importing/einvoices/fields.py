"""Where in an e-invoice the things stand that the Decision does not name: a map as data.

A map is a JSON object: for each field a list of places, the first that can be read counts. A place
is a path of tags below `DLHDon` (`NDHDon/NMua/MKHang`), or `TTKhac:NAME`, the entry of that name
(`TTruong`) in any `TTKhac` of the invoice; with a path before it, only in the one there
(`NDHDon/NMua/TTKhac:NAME`). Accents, case, spaces and punctuation of a name do not matter.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from services.errors import ServiceError
from services.notation import folding

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMES = ("code", "period", "year", "month", "ky", "dates", "from_date", "to_date", "old_index",
         "new_index", "kwh", "due_on", "lookup_code", "lookup_url")
DEFAULT = Path(__file__).resolve().parents[3] / "db" / "data" / "einvoice_fields.json"
_MOST_BYTES, _MOST_NAME = 64 * 1024, 100
_PATH = re.compile(r"[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*", re.ASCII)
_NUMERIC = {"numeric", "number", "decimal", "int", "integer", "float", "double", "long"}


class InvalidFieldMap(ServiceError):
    """The map of fields cannot be used; says why."""


class Place(NamedTuple):
    """Where a field may stand: a path of tags, or (with `name`) an entry of a TTKhac there;
    `path` "" is anywhere."""

    path: str
    name: str = ""  # squeezed


class Told(NamedTuple):
    """A text of an invoice; `is_number` when the issuer declared it as one."""

    text: str
    is_number: bool


FieldMap = Mapping[str, tuple[Place, ...]]


def load(path: Path) -> FieldMap:
    """The map in a file; fields that it leaves out stand where the default says. Raises
    InvalidFieldMap or OSError."""
    places = _read(DEFAULT)
    return places if path == DEFAULT else {**places, **_read(path)}


def _read(path: Path) -> dict[str, tuple[Place, ...]]:
    if path.stat().st_size > _MOST_BYTES:
        raise InvalidFieldMap(f"larger than {_MOST_BYTES // 1024} KB")
    try:
        given = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise InvalidFieldMap("not JSON") from None
    if not isinstance(given, dict) or set(given) - set(NAMES):
        raise InvalidFieldMap(f"not an object of the fields {', '.join(NAMES)}")
    return {name: tuple(_places(name, told)) for name, told in given.items()}


def _places(field: str, told: object) -> Iterator[Place]:
    if not isinstance(told, list):
        raise InvalidFieldMap(f"{field}: a list of places expected")
    for place in told:
        path, colon, name = place.partition(":") if isinstance(place, str) else ("", "", "")
        if not _PATH.fullmatch(path) or (colon and (
                path.rpartition("/")[2] != "TTKhac" or not squeezed(name))):
            raise InvalidFieldMap(f"{field}: no place in an e-invoice: {place!r:.80}")
        yield Place(path.removesuffix("TTKhac").rstrip("/"), squeezed(name)) if colon else Place(
            path)


@functools.lru_cache(maxsize=4096)
def squeezed(name: str) -> str:
    """A name of an entry for comparing: "Kỳ hóa đơn" and KY_HOA_DON are one."""
    return folding.folded(name).replace(" ", "")


def local_name(element: _Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: _Element | None) -> str:
    """The element's own text, trimmed; "" for none."""
    return " ".join((element.text or "").split()) if element is not None else ""


class Texts:
    """What one invoice tells at each place; `data` is its DLHDon."""

    def __init__(self, data: _Element) -> None:
        self._data = data
        self._entries: dict[str, list[tuple[str, Told]]] = {}  # by name: (path, text)
        for block in data.iter("{*}TTKhac"):
            path = self._path_to(block)
            for entry in block.iterfind("{*}TTin"):
                self._keep(path, entry)

    def _path_to(self, block: _Element) -> str:
        tags = []
        for element in block.iterancestors():
            if element is self._data:
                break
            tags.append(local_name(element))
        return "/".join(reversed(tags))

    def _keep(self, path: str, entry: _Element) -> None:
        name = squeezed(text_of(entry.find("{*}TTruong"))[:_MOST_NAME])
        text = text_of(entry.find("{*}DLieu"))
        kind = text_of(entry.find("{*}KDLieu")).lower()
        if text:
            self._entries.setdefault(name, []).append((path, Told(text, kind in _NUMERIC)))

    def at(self, place: Place) -> list[Told]:
        """Every text that stands at this place, in the order of the invoice."""
        if place.name:
            return [told for path, told in self._entries.get(place.name, ())
                    if not place.path or path == place.path]
        path = "/".join("{*}" + tag for tag in place.path.split("/"))
        texts = map(text_of, self._data.iterfind(path))
        return [Told(text, True) for text in texts if text]
