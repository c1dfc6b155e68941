"""deploy/quaydien-backup, as the timer calls it: whole or not there, N kept, restored."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from config import ROOT
from tests.conftest import ENVIRON

SCRIPT = ROOT / "deploy" / "quaydien-backup"


@pytest.fixture
def home(tmp_path, database_url) -> dict[str, str]:
    """Settings with the villagers' database, a folder of files and one of backups."""
    files, backups = tmp_path / "files", tmp_path / "backups"
    for folder in (files / "ab", backups):
        folder.mkdir(parents=True)
    (files / "ab" / "abc").write_bytes(b"sealed")
    (files / "ab" / "abd.part").write_bytes(b"half")
    return {**os.environ, **ENVIRON, "DATABASE_URL": database_url, "FILES_DIR": str(files),
            "BACKUP_DIR": str(backups), "BACKUP_KEEP": "3"}


def run(home: dict[str, str], **changes: str) -> subprocess.CompletedProcess:
    return subprocess.run([SCRIPT], env=home | changes, capture_output=True, text=True,
                          check=False, cwd="/")


def made(home: dict[str, str]) -> list[Path]:
    return sorted(Path(home["BACKUP_DIR"]).iterdir())


def older(home: dict[str, str], *days: str) -> None:
    for day in days:
        (Path(home["BACKUP_DIR"]) / f"quaydien-{day}-023000").mkdir()


def flask(home: dict[str, str], *words: str, **changes: str) -> subprocess.CompletedProcess:
    return subprocess.run([ROOT / ".venv" / "bin" / "flask", "--app", "app", *words], cwd=ROOT,
                          env=home | changes, capture_output=True, text=True, check=False)


def test_a_backup_holds_database_and_files_and_is_restored(home, bare_url) -> None:
    done = run(home)
    (backup,) = made(home)
    assert done.returncode == 0 and "1 kept" in done.stdout
    assert (backup / "files" / "ab" / "abc").read_bytes() == b"sealed"
    assert not (backup / "files" / "ab" / "abd.part").exists()
    assert flask(home, "db", "migrate", DATABASE_URL=bare_url).returncode == 0
    restored = flask(home, "db", "restore", str(backup / "database"), DATABASE_URL=bare_url)
    assert restored.returncode == 0, restored.stderr
    assert "4 customer rows" in flask(home, "db", "check", DATABASE_URL=bare_url).stdout


def test_nobody_else_may_read_it(home) -> None:
    run(home)
    for path in [made(home)[0], *made(home)[0].rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0 or path.is_relative_to(made(home)[0] / "files")
    assert made(home)[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestKeeping:
    def test_the_newest_are_kept(self, home) -> None:
        older(home, "20200101", "20200102", "20200103")
        assert run(home).returncode == 0
        assert [path.name[:17] for path in made(home)][:2] == [
            "quaydien-20200102", "quaydien-20200103"]
        assert len(made(home)) == 3

    def test_what_did_not_change_is_not_copied_again(self, home) -> None:
        run(home)
        before = made(home)[0].rename(made(home)[0].with_name("quaydien-20200101-023000"))
        run(home)
        first, second = (path / "files" / "ab" / "abc" for path in made(home))
        assert first.parents[2] == before and first.samefile(second)

    def test_what_a_power_cut_left_goes_and_is_never_counted(self, home) -> None:
        older(home, "20200101")
        left = Path(home["BACKUP_DIR"]) / "quaydien-20200102-023000.partial"
        left.mkdir()
        assert run(home, BACKUP_KEEP="2").returncode == 0
        assert not left.exists() and len(made(home)) == 2

    def test_a_failure_says_so_and_takes_nothing_away(self, home, tmp_path) -> None:
        older(home, "20200101", "20200102")
        (tmp_path / "broken.db").write_bytes(b"no database" * 1000)
        done = run(home, DATABASE_URL=f"sqlite:///{tmp_path / 'broken.db'}", BACKUP_KEEP="1")
        assert done.returncode != 0 and done.stderr.startswith("error: ")
        assert [path.name for path in made(home) if not path.name.endswith(".partial")] == [
            "quaydien-20200101-023000", "quaydien-20200102-023000"]

    @pytest.mark.parametrize("kept", ["0", "-1", "all", "1 2", "014"])
    def test_a_number_that_is_none_is_refused(self, home, kept) -> None:
        older(home, "20200101")
        done = run(home, BACKUP_KEEP=kept)
        assert done.returncode == 2 and "BACKUP_KEEP" in done.stderr and len(made(home)) == 1

    def test_other_things_in_the_folder_stay(self, home) -> None:
        for name in ("lost+found", "quaydien-old", "quaydien-20200101-023000.tar"):
            (Path(home["BACKUP_DIR"]) / name).mkdir()
        assert run(home, BACKUP_KEEP="1").returncode == 0 and len(made(home)) == 4

    def test_a_backup_is_a_database_that_can_be_looked_at(self, home) -> None:
        run(home)
        count = sqlite3.connect(made(home)[0] / "database").execute(
            "SELECT COUNT(*) FROM customer").fetchone()
        assert count == (4,)
