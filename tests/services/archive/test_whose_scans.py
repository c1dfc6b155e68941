"""Whose contract a scan fills: what its name or a sheet says counts within the reach of who hands
it in. What lies outside waits where it is somebody's to decide."""

from __future__ import annotations

import pytest

from db.archive import archive_scans
from db.connection import run, write
from db.officers import Officer
from services import sealed_files
from services.archive import pages
from services.errors import AlreadyDecided, InvalidInput, UnknownPage
from services.officers import accounts
from tests import officers, scans
from tests.officers import CANBO, GIAMSAT, HANH, VO, Person, at_desk
from tests.scans import jpeg, paper, pdf, sheet
from tests.villagers import HOA, MAY, NOON

HERE = Person("lan", "supervisor", HOA.commune_code)
THERE = Person("sinh", "supervisor", MAY.commune_code)


@pytest.fixture
def store(app, settings, vault):
    officers.hire()
    write(lambda: [Officer.create(name=one.name, role=one.role, communes=one.communes,
                                  password_hash=officers.hashed(), created_at=NOON)
                   for one in (HERE, THERE)])
    return sealed_files.of(settings, vault)


@pytest.fixture
def give(store, settings, vault):
    """give(person, name, data) hands a file in and reads it."""
    def go(person: Person, name: str, data: bytes) -> None:
        scans.hand_in(settings, vault, name, data, person.name)
    return go


@pytest.fixture
def may() -> int:
    """Mẩy's old contract, which lies in Võ's commune."""
    return scans.entry("88/2009", MAY.code, MAY.commune_code, MAY.name)


def waiting(person: Person) -> list[tuple[str, str]]:
    return [(group.reason, group.key) for group in pages.unplaced(at_desk(person))]


@pytest.mark.parametrize(("name", "make"), [
    ("88-2009.jpg", lambda: jpeg(paper())), ("88-2009-1.jpg", lambda: jpeg(paper())),
    ("chong.pdf", lambda: pdf(sheet("88/2009"), paper()))])
def test_a_name_or_a_sheet_fills_no_contract_of_another_commune(give, may, name, make) -> None:
    give(HANH, name, make())
    assert scans.state(may) == "listed" and archive_scans.scan_of(may) == []
    assert ("hanh", "archive.out_of_reach", f"archive {may}") in [
        row[:3] for row in officers.audited()]


def test_a_page_is_not_slipped_behind_those_of_another_commune(give, may) -> None:
    give(VO, "88-2009-1.jpg", jpeg(paper("một")))
    give(HANH, "88-2009-2.jpg", jpeg(paper("hai")))
    assert len(archive_scans.scan_of(may)) == 1 and scans.state(may) == "scanned"
    assert ("reach", "882009") in waiting(VO)


def test_the_own_contracts_in_the_same_stack_are_filled(give, may) -> None:
    hoa = scans.entry()
    give(HANH, "chong.pdf", pdf(sheet("88/2009"), paper("một"), sheet("0417/HĐ"), paper("hai")))
    assert (scans.state(may), scans.state(hoa)) == ("listed", "scanned")


@pytest.mark.parametrize(("person", "sees"), [
    (HANH, True), (VO, True), (HERE, True), (THERE, True), (CANBO, True), (GIAMSAT, True),
    (Person("thu", "officer", "05569"), False), (Person("ly", "supervisor", "05860"), False),
    (Person("moi", "officer", ""), False)], ids=lambda value: getattr(value, "name", value))
def test_it_waits_where_it_is_somebodys_to_decide(give, may, store, person, sees) -> None:
    """Who handed it in, the officers of the commune that it names, and those who lead them."""
    give(HANH, "88-2009.jpg", jpeg(paper()))
    assert (waiting(person) == [("reach", "882009")]) == sees
    page = archive_scans.unplaced(None, (), 9)[0].id
    if sees:
        assert pages.look_at(page, at_desk(person), store, NOON)
    else:
        with pytest.raises(UnknownPage):
            pages.look_at(page, at_desk(person), store, NOON)
        with pytest.raises(AlreadyDecided):
            pages.assign([page], "88/2009", at_desk(person), NOON)


def test_an_officer_of_that_commune_gives_it_to_the_contract(give, may) -> None:
    give(HANH, "88-2009.jpg", jpeg(paper()))
    ids = [page.id for page in pages.unplaced(at_desk(HANH))[0].pages]
    with pytest.raises(InvalidInput, match="number: unknown"):
        pages.assign(ids, "88/2009", at_desk(HANH), NOON)
    pages.assign(ids, "88/2009", at_desk(VO), NOON)
    assert scans.state(may) == "scanned" and waiting(HANH) == []


def test_who_may_not_sign_in_any_more_fills_nothing(give, may) -> None:
    run("UPDATE officer SET disabled_at = 1 WHERE name = 'vo'")
    give(VO, "88-2009.jpg", jpeg(paper()))
    assert scans.state(may) == "listed" and waiting(CANBO) == [("reach", "882009")]


def test_a_contract_of_no_known_commune_is_for_officers_of_all(give) -> None:
    somewhere = scans.entry("5/2001", "", "")
    give(HANH, "5-2001.jpg", jpeg(paper()))
    assert scans.state(somewhere) == "listed"
    give(CANBO, "5-2001.jpg", jpeg(paper("hai")))
    assert scans.state(somewhere) == "scanned"


def test_who_runs_the_machine_fills_every_contract(give, may, settings, vault) -> None:
    scans.hand_in(settings, vault, "88-2009.jpg", jpeg(paper()))
    assert scans.state(may) == "scanned"


def test_a_page_taken_out_is_still_seen_by_who_took_it(store, settings, vault) -> None:
    """Whoever handed it in: at the terminal nobody else would look for it."""
    hoa = scans.scanned(settings, vault)
    page = archive_scans.scan_of(hoa)[1].id
    pages.take_out(hoa, page, at_desk(HANH), NOON)
    assert waiting(HANH) == [("apart", "0417HD")] and waiting(VO) == []


@pytest.mark.parametrize("name", ["terminal", "Archive"])
def test_nobody_is_called_as_a_part_of_the_program(store, name) -> None:
    with pytest.raises(InvalidInput, match="name"):
        accounts.add(name, "officer", ["05569"], "lua-nep-thom-moi", NOON)
