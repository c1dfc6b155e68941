"""Power cuts while a stack is read: no page is lost or doubled, no file is left over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from db.archive import archive_entries, archive_scans
from services import sealed_files
from services.archive import scanning
from tests import scans
from tests.conftest import ENVIRON, ROOT
from tests.faults import archive_killed
from tests.villagers import NOON

POINTS = 10


@pytest.fixture
def killed(app, settings):
    """Reads one stack a step and is killed there; returns the steps of those that lived."""
    def run(*steps: int, naive: bool = False) -> list[int]:
        environ = {**os.environ, **ENVIRON, "DATABASE_URL": settings.database_url,
                   "FILES_DIR": settings.files_dir}
        said = subprocess.run(
            [sys.executable, "-m", "tests.faults.archive_killed", *map(str, steps),
             *(["--naive"] if naive else [])],
            cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout
        return [json.loads(line)["steps"] for line in said.splitlines()]
    return run


def left_over(settings) -> set[str]:
    """Files that no page of a contract names."""
    there = {path.name for path in Path(settings.files_dir).rglob("*") if path.is_file()}
    rows = archive_scans.ArchivePage.select().where(archive_scans.ArchivePage.size > 0)
    named = {page.id for page in rows}
    assert named <= there
    return there - named


def test_killed_anywhere_it_goes_on_without_losing_or_doubling_a_page(killed, settings, vault):
    (total,) = killed(0)
    assert total > 100
    steps = [1 + number * (total - 2) // (POINTS - 1) for number in range(POINTS)]
    assert killed(*steps) == []  # none lived to the end
    states = {scans.state(entry.id) for entry in archive_entries.ArchiveEntry.select()}
    assert "listed" in states and "typed" not in states

    store = sealed_files.of(settings, vault)
    for step in steps:
        archive_killed.read(step, store, NOON)  # handed in again, as after any power cut
    for step in [0, *steps]:
        entry = archive_entries.by_key(f"K{step}")
        pages = archive_scans.scan_of(entry.id)
        assert (entry.state, [page.number for page in pages]) == ("scanned", archive_killed.PAGES)
        assert all(store.get(page.id, page.id) for page in pages)
    assert left_over(settings) == set()
    assert scanning.work(store, NOON) == 0


def test_the_control_with_names_drawn_by_lot_is_caught(killed, settings, vault):
    (total,) = killed(0, naive=True)
    steps = range(1, total, max(1, total // 8))
    killed(*steps, naive=True)
    for step in steps:
        archive_killed.read_naively(step, sealed_files.of(settings, vault), NOON)
    assert left_over(settings) != set()
