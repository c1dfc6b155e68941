"""flask outages import: when the power is planned to be off, in local time."""

from __future__ import annotations

from datetime import date

import pytest

from db import outages as outage_records
from db.connection import fetch
from services.clock import DAY, at_local
from tests import billing_files

COLUMNS = ("commune_code", "area", "starts_at", "ends_at", "reason")
CUT = ("05569", "Xóm Nà Mao, xóm Bản Piềng", "2026-11-20 07:30", "2026-11-20 11:00",
       "Thay máy biến áp")


@pytest.fixture
def run(runner, tmp_path):
    """run(*rows, options) imports a file of these outages."""
    def go(*rows: tuple, options: tuple = ()):
        path = billing_files.write(tmp_path / "outages.csv", [COLUMNS, *rows])
        return runner.invoke(args=["outages", "import", str(path), *options])
    return go


def stored() -> list[tuple]:
    return fetch("SELECT * FROM outage ORDER BY id")


def test_an_outage_is_announced_in_its_commune(run, clock) -> None:
    assert run(CUT).stdout == "1 new, 0 changed, 0 unchanged, 0 left because paid\n"
    found = outage_records.upcoming("05569", clock(), clock() + 30 * DAY)[0]
    assert found.area == "Xóm Nà Mao, xóm Bản Piềng"
    assert found.starts_at == at_local(date(2026, 11, 20), 7, 30)
    assert found.ends_at == at_local(date(2026, 11, 20), 11)


def test_the_same_file_again_changes_nothing(run) -> None:
    run(CUT)
    before = stored()
    assert run(CUT).stdout == "0 new, 0 changed, 1 unchanged, 0 left because paid\n"
    assert stored() == before


def test_another_end_and_reason_replace_the_old_ones(run) -> None:
    run(CUT)
    longer = (*CUT[:3], "2026-11-20 15:00", "Thay cột")
    assert run(longer).stdout == "0 new, 1 changed, 0 unchanged, 0 left because paid\n"
    assert len(stored()) == 1 and stored()[0][5] == "Thay cột"


def test_a_dry_run_stores_nothing(run) -> None:
    assert run(CUT, options=("--dry-run",)).stdout.startswith("dry run, nothing stored: 1 new")
    assert stored() == []


@pytest.mark.parametrize(("row", "complaint"), [
    (("1", *CUT[1:]), "column commune_code: '1': a commune code of today's 92 communes expected"),
    ((*CUT[:2], "20/11/2026", *CUT[3:]), "column starts_at: '20/11/2026': a local time such as"
                                         " 2026-11-20 07:30 expected"),
    ((CUT[0], "Xóm Đình", "2026-11-20 07:30", "2026-11-20 07:30", CUT[4]),
     "column ends_at: '2026-11-20 07:30': not after starts_at"),
    ((*CUT[:4], ""), "column reason: '': printable text of 1 to 200 characters expected"),
    ((*CUT[:4], "Lý do khác"), "column commune_code, starts_at, area:"
                               " '05569 2026-11-20 07:30 Xóm Nà Mao, xóm B…': stands already on"),
])
def test_a_broken_row_is_named_and_nothing_is_stored(run, row, complaint) -> None:
    answer = run(CUT, row)
    assert answer.exit_code == 2
    (line,) = answer.stderr.splitlines()
    assert f": line 3, {complaint}" in line
    assert stored() == []
