"""When a commit as a whole fails, nobody in it is told that it worked."""

from __future__ import annotations

import resource
from pathlib import Path

import peewee
import pytest

from db.committer import Committer
from tests.db.notes import add, stored


def test_a_commit_that_fails_fails_everybody_in_it(notes, together, committer) -> None:
    def work_before_a_failing_commit() -> None:
        add(notes, "a")()
        notes.refuse = True

    outcomes = together({"a": work_before_a_failing_commit, "b": add(notes, "b")})
    assert all(isinstance(error, peewee.DatabaseError) for error in outcomes.values())
    assert stored(notes) == []
    notes.refuse = False
    assert committer.write(add(notes, "later")) == "later"
    assert stored(notes) == ["later"]


def test_a_full_disk_fails_everybody_and_the_next_ones_succeed(notes, together,
                                                               committer) -> None:
    committer.write(add(notes, "before"))
    used = Path(str(notes.database) + "-wal").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (used + 100, hard))
    try:
        outcomes = together({"a": add(notes, "a"), "b": add(notes, "b")})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert all(isinstance(error, peewee.OperationalError) for error in outcomes.values())
    assert stored(notes) == ["before"]
    committer.write(add(notes, "after"))
    assert stored(notes) == ["after", "before"]


def test_when_sqlite_gives_up_the_transaction_nobody_is_told_it_worked(notes,
                                                                       together) -> None:
    def give_up() -> None:
        # What a full disk makes SQLite do by itself in the middle of a statement.
        notes.execute_sql("INSERT OR ROLLBACK INTO note VALUES ('a')")

    outcomes = together({"a": add(notes, "a"), "full": give_up, "b": add(notes, "b")})
    assert all(isinstance(error, peewee.IntegrityError) for error in outcomes.values())
    assert stored(notes) == []


def test_work_that_hides_such_a_loss_is_not_believed(notes, together) -> None:
    def hide() -> str:
        try:
            notes.execute_sql("INSERT OR ROLLBACK INTO note VALUES ('a')")
        except peewee.IntegrityError:
            return "all is well"

    outcomes = together({"a": add(notes, "a"), "hidden": hide, "b": add(notes, "b")})
    assert all(isinstance(outcome, Exception) for outcome in outcomes.values())
    assert stored(notes) == []


def test_a_folder_that_is_gone_is_an_unavailable_database(notes, tmp_path: Path) -> None:
    committer = Committer(notes, str(tmp_path / "gone" / "notes.db.lock"))
    with pytest.raises(peewee.OperationalError, match="gone"):
        committer.write(add(notes, "a"))
    assert stored(notes) == []
