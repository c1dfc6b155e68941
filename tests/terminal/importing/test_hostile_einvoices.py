"""Hostile XML and ZIP files: refused in one line, soon, in little memory, with nothing stored."""

from __future__ import annotations

import io
import stat
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from db.connection import fetch
from services.importing.einvoices import xml_stream, zip_entries
from tests import einvoices
from tests.einvoices import Invoice, document, xml, zipped

GOOD = document(Invoice())
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
FILL = "x" * (65_536 - len(HEAD) - 11)  # so that the next word lies across two pieces
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.fixture(params=["sqlite"])
def database_kind(request) -> str:
    """What is refused never reaches a database."""
    return request.param


@pytest.fixture
def refused(runner, tmp_path):
    """refused(bytes): what a file of these bytes is told, within a second and 60 MB."""
    def go(data: bytes) -> str:
        path = einvoices.write(tmp_path / "bills.xml", data)
        before = fetch("SELECT * FROM bill")
        tracemalloc.start()
        began = time.monotonic()
        answer = runner.invoke(args=["bills", "import", str(path)])
        took, memory = time.monotonic() - began, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (answer.exit_code, answer.stdout) == (2, "")
        (line,) = answer.stderr.splitlines()
        assert fetch("SELECT * FROM bill") == before
        assert took < 10 and memory < 60 * 1024**2
        return line.removeprefix(f"error: {path}: ").removesuffix("; nothing was stored")
    return go


def with_entities(declared: str, use: str) -> bytes:
    text = xml(Invoice()).replace("Nguyễn Thị Hoa", use)
    return f"{HEAD}<!DOCTYPE HDon [{declared}]>{text}".encode()


