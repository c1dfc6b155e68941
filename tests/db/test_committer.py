"""Group commit on a real SQLite file: who shares a commit, and who waits for whom."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import peewee
import pytest

from db.committer import MOST_PER_COMMIT
from db.connection import Sqlite
from tests.db.notes import Crowd, add, stored

ROOT = Path(__file__).resolve().parents[2]


def test_a_value_comes_back_after_the_commit(notes, committer) -> None:
    seen_inside = []

    def work() -> str:
        add(notes, "rice")()
        seen_inside.extend(stored(notes))
        return "value"

    assert committer.write(work) == "value"
    assert seen_inside == []
    assert stored(notes) == ["rice"]


def test_an_error_comes_back_and_undoes_the_work(notes, committer) -> None:
    def work() -> None:
        add(notes, "rice")()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        committer.write(work)
    assert stored(notes) == []
    committer.write(add(notes, "tea"))
    assert stored(notes) == ["tea"]


def test_what_waits_meanwhile_shares_one_commit(notes, together) -> None:
    names = [f"note {number:02}" for number in range(20)]
    outcomes = together({name: add(notes, name) for name in names})
    assert outcomes == {name: name for name in names}
    assert stored(notes) == names
    assert notes.commits == 2  # the one under way, and theirs


def test_a_long_queue_is_cut_into_several_commits(notes, together) -> None:
    names = [f"note {number:03}" for number in range(2 * MOST_PER_COMMIT + 1)]
    assert len(together({name: add(notes, name) for name in names})) == len(names)
    assert stored(notes) == names
    assert notes.commits == 4  # the one under way, and 64 + 64 + 1


def test_one_failing_piece_undoes_only_itself(notes, together) -> None:
    def fail() -> None:
        add(notes, "half done")()
        raise ValueError("no")

    outcomes = together({"a": add(notes, "a"), "bad": fail, "b": add(notes, "b")})
    assert isinstance(outcomes.pop("bad"), ValueError)
    assert outcomes == {"a": "a", "b": "b"}
    assert stored(notes) == ["a", "b"]


def test_a_broken_rule_of_the_database_undoes_only_its_own_piece(notes, together) -> None:
    outcomes = together({"a": add(notes, "same"), "b": add(notes, "same"),
                         "c": add(notes, "other")})
    assert (outcomes["a"], outcomes["c"]) == ("same", "other")
    assert isinstance(outcomes["b"], peewee.IntegrityError)
    assert stored(notes) == ["other", "same"]


def test_pieces_may_nest_transactions(notes, committer) -> None:
    def work() -> str:
        add(notes, "kept")()
        try:
            with notes.atomic():
                add(notes, "undone")()
                raise ValueError
        except ValueError:
            return "went on"

    assert committer.write(work) == "went on"
    assert stored(notes) == ["kept"]


def test_who_is_done_is_answered_while_the_next_commit_is_under_way(notes, committer) -> None:
    crowd, gates = Crowd(committer), {name: threading.Event() for name in ("a", "e", "slow")}
    begun = {name: threading.Event() for name in gates}

    def held(name: str) -> Callable[[], str]:
        return lambda: (begun[name].set(), gates[name].wait(30)) and add(notes, name)()

    crowd.send("a", held("a"))
    begun["a"].wait(30)
    for number, name in enumerate("bcde", 1):
        crowd.send(name, held("e") if name == "e" else add(notes, name))
        crowd.wait_until_queued(number)
    gates["a"].set()
    begun["e"].wait(30)
    crowd.send("slow", held("slow"))
    crowd.wait_until_queued(1)
    gates["e"].set()
    for thread in crowd.threads[:5]:
        thread.join(30)
    assert crowd.outcomes == {name: name for name in "abcde"}
    gates["slow"].set()
    assert crowd.join()["slow"] == "slow"


def test_many_threads_lose_and_double_nothing(notes, committer) -> None:
    def hand_in(thread: int) -> None:
        for number in range(25):
            committer.write(add(notes, f"{thread:02} {number:02}"))

    threads = [threading.Thread(target=hand_in, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(stored(notes)) == 16 * 25


COUNT_UP = """
import sys, threading
from db.connection import init, run, write
init("sqlite:///" + sys.argv[1])
def count():
    for _ in range(40):
        write(lambda: run("UPDATE counter SET value = value + 1"))
threads = [threading.Thread(target=count) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_two_processes_take_turns(tmp_path: Path) -> None:
    path = str(tmp_path / "shared.db")
    notes = Sqlite(path)
    notes.execute_sql("CREATE TABLE counter (value INTEGER)")
    notes.execute_sql("INSERT INTO counter VALUES (0)")
    both = [subprocess.Popen([sys.executable, "-c", COUNT_UP, path], cwd=ROOT,
                             stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1] for process in both]
    assert errors == [b"", b""]
    assert notes.execute_sql("SELECT value FROM counter").fetchone() == (2 * 4 * 40,)
    notes.close()


def test_a_forked_child_queues_with_a_lock_of_its_own(notes, committer) -> None:
    committer.write(add(notes, "parent"))
    first = committer._process_lock()
    child = os.fork()
    if child == 0:
        os._exit(0 if committer._process_lock() != first else 1)
    assert os.waitpid(child, 0)[1] == 0
