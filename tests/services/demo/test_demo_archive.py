"""The demo's archive: offices on their way, work of every kind, Lan's contract still on paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from db import connection, schema
from db.archive import archive_entries, archive_files
from services import sealed_files
from services.archive import entries, pages, typing_twice
from services.demo import archive, fill
from tests import officers
from tests.officers import CANBO, at_desk
from tests.villagers import NOON


@pytest.fixture
def store(tmp_path, vault):
    return sealed_files.SealedFiles(tmp_path / "files", vault)


@pytest.fixture
def filled(bare_url, vault, store):
    """A demo with its archive."""
    connection.init(bare_url)
    schema.migrate()
    fill.fill(900, date(2026, 11, 15), vault, NOON)
    archive.fill(store, NOON)
    yield
    connection.database.close()


def test_the_archive_lives(filled, store, vault) -> None:
    rows = {row.office: row.percent for row in entries.progress()}
    assert rows["PA04SM"] == 100 and rows["PA04TN"] == 0 < rows["PA04DH"] < 100
    who = at_desk(CANBO)
    assert {entry.state for entry in typing_twice.queue(who)} == {"scanned", "typed"}
    (different, *_more) = typing_twice.to_compare(who)
    found = typing_twice.third_look(different.id, who, vault, NOON)
    assert found.differing and pages.look_at(found.scan[0].id, who, store, NOON)
    assert [group.reason for group in pages.unplaced(who)] == ["unknown", "unknown"]


def test_lan_is_not_digitised_and_a_second_start_adds_nothing(filled, store) -> None:
    (lan,) = archive_entries.of_customer("PA04DH0000058")
    assert lan.state == "listed"
    before = len(officers.audited()), len(list(Path(store.folder).rglob("*")))
    archive.fill(store, NOON)
    assert (len(officers.audited()), len(list(Path(store.folder).rglob("*")))) == before
    assert len(archive_files.newest(None, 9)) == 1