@pytest.mark.parametrize("data", [
    with_entities('<!ENTITY l0 "ha">' + LAUGHS, "&l9;"),
    with_entities(f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 1000),
    with_entities('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
    with_entities('<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;', "x"),
    f'{HEAD}<!DOCTYPE HDon SYSTEM "http://127.0.0.1:9/a.dtd">{xml(Invoice())}'.encode(),
    f"{HEAD}<!--{FILL}--><!DOCTYPE HDon [<!ENTITY a 'x'>]>{xml(Invoice())}".encode(),
], ids=["billion laughs", "quadratic", "file", "parameter", "address", "between two pieces"])
def test_a_document_type_is_refused(refused, data: bytes) -> None:
    assert refused(data) == "a document type or entities are not accepted"


@pytest.mark.parametrize(("data", "complaint"), [
    (GOOD[:-200], "not well-formed XML: "),
    (GOOD.replace(b"</NMua>", b"</NBan>"), "not well-formed XML: "),
    (GOOD.replace("Nguyễn".encode(), b"Nguy\xff\xfen"), "not well-formed XML: "),
    (b"<HDon>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</HDon>", "not well-formed XML: "),
    (b"<HDon a='" + b"x" * 5_000_000 + b"'/>", "2 MB without a complete invoice"),
    (b"<HDon>" + b"<a/>" * 1_000_000 + b"</HDon>", "2 MB without a complete invoice"),
    (b"<L>" + b"<a/>" * 1_000_000 + b"<HDon/></L>", "2 MB without a complete invoice"),
    (b"<HDon>" + b" " * 50_000_000 + b"</HDon>", "2 MB without a complete invoice"),
    (b"<HDon><HDon/></HDon>", "an invoice inside another one"),
    (b"<Invoices><Invoice/></Invoices>", "no e-invoice (HDon) in it"),
    (b"<html><body>404</body></html>", "no e-invoice (HDon) in it"),
    (b"<", "not well-formed XML: "),
    ((HEAD.replace("UTF-8", "UTF-16") + xml(Invoice())).encode("utf-16"), "line 1: "),
    (b"<HDon/>", "invoice 1, column DLHDon: '': missing"),
    (b"%PDF-1.7\n\xff\xfe", "line 1: "),
    (b"\x1f\x8b\x08\x00" + bytes(100), "line 1: "),
    (b"", "the file is empty"),
], ids=lambda value: value[:24] if isinstance(value, str) else "")
def test_what_is_no_invoice_is_refused(refused, data: bytes, complaint: str) -> None:
    assert refused(data).startswith(complaint)


def test_a_long_file_takes_no_more_memory_than_a_short_one(runner, tmp_path) -> None:
    one = xml(Invoice()).replace("bGFuZw==", "QUJD" * 2000)
    path = tmp_path / "long.xml"
    with open(path, "w") as file:
        file.write("<L>" + one * 4000 + "</L>")
    with open(path, "rb") as file:
        chunks = iter(lambda: file.read(65536), b"")
        before = resident()
        assert sum(1 for _invoice in xml_stream.invoices(chunks)) == 4000
    assert resident() - before < 20 * 1024**2 < path.stat().st_size


def resident() -> int:
    """Bytes of memory that this process holds: what libxml2 takes is not Python's."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


# ZIP


def odd_entry(**values) -> bytes:
    info = zipfile.ZipInfo(values.pop("name", "a.xml"))
    for name, value in values.items():
        setattr(info, name, value)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, GOOD)
    return made.getvalue()


def patched(data: bytes, at_local: int, at_central: int, value: bytes) -> bytes:
    """A ZIP of one file whose headers say something else."""
    changed, central = bytearray(data), data.rindex(b"PK\x01\x02")
    changed[at_local:at_local + len(value)] = value
    changed[central + at_central:central + at_central + len(value)] = value
    return bytes(changed)


ONE = zipped({"a.xml": GOOD})
BOMB = zipped({"a.xml": b"<HDon>" + b" " * 300_000_000 + b"</HDon>"})
# Whole invoices, so that only the counting of bytes can stop it.
CROWD = zipped({"a.xml": b"<L>" + (b"<HDon>" + b" " * 1_900_000 + b"</HDon>") * 120 + b"</L>"})


@pytest.mark.parametrize(("data", "complaint"), [
    (odd_entry(name="../a.xml"), "../a.xml: the name leads out of the archive"),
    (odd_entry(name="x/..\\..\\a.xml"), "x/..\\..\\a.xml: the name leads out of the archive"),
    (odd_entry(name="/etc/a.xml"), "/etc/a.xml: the name leads out of the archive"),
    (odd_entry(name="C:\\a.xml"), "C:"),
    (odd_entry(external_attr=(stat.S_IFLNK | 0o777) << 16), "a.xml: a link to another file"),
    (patched(ONE, 6, 8, b"\x01\x00"), "a.xml: encrypted"),
    (patched(ONE, 8, 10, struct.pack("<H", 99)), "a.xml: packed in a way that is not read"),
    (zipped({"a.xml": GOOD}, zipfile.ZIP_LZMA), "a.xml: packed in a way that is not read"),
    (zipped({"a.xml": GOOD}, zipfile.ZIP_BZIP2), "a.xml: packed in a way that is not read"),
    (zipped({"b.zip": ONE}), "b.zip: a ZIP inside the ZIP"),
    (zipped({"b.xml": ONE}), "b.xml: a ZIP inside the ZIP"),
    (zipped({"a.xml": with_entities('<!ENTITY l0 "ha">' + LAUGHS, "&l9;")}),
     "a.xml: a document type or entities are not accepted"),
    (zipped({"a.xml": b"code,year"}), "a.xml: not well-formed XML: "),
    (zipped({"a.xml": b""}), "a.xml: "),
    (zipped({}), "no e-invoice in it"),
    (zipped({"a.pdf": b"%PDF"}), "no e-invoice in it"),
    (ONE[:-40], "a broken ZIP (BadZipFile)"),
    (ONE[:len(ONE) // 2], "a broken ZIP (BadZipFile)"),
    (ONE.replace(b"PK\x01\x02", b"PK\x01\x09"), "a broken ZIP (BadZipFile)"),
    (patched(ONE, 14, 16, b"\0\0\0\0"), "a.xml: a broken ZIP (BadZipFile)"),
    (b"PK\x03\x04" + bytes(200), "a broken ZIP (BadZipFile)"),
    (BOMB, "a.xml: 2 MB without a complete invoice"),
    (CROWD, "a.xml: unpacks to far more than the archive holds"),
    # The header says that little comes out; what comes out is counted.
    (patched(CROWD, 22, 24, struct.pack("<I", 1000)), "a.xml: "),
], ids=lambda value: value[:40] if isinstance(value, str) else "")
def test_a_hostile_zip_is_refused_by_name(refused, data: bytes, complaint: str) -> None:
    assert refused(data).startswith(complaint)


def test_a_zip_of_too_many_files_is_refused(refused) -> None:
    many = {str(number): b"" for number in range(zip_entries.MOST_ENTRIES + 1)}
    assert refused(zipped(many, zipfile.ZIP_STORED)) == "more than 50000 files in it"


def test_a_zip_with_a_huge_directory_is_refused_before_it_is_read(refused) -> None:
    directory = b"PK\x01\x02" + bytes(42)
    size = 250_000 * len(directory)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, size, 4, 0)
    data = b"PK\x03\x04" + directory * 250_000 + end
    assert refused(data) == "its directory is larger than 10 MB"


def test_what_lies_beside_the_invoices_is_left_out_by_name(runner, tmp_path) -> None:
    data = zipped({
        "10/": b"", "10/a.xml": GOOD, "10/a.pdf": b"%PDF-1.7", "10/a.html": b"<!DOCTYPE html><p>",
        "10/invoice.xsl": b"<xsl:stylesheet/>", "__MACOSX/10/._a.xml": b"\0\5\x16\7",
        "10/bang-ke.xlsx": ONE, "10/b": xml(Invoice(number="13", code="PA04DH0000025")).encode()})
    path = einvoices.write(tmp_path / "bills.zip", data)
    answer = runner.invoke(args=["bills", "import", str(path)])
    assert answer.stdout.splitlines() == [
        "note: 5 files that are no e-invoices were left out, first 10/a.pdf",
        "note: 1 lookup codes of invoices are new or other ones",
        "left: 10/b, invoice 1K26TDH13: PA04DH0000025 10/2026 kỳ 1 is paid with 195696 đ, the"
        " file says 546108 đ",
        "0 new, 1 changed, 0 unchanged, 1 left because paid"]
