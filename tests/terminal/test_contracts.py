"""flask contracts check: a sealed file is intact, and one changed byte anywhere is found."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import random
import subprocess
import zipfile

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from db import agreements as agreement_records
from db import papers as paper_records
from db.connection import run, write
from db.papers import PageRow
from services import sealed_files
from services.contracts.seal import ours, seal_checks, sealing, seals
from tests import officers
from tests.contracts import drafted, signed


@pytest.fixture
def sealed(app, here, tmp_path):
    """Path of a sealed contract, as it is handed over."""
    officers.hire()
    ticket = signed(here)
    path = tmp_path / "hop-dong.pdf"
    path.write_bytes(sealing.read(agreement_records.current(ticket), here.settings, here.vault))
    return path


def test_a_sealed_contract_is_intact(runner, sealed):
    result = runner.invoke(args=["contracts", "check", str(sealed)])
    assert result.exit_code == 0, result.output
    assert "intact: HD-" in result.output and "by otp" in result.output


def test_poppler_says_the_same(sealed):
    said = subprocess.run(["pdfsig", sealed], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said and "Total document signed" in said


def flipped(path, at, bit=1):
    data = bytearray(path.read_bytes())
    data[at] ^= bit
    other = path.with_name("changed.pdf")
    other.write_bytes(data)
    return other


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.97])
def test_one_flipped_byte_is_found(runner, sealed, share):
    changed = flipped(sealed, int(sealed.stat().st_size * share))
    result = runner.invoke(args=["contracts", "check", str(changed)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: ") and len(result.stderr.splitlines()) == 1
    said = subprocess.run(["pdfsig", changed], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." not in said


def test_no_byte_can_change_unseen_even_without_the_record(app, sealed, settings, vault):
    data, dice = sealed.read_bytes(), random.Random(6)
    start = data.index(b"/Contents <") + 10
    inside = [start + dice.randrange(6_000) for _ in range(60)]  # the signature itself
    anywhere = [dice.randrange(len(data)) for _ in range(30)]
    trusted = ours.certificates(settings, vault)
    for at in inside + anywhere:
        changed = bytearray(data)
        changed[at] ^= 1 << dice.randrange(8)
        assert seal_checks.check(bytes(changed), trusted).faults, at


def test_what_is_added_afterwards_is_found(runner, sealed):
    with open(sealed, "ab") as file:
        file.write(b"\n% more\n")
    assert runner.invoke(args=["contracts", "check", str(sealed)]).exit_code == 1


@pytest.fixture
def printed():
    """What loggers would print on standard error beside the command's own words."""
    handler = logging.StreamHandler(io.StringIO())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def test_a_note_written_onto_it_is_told_in_one_line(runner, sealed, printed):
    with open(sealed, "rb+") as file:
        writer = IncrementalPdfFileWriter(file)
        note = generic.DictionaryObject({
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject,
                                                               (10, 10, 200, 60))),
            generic.pdf_name("/Contents"): generic.pdf_string("Miễn phí")})
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
        writer.update_container(page)
        writer.write_in_place()
    result = runner.invoke(args=["contracts", "check", str(sealed)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"error: {sealed}: what the seal covers was changed\n"
    assert printed.getvalue() == ""


@pytest.mark.parametrize("name", ["pyhanko.sign.general", "pyhanko_certvalidator", "PIL.TiffImage",
                                  "pypdf._reader", "pypdfium2._helpers", "fontTools.subset"])
def test_what_a_library_says_of_a_bad_file_stays_off_the_screen(app, printed, name):
    logging.getLogger(name).error("no such table")
    assert printed.getvalue() == ""


def test_a_file_that_is_no_contract_is_told_in_one_line(runner, tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    result = runner.invoke(args=["contracts", "check", str(path)])
    assert (result.exit_code, result.stderr) == (1, f"error: {path}: this is no PDF that can be"
                                                    " read\n")


def test_a_file_that_is_not_there_is_bad_input(runner, tmp_path):
    result = runner.invoke(args=["contracts", "check", str(tmp_path / "none.pdf")])
    assert result.exit_code == 2 and result.stderr.startswith("error: ")


def test_a_seal_of_somebody_else_is_no_seal_of_ours(runner, sealed, settings, vault, app):
    sealing.sealed_path(settings, vault, "x").parent.parent.joinpath("demo-seal.p12").unlink()
    seals.any_key(settings, vault)  # another authority
    result = runner.invoke(args=["contracts", "check", str(sealed)])
    assert result.exit_code == 1 and "not the company's" in result.stderr


def test_another_file_under_a_known_ticket_is_told(runner, sealed):
    write(lambda: run("UPDATE agreement SET sealed_digest = 'other'"))
    result = runner.invoke(args=["contracts", "check", str(sealed)])
    assert result.exit_code == 1 and "another file" in result.stderr


def test_the_file_set_goes_out_with_its_digests(runner, app, here, settings, vault, tmp_path):
    officers.hire()
    ticket, store = signed(here), sealed_files.of(settings, vault)
    page = PageRow("p1", ticket, "identity", store.put(b"jpeg", "p1"), 4, "", "desk", 1)
    write(lambda: paper_records.add_page(page, "canbo"))
    path = tmp_path / "bo.zip"
    result = runner.invoke(args=["contracts", "export", ticket, str(path)])
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(path) as files:
        told = json.loads(files.read("manifest.json"))
        assert [one["name"] for one in told["files"]] == [f"hop-dong-{ticket}.pdf",
                                                          "giay-to/identity-1.jpg"]
        for one in told["files"]:
            data = files.read(one["name"])
            assert (len(data), hashlib.sha256(data).hexdigest()) == (one["bytes"], one["sha256"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert ("terminal", "contract.export", ticket, "") in officers.audited()
    again = runner.invoke(args=["contracts", "export", ticket, str(path)])
    assert again.exit_code == 2 and "is there already" in again.stderr


def test_what_is_not_signed_does_not_go_out(runner, app, here, tmp_path):
    officers.hire()
    ticket, _digest = drafted(here)
    path = tmp_path / "bo.zip"
    for asked, words in ((ticket, "is not signed"), ("HD-000001", "there is no request"),
                         ("x", "there is no request")):
        result = runner.invoke(args=["contracts", "export", asked, str(path)])
        assert result.exit_code == 2 and words in result.stderr and not path.exists()
