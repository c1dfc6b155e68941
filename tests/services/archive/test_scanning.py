"""Scans handed in: parted at their sheets, read once, taken up where they were broken off."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest

from db.archive import archive_files, archive_scans
from db.archive.archive_scans import PLACED, UNPLACED
from db.connection import write
from services import sealed_files
from services.archive import scanning, stacks
from services.sealed_files import SealedFiles
from tests import officers, scans
from tests.scans import paper, pdf, sheet, tiff
from tests.services.decoding import killing
from tests.villagers import NOON, PAO


@pytest.fixture
def give(app, settings, vault):
    """give(name, data) hands a file in and reads it; returns how it stands."""
    def go(name: str, data: bytes):
        found = archive_files.get(scans.hand_in(settings, vault, name, data))
        assert found is not None
        return found
    return go


@pytest.fixture
def kept(settings):
    """Names of all files in the folder."""
    def look() -> set[str]:
        return {path.name for path in Path(settings.files_dir).rglob("*") if path.is_file()}
    return look


def scan_of(entry_id: int) -> list[int]:
    return [page.number for page in archive_scans.scan_of(entry_id)]


def aside(file_id: int) -> list[tuple[int, str, str]]:
    return [(page.number, page.reason, page.key) for page in archive_scans.pages_of(file_id)
            if page.state == UNPLACED]


def test_a_stack_is_parted_at_its_separators(give, kept) -> None:
    hoa, pao = scans.entry("0417/HĐ"), scans.entry("2/2017", PAO.code)
    file = give("scan_01.pdf", pdf(
        sheet("0417/HĐ", 3), paper(), scans.blank(), paper(), sheet("2/2017", 184), paper()))
    assert (file.state, file.contracts, file.unplaced) == ("done", 2, 0)
    assert (scan_of(hoa), scan_of(pao)) == ([2, 4], [6])
    assert scans.state(hoa) == scans.state(pao) == "scanned"
    pages = archive_scans.pages_of(file.id)
    assert kept() == {page.id for page in pages if page.state == PLACED}


@pytest.mark.parametrize(("name", "make"), [
    ("0417-hd.jpg", lambda: scans.jpeg(paper())), ("0417HD.TIF", lambda: tiff(paper(), paper()))])
def test_a_file_may_carry_the_number_as_its_name(give, name, make) -> None:
    hoa = scans.entry("0417/HĐ")
    assert give(name, make()).contracts == 1
    assert scan_of(hoa)[0] == 1 and scans.state(hoa) == "scanned"


def test_pages_that_nobody_knows_wait_and_the_rest_goes_on(give) -> None:
    hoa = scans.entry("0417/HĐ")
    file = give("chong.pdf", pdf(paper("lạc"), sheet("0417/HĐ"), paper(), sheet("9/9"), paper(),
                                 sheet("0417/HĐ"), paper("lần hai")))
    assert aside(file.id) == [(1, "before", ""), (5, "unknown", "99"), (7, "twice", "0417HD")]
    assert scan_of(hoa) == [3]
    again = give("0417HD.jpg", scans.jpeg(paper("bản khác")))
    assert aside(again.id) == [(1, "twice", "0417HD")]
    assert aside(give("IMG_1.jpg", scans.jpeg(paper("ảnh"))).id) == [(1, "unknown", "IMG1")]


def test_the_same_sheet_twice_in_a_row_parts_nothing(give) -> None:
    hoa = scans.entry("0417/HĐ")
    give("a.pdf", pdf(sheet("0417/HĐ"), sheet("0417/HĐ", 180), paper(), sheet("0417/HĐ"), paper()))
    assert scan_of(hoa) == [3, 5]


def test_a_sheet_without_pages_leaves_its_contract_on_the_list(give) -> None:
    hoa = scans.entry("0417/HĐ")
    assert give("a.pdf", pdf(sheet("0417/HĐ"), scans.blank())).contracts == 0
    assert scans.state(hoa) == "listed"


def test_the_same_file_again_changes_nothing(give, kept) -> None:
    scans.entry("0417/HĐ")
    data = pdf(sheet("0417/HĐ"), paper())
    first, before = give("a.pdf", data), kept()
    assert give("other name.pdf", data) == first
    assert kept() == before and len(archive_files.newest(None, 9)) == 1


def test_a_damaged_page_refuses_the_whole_file(give, kept) -> None:
    hoa = scans.entry("0417/HĐ")
    writer, out = pypdf.PdfWriter(io.BytesIO(pdf(sheet("0417/HĐ"), paper()))), io.BytesIO()
    writer.add_blank_page(0.2, 0.2)
    writer.write(out)
    file = give("a.pdf", out.getvalue())
    assert (file.state, file.fault, file.fault_page) == ("refused", "page", 3)
    assert archive_scans.pages_of(file.id) == [] and kept() == set()
    assert scans.state(hoa) == "listed"
    assert officers.audited()[-1][1] == "archive.refused"


class Cut(SealedFiles):
    """A folder that is full after some pages."""

    def put_as(self, name: str, data: bytes, about: str) -> None:
        if sum(path.is_file() for path in self.folder.rglob("*")) > 2:
            raise OSError("no space left on device")
        super().put_as(name, data, about)


def test_what_was_broken_off_goes_on_with_the_next_page(app, settings, vault, kept) -> None:
    hoa, store = scans.entry("0417/HĐ"), sealed_files.of(settings, vault)
    data = pdf(sheet("0417/HĐ"), *(paper(f"trang {number}") for number in range(4)))
    row = scanning.hand_in("a.pdf", data, "terminal", store, NOON)
    read: list[int] = []
    with pytest.raises(OSError):
        scanning.work(Cut(*store), NOON)
    assert [page.number for page in archive_scans.pages_of(row.id)] == [1, 2, 3]
    assert scans.state(hoa) == "listed"  # nobody types half a contract
    assert scanning.work(store, NOON, read=lambda _file, number: read.append(number)) == 1
    assert scan_of(hoa) == [2, 3, 4, 5] and read == [1, 2, 3, 4, 5]
    assert kept() == {page.id for page in archive_scans.scan_of(hoa)}
    assert scanning.work(store, NOON) == 0


@pytest.mark.parametrize(("times", "fault"), [(1, ""), (scanning.MOST_TRIES, "crash")])
def test_a_reader_that_is_killed_is_tried_again_and_not_for_ever(app, settings, vault, kept, times,
                                                                 fault) -> None:
    hoa, store = scans.entry("0417/HĐ"), sealed_files.of(settings, vault)
    row = scanning.hand_in("0417HD.tif", killing.large("TIFF"), "terminal", store, NOON)
    with killing.killed(times) as ended:
        assert scanning.work(store, NOON) == 1
    assert len(ended) == times and archive_files.get(row.id).fault == fault
    assert scans.state(hoa) == ("listed" if fault else "scanned")
    assert len(kept()) == (0 if fault else 1)


def test_a_file_whose_bytes_are_lost_is_refused(app, settings, vault) -> None:
    store = sealed_files.of(settings, vault)
    row = scanning.hand_in("a.jpg", scans.jpeg(paper()), "terminal", store, NOON)
    for path in Path(settings.files_dir).rglob("*"):
        if path.is_file():
            path.unlink()
    scanning.work(store, NOON)
    assert archive_files.get(row.id).fault == "lost"


def test_stored_pages_cannot_be_read_without_the_key(give, settings) -> None:
    scans.entry("0417/HĐ")
    give("0417HD.jpg", scans.jpeg(paper()))
    (path,) = [one for one in Path(settings.files_dir).rglob("*") if one.is_file()]
    assert b"JFIF" not in path.read_bytes() and path.stat().st_mode & 0o077 == 0


def test_a_picture_a_page_becomes_one_contract_until_it_is_typed(give, vault) -> None:
    hoa = scans.entry("0417/HĐ")
    for name in ("0417HD-1.jpg", "0417-HD_2.jpg"):
        assert give(name, scans.jpeg(paper(name))).unplaced == 0
    assert len(archive_scans.scan_of(hoa)) == 2
    scans.typed(hoa, vault)
    late = give("0417HD (3).jpg", scans.jpeg(paper("3")))
    assert aside(late.id) == [(1, "twice", "0417HD")]


def test_parts_are_taken_in_the_order_in_which_people_count() -> None:
    names = ["a-10.jpg", "a-2.jpg", "B-1.jpg", "a-1.jpg"]
    assert [names[at] for at in stacks.in_order(names)] == [
        "a-1.jpg", "a-2.jpg", "a-10.jpg", "B-1.jpg"]


def test_a_file_at_which_the_machine_dies_is_refused_in_the_end(app, settings, vault) -> None:
    scans.entry("0417/HĐ")
    store = sealed_files.of(settings, vault)
    row = scanning.hand_in("0417HD.jpg", scans.jpeg(paper()), "terminal", store, NOON)
    for _ in range(scanning.MOST_TRIES):
        write(lambda: archive_files.begin(row.id))  # and then there was nothing but a dead process
    scanning.work(store, NOON)
    assert archive_files.get(row.id).fault == "crash"


def test_a_full_disk_is_not_the_fault_of_the_file(app, settings, vault) -> None:
    store = sealed_files.of(settings, vault)
    data = tiff(paper("1"), paper("2"), paper("3"))
    row = scanning.hand_in("a.tif", data, "terminal", store, NOON)
    for _ in range(scanning.MOST_TRIES + 1):
        with pytest.raises(OSError):
            scanning.work(Cut(*store), NOON)
    scanning.work(store, NOON)
    assert archive_files.get(row.id).unplaced == 3


def test_a_stack_adds_nothing_to_a_contract_of_single_pictures(give) -> None:
    hoa = scans.entry("0417/HĐ")
    give("0417HD-1.jpg", scans.jpeg(paper()))
    file = give("chong.pdf", pdf(sheet("0417/HĐ"), paper("nữa")))
    assert aside(file.id) == [(2, "twice", "0417HD")] and scan_of(hoa) == [1]


def test_a_file_is_given_away_or_fails_once(give) -> None:
    file = give("a.jpg", scans.jpeg(paper()))
    assert not write(lambda: archive_files.give(file.id))
    assert not write(lambda: archive_files.fail(file.id, "page", 1))
    assert archive_files.get(file.id) == file
