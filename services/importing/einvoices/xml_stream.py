"""e-Invoices out of a stream of bytes, one at a time, so that memory does not grow with the file.

No entities, no document type, no network; UTF-8, as the Decision asks for. An invoice may stand
alone, or in a wrapper of any kind (`TDiep/DLieu/HDon`), with or without namespaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from services.errors import ServiceError

if TYPE_CHECKING:
    from lxml import etree

MOST_INVOICE = 2 * 1024 * 1024  # bytes; a signed invoice of an electricity bill has some 20 000
_BOM, _DOCTYPE = b"\xef\xbb\xbf", b"<!DOCTYPE"


class InvalidXml(ServiceError):
    """No invoices can be read out of the bytes; says why."""


def invoices(chunks: Iterable[bytes]) -> Iterator[etree._Element]:
    """Each HDon; it is emptied when the next one is asked for. Raises InvalidXml."""
    from lxml import etree  # loaded where it is used: docs/decisions/0006-rooms.md

    parser = etree.XMLPullParser(
        ("start", "end"), tag="{*}HDon", encoding="utf-8", resolve_entities=False,
        no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True)
    waiting, found = 0, 0
    try:
        for chunk in _checked(chunks):
            parser.feed(chunk)
            waiting += len(chunk)
            for invoice in _complete(parser):
                waiting, found = 0, found + 1
                yield invoice
            if waiting > MOST_INVOICE:
                raise InvalidXml(f"{MOST_INVOICE // 1024**2} MB without a complete invoice")
        parser.close()
    except etree.XMLSyntaxError as error:
        raise InvalidXml(f"not well-formed XML: {_one_line(error.msg)}") from None
    if not found:
        raise InvalidXml("no e-invoice (HDon) in it")


def _checked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes without their mark; a document type is refused before any parser sees it."""
    # The parser takes everything for UTF-8, so these bytes cannot be written in another way.
    tail, first = b"", True
    for chunk in chunks:
        if first:
            chunk, first = chunk.removeprefix(_BOM), False
        if _DOCTYPE in tail + chunk:
            raise InvalidXml("a document type or entities are not accepted")
        tail = chunk[-len(_DOCTYPE):]
        if chunk:
            yield chunk


def _complete(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    for event, element in parser.read_events():
        if event == "start":
            if any(True for _outer in element.iterancestors("{*}HDon")):
                raise InvalidXml("an invoice inside another one")
            continue
        yield element
        _forget(element)


def _forget(element: etree._Element) -> None:
    """Free the memory of an invoice and of all that stands before it."""
    element.clear()
    for ancestor in (element, *element.iterancestors()):
        parent = ancestor.getparent()
        while parent is not None and ancestor.getprevious() is not None:
            del parent[0]


def _one_line(text: str | None) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in text or "")
    return plain if len(plain) <= 120 else plain[:120] + "…"
