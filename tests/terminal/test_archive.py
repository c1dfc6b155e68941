"""flask archive: the list, the separators, scans in a folder, progress."""

from __future__ import annotations

import csv
import io

import pypdf
import pytest

from db.archive import archive_entries, archive_files
from db.connection import run as change
from db.connection import write
from services.archive import pictures
from terminal.archive import FAULTS
from tests import officers, scans
from tests.scans import paper, pdf, sheet
from tests.villagers import HOA, SON

COLUMNS = ("contract_no", "customer_code", "name", "signed_on", "old_commune", "old_district",
           "office")
HERS = ("0417/HĐ", HOA.code, "Nguyễn Thị Hoa", "2016-04-12", "Xã Bảo Linh", "Huyện Định Hóa",
        "PA04DH")
OLD = ("88-2009", "", "Lường Văn Tài", "", "Trung Thành", "", "PA04PY")


@pytest.fixture
def take_in(runner, tmp_path):
    """take_in(*rows, options) imports a list of these contracts."""
    def go(*rows: tuple, options: tuple = (), columns: tuple = COLUMNS):
        path = tmp_path / "list.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
        return runner.invoke(args=["archive", "import", str(path), *options])
    return go


@pytest.fixture
def archive(runner):
    return lambda *args: runner.invoke(args=["archive", *map(str, args)])


def on_paper(code: str, number: str = "") -> None:
    write(lambda: change("UPDATE customer SET contract_medium = 'paper', contract_no = ?"
                         " WHERE code = ?", number, code))


def keys() -> list[str]:
    return sorted(archive_entries.keys())


def test_the_list_comes_beside_the_paper_contracts_of_the_billing_system(take_in) -> None:
    on_paper(SON.code, "55/2012")
    answer = take_in(HERS, OLD)
    assert answer.stdout.endswith("2 new, 0 changed, 0 unchanged,"
                                  " 0 left because work on them has begun\n")
    assert keys() == ["0417HD", "552012", "882009"]
    assert archive_entries.by_key("0417HD").commune_code == HOA.commune_code
    assert archive_entries.by_key("882009").commune_code == ""  # which Trung Thành?


def test_the_same_list_again_changes_nothing(take_in) -> None:
    take_in(HERS, OLD)
    assert "0 new, 0 changed, 2 unchanged" in take_in(HERS, OLD).stdout
    assert "0 new, 1 changed, 0 unchanged" in take_in((*HERS[:3], "2016-04-13", *HERS[4:])).stdout
    assert archive_entries.by_key("0417HD").signed_on == "2016-04-13"


def test_a_contract_without_a_number_gets_the_one_of_the_list(take_in) -> None:
    on_paper(HOA.code)
    assert "0 new, 1 changed" in take_in(HERS).stdout
    assert keys() == ["0417HD"]


def test_a_dry_run_stores_nothing(take_in) -> None:
    on_paper(SON.code)
    assert take_in(HERS, options=("--dry-run",)).stdout.startswith("dry run, nothing stored: 1 new")
    assert keys() == []


def test_work_that_has_begun_is_left_alone(take_in, settings, vault) -> None:
    scans.scanned(settings, vault)
    assert "1 left because work on them has begun" in take_in(HERS).stdout


@pytest.mark.parametrize(("row", "complaint"), [
    (("//", *HERS[1:]), "column contract_no: '//': a contract number of 1 to 40 characters"),
    ((HERS[0], "PA04", *HERS[2:]), "column customer_code: 'PA04': empty or a customer code"),
    ((*HERS[:3], "12/04/2016", *HERS[4:]), "column signed_on: '12/04/2016': a date such as"),
    ((*HERS[:6], "PA04ZZ"), "column office: 'PA04ZZ': the six characters of an office"),
    (("0417 hđ", *OLD[1:]), "column contract_no: '0417HD': stands already on line 2")])
def test_a_broken_row_is_named_and_nothing_is_stored(take_in, row, complaint) -> None:
    answer = take_in(HERS, row)
    assert answer.exit_code == 2 and keys() == []
    assert "line 3, " in answer.stderr and complaint in answer.stderr


def test_a_customer_whom_the_billing_system_does_not_know_is_noted(take_in) -> None:
    answer = take_in((HERS[0], "PA04DH0009999", *HERS[2:]))
    assert "note: 1 rows, first line 2: the billing system does not know" in answer.stdout
    assert take_in(HERS, columns=(*COLUMNS[:6], "place")).exit_code == 2


def test_separators_of_numbers_or_of_an_office(archive, take_in, tmp_path) -> None:
    take_in(HERS, OLD)
    file = tmp_path / "to.pdf"
    for chosen, key in ((["0417hđ"], "0417HD"), (["--office", "PA04PY"], "882009")):
        assert archive("separators", *chosen, "-o", file).stdout == f"{file}: 1 sheets\n"
        [page] = pictures.read(file.read_bytes(), [1])
        assert page.code == key
    assert file.stat().st_mode & 0o077 == 0
    assert "Nguyễn" not in pypdf.PdfReader(io.BytesIO(file.read_bytes())).pages[0].extract_text()


@pytest.mark.parametrize(("chosen", "words"), [
    (["9/9"], "no such contract"), ([], "name contract numbers"),
    (["--office", "PA04ZZ"], "no contract waits"), (["1", "--office", "PA04DH"], "name contract")])
def test_separators_of_nothing_are_refused(archive, tmp_path, chosen, words) -> None:
    answer = archive("separators", *chosen, "-o", tmp_path / "to.pdf")
    assert answer.exit_code == 2 and words in answer.stderr and answer.stderr.count("\n") == 1


def test_a_folder_of_scans_is_read_and_bad_files_are_named(archive, take_in, tmp_path) -> None:
    take_in(HERS, OLD)
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf(paper("lạc"), sheet("0417/HĐ"), paper(), sheet("88-2009"),
                                       paper()))
    (folder / "b.tif").write_bytes(b"")
    (folder / "notes.txt").write_text("not a scan")
    answer = archive("scan", folder, tmp_path / "missing.pdf")
    assert answer.exit_code == 2
    assert answer.stdout == f"{folder}/a.pdf: 5 pages, 2 contracts, 1 pages wait for an officer\n"
    assert answer.stderr.splitlines() == [
        f"error: {folder}/b.tif: the file is empty",
        f"error: {tmp_path}/missing.pdf: No such file or directory", "error: 2 files refused"]
    assert archive("scan", folder / "a.pdf").stdout == answer.stdout
    assert len(archive_files.newest(None, 9)) == 1
    assert archive("scan").stdout == "0 files read\n"
    assert officers.audited()[-1][1] == "archive.read"


def test_progress_by_office_and_in_all(archive, take_in, settings, vault) -> None:
    take_in(HERS, OLD)
    scans.hand_in(settings, vault, "0417HD.jpg", scans.jpeg(paper()))
    lines = [line.split() for line in archive("progress").stdout.splitlines()]
    assert lines[0] == ["office", "total", "scanned", "typed", "twice", "agreed", "done", "%"]
    assert lines[-1][-4:] == ["0", "of", "2", "digitised"]
    assert lines[1:-1] == [["PA04DH", "1", "1", "0", "0", "0", "0", "0"],
                           ["PA04PY", "1", "0", "0", "0", "0", "0", "0"],
                           ["all", "2", "1", "0", "0", "0", "0", "0"]]


def test_every_fault_has_words_in_both_languages(app) -> None:
    words = app.jinja_env.get_template("staff/archive/_words.html").module
    assert set(words.FAULT) - {"none"} == set(FAULTS)
