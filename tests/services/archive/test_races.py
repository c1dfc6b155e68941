"""Two officers at the same moment: one wins, the other is told, nothing is kept twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from db import connection
from db.archive import archive_entries, archive_scans
from services.archive import pages
from services.errors import AlreadyDecided
from tests import scans
from tests.officers import CANBO, HANH, Person, at_desk
from tests.scans import paper, pdf, sheet
from tests.villagers import NOON

ROUNDS = 4


@pytest.fixture
def at_once(app):
    """at_once(first, second) runs both in the same moment; returns what each said or raised."""
    def go(*works: Callable[[], object]) -> list[object]:
        start = threading.Barrier(len(works))

        def one(work: Callable[[], object]) -> object:
            start.wait()
            try:
                return work()
            except AlreadyDecided as error:
                return type(error)
            finally:
                connection.database.close()
        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(one, works))
    return go


def test_two_first_readings_become_a_first_and_a_second(at_once, settings, vault) -> None:
    for number in range(ROUNDS):
        entry = scans.scanned(settings, vault, f"{number}/R")
        said = at_once(*(lambda who=who, entry=entry: scans.typed(entry, vault, who)
                         for who in (HANH, CANBO)))
        assert said.count("typed") == 1 and set(said) <= {"typed", "agreed", AlreadyDecided}
        turns = [typing.turn for typing in archive_entries.typings(entry)]
        assert turns == ([1, 2] if "agreed" in said else [1])


def test_two_second_readings_are_one(at_once, settings, vault) -> None:
    thu = Person("thu", "officer")
    for number in range(ROUNDS):
        entry = scans.scanned(settings, vault, f"{number}/R")
        scans.typed(entry, vault, HANH)
        said = at_once(*(lambda who=who, entry=entry: scans.typed(entry, vault, who)
                         for who in (thu, CANBO)))
        assert sorted(map(str, said)) == sorted(map(str, ["agreed", AlreadyDecided]))
        assert len(archive_entries.typings(entry)) == 2


def test_a_stray_page_is_given_away_once(at_once, settings, vault) -> None:
    one, other = scans.entry("1/R"), scans.entry("2/R")
    for number in range(ROUNDS):
        scans.hand_in(settings, vault, "chong.pdf", pdf(sheet("9/9"), paper(f"lạc {number}")))
        (page,) = (page.id for group in pages.unplaced(at_desk(CANBO)) for page in group.pages)
        said = at_once(*(lambda to=to, page=page: pages.assign(
            [page], to, at_desk(CANBO), NOON).id for to in ("1/R", "2/R")))
        assert said.count(AlreadyDecided) == 1
        assert archive_scans.page(page).entry_id in (one, other)
    assert len(archive_scans.scan_of(one)) + len(archive_scans.scan_of(other)) == ROUNDS
