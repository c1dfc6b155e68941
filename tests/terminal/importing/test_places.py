"""flask places import: where cash is taken."""

from __future__ import annotations

import pytest

from db.connection import fetch
from tests import billing_files

COLUMNS = ("code", "name", "kind", "address", "commune_code", "hours", "phone")
POST = ("BD-DH", "Bưu cục Chợ Chu", "post", "Số 12 phố Chợ Chu", "05569", "7:00–11:30",
        "0208 300 0570")


@pytest.fixture
def run(runner, tmp_path):
    """run(*rows, options) imports a file of these places."""
    def go(*rows: tuple, options: tuple = (), columns: tuple = COLUMNS):
        path = billing_files.write(tmp_path / "places.csv", [columns, *rows])
        return runner.invoke(args=["places", "import", str(path), *options])
    return go


def stored() -> list[tuple]:
    return fetch("SELECT * FROM place ORDER BY code")


def test_a_place_is_stored_and_the_same_file_again_changes_nothing(run) -> None:
    assert run(POST).stdout == "1 new, 0 changed, 0 unchanged, 0 left because paid\n"
    assert run(POST).stdout == "0 new, 0 changed, 1 unchanged, 0 left because paid\n"
    assert stored() == [POST]


def test_a_known_place_follows_the_file_and_others_stay(run) -> None:
    run(POST, ("TH", *POST[1:]))
    moved = (*POST[:3], "Số 1", *POST[4:6], "")
    assert run(moved).stdout == "0 new, 1 changed, 0 unchanged, 0 left because paid\n"
    assert stored() == [moved, ("TH", *POST[1:])]


def test_a_dry_run_stores_nothing(run) -> None:
    assert run(POST, options=("--dry-run",)).stdout.startswith("dry run, nothing stored: 1 new")
    assert stored() == []


@pytest.mark.parametrize(("at", "value", "complaint"), [
    (0, "", "column code: ''"), (1, "", "column name: ''"), (1, "x" * 61, "column name"),
    (2, "pub", "column kind: 'pub': one of office, post, shop, bank, officer expected"),
    (4, "1", "column commune_code: '1': a commune code of today's 92 communes expected"),
    (6, "gọi Lan", "column phone: 'gọi Lan': empty or a telephone number expected"),
    (0, "BD-DH", "column code: 'BD-DH': stands already on line 2"),
])
def test_a_broken_row_is_named_and_nothing_is_stored(run, at, value, complaint) -> None:
    row = ("other", *POST[1:])
    answer = run(POST, (*row[:at], value, *row[at + 1:]))
    assert answer.exit_code == 2
    (line,) = answer.stderr.splitlines()
    assert f": line 3, {complaint}" in line
    assert stored() == []


def test_an_unknown_column_is_named(run) -> None:
    answer = run((*POST, "1"), columns=(*COLUMNS, "stars"))
    assert answer.exit_code == 2 and "unknown column: stars" in answer.stderr


def test_places_are_listed_and_one_is_removed(run, runner) -> None:
    run(POST)
    assert runner.invoke(args=["places", "list"]).stdout == (
        "BD-DH\tpost\tXã Định Hóa\tBưu cục Chợ Chu\tSố 12 phố Chợ Chu\t7:00–11:30\t0208 300 0570\n")
    assert runner.invoke(args=["places", "remove", "BD-DH"]).exit_code == 0
    gone = runner.invoke(args=["places", "remove", "BD-DH"])
    assert gone.exit_code == 2 and gone.stderr.count("\n") == 1
    assert stored() == []
