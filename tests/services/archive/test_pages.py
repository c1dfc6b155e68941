"""Pages that officers move, and every look at one on the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.archive import archive_entries, archive_scans
from services import sealed_files
from services.archive import entries, pages
from services.errors import AlreadyDecided, InvalidInput, UnknownEntry, UnknownPage
from tests import officers, scans
from tests.officers import CANBO, HANH, VO, at_desk
from tests.scans import paper, pdf, sheet
from tests.villagers import NOON, PAO

CANBO_, HANH_, VO_ = at_desk(CANBO), at_desk(HANH), at_desk(VO)


@pytest.fixture
def store(app, settings, vault):
    return sealed_files.of(settings, vault)


@pytest.fixture
def stray(store, settings, vault) -> list[str]:
    """Two pages that nobody knows the contract of."""
    scans.hand_in(settings, vault, "chong.pdf", pdf(sheet("9/9"), paper(), paper("Trang 2")))
    (group,) = pages.unplaced(CANBO_)
    assert (group.reason, group.key, group.file.name) == ("unknown", "99", "chong.pdf")
    return [page.id for page in group.pages]


def scan_of(entry_id: int) -> list[str]:
    return [page.id for page in archive_scans.scan_of(entry_id)]


def test_an_officer_says_whose_the_pages_are(stray) -> None:
    hoa = scans.entry()
    assert pages.assign(stray, "0417 hđ", CANBO_, NOON).id == hoa
    assert scan_of(hoa) == stray and scans.state(hoa) == "scanned"
    assert pages.unplaced(CANBO_) == []
    assert officers.audited()[-1] == ("canbo", "archive.assign", f"archive {hoa}", "2 pages")


def test_of_two_officers_one_is_told_that_the_other_was_faster(stray) -> None:
    hoa = scans.entry()
    pages.assign(stray[:1], "0417HD", CANBO_, NOON)
    with pytest.raises(AlreadyDecided):
        pages.assign(stray, "0417HD", CANBO_, NOON)
    assert scan_of(hoa) == stray[:1]


@pytest.mark.parametrize(("number", "reason"), [("8/8", "unknown"), ("", "unknown")])
def test_an_unknown_number_changes_nothing(stray, number, reason) -> None:
    with pytest.raises(InvalidInput, match=f"number: {reason}"):
        pages.assign(stray, number, CANBO_, NOON)
    with pytest.raises(InvalidInput, match="pages: none"):
        pages.assign([], "0417HD", CANBO_, NOON)
    assert len(pages.unplaced(CANBO_)[0].pages) == 2


def test_pages_of_no_contract_are_not_kept(stray, store, settings) -> None:
    pages.discard(stray, CANBO_, store, NOON)
    assert pages.unplaced(CANBO_) == []
    assert not [path for path in Path(settings.files_dir).rglob("*") if path.is_file()]
    with pytest.raises(UnknownPage):
        pages.look_at(stray[0], CANBO_, store, NOON)


def test_a_page_of_another_contract_is_taken_out(store, settings, vault) -> None:
    hoa = scans.scanned(settings, vault)
    first, second = scan_of(hoa)
    pages.take_out(hoa, second, CANBO_, NOON)
    assert scan_of(hoa) == [first] and pages.unplaced(CANBO_)[0].reason == "apart"
    with pytest.raises(InvalidInput, match="last"):
        pages.take_out(hoa, first, CANBO_, NOON)


def test_a_scan_that_cannot_be_read_is_made_anew(store, settings, vault) -> None:
    hoa = scans.scanned(settings, vault)
    scans.typed(hoa, vault)
    pages.scan_anew(hoa, CANBO_, store, NOON)
    assert scans.state(hoa) == "listed" and scan_of(hoa) == []
    assert archive_entries.typings(hoa) == []
    assert not [path for path in Path(settings.files_dir).rglob("*") if path.is_file()]
    with pytest.raises(AlreadyDecided):
        pages.scan_anew(hoa, CANBO_, store, NOON)
    scans.hand_in(settings, vault, "0417HD.jpg", scans.jpeg(paper("lần nữa")))
    assert scans.state(hoa) == "scanned"


def test_what_is_agreed_is_not_scanned_anew(store, settings, vault) -> None:
    hoa = scans.scanned(settings, vault)
    scans.typed(hoa, vault, HANH)
    assert scans.typed(hoa, vault, CANBO) == "agreed"
    with pytest.raises(AlreadyDecided):
        pages.scan_anew(hoa, CANBO_, store, NOON)
    with pytest.raises(AlreadyDecided):
        pages.take_out(hoa, scan_of(hoa)[0], CANBO_, NOON)


def test_each_look_is_on_the_record_and_within_reach(store, settings, vault) -> None:
    hoa = scans.scanned(settings, vault)
    page = scan_of(hoa)[0]
    assert pages.look_at(page, HANH_, store, NOON).startswith(b"\xff\xd8")
    assert officers.audited()[-1] == ("hanh", "archive.view", f"archive {hoa}", "page 2")
    with pytest.raises(UnknownPage):
        pages.look_at(page, VO_, store, NOON)
    with pytest.raises(UnknownEntry):
        entries.find(hoa, VO_)


def test_stray_pages_are_for_who_handed_them_in_and_who_sees_all(store, stray) -> None:
    assert pages.unplaced(HANH_) == [] and pages.files(HANH_) == []
    with pytest.raises(UnknownPage):
        pages.look_at(stray[0], HANH_, store, NOON)
    assert pages.look_at(stray[0], CANBO_, store, NOON)


def test_a_changed_page_is_told_as_lost(store, settings, vault) -> None:
    hoa = scans.scanned(settings, vault)
    page = scan_of(hoa)[0]
    (path,) = Path(settings.files_dir).rglob(page)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(InvalidInput, match="lost"):
        pages.look_at(page, CANBO_, store, NOON)


def test_a_contract_is_found_by_its_number_or_its_customer(app) -> None:
    hoa = scans.entry()
    scans.entry("2/2017", PAO.code)
    scans.entry("3/2017", PAO.code)
    for written in ("0417/HĐ", "0417hd", "pa04dh0000017"):
        assert entries.find_number(written, HANH_).id == hoa
    for unknown in (PAO.code, "", "4/4"):  # Páo has two contracts: which one?
        with pytest.raises(UnknownEntry):
            entries.find_number(unknown, CANBO_)
