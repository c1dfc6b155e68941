"""The child that reads files: what it may use, and what becomes of a file that takes more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.decoding import pool
from services.decoding.errors import ReaderBusy, ReaderDied, TooHeavy, Unfit
from services.decoding.jobs import Answer, Job
from services.decoding.pool import Pool
from tests.conftest import ROOT
from tests.services.decoding.deeds import job


@pytest.fixture
def reader() -> Iterator[Pool]:
    """A child of one's own."""
    made = Pool()
    yield made
    made.close()


def call(reader: Pool, wanted: Job, told: Any = None, data: bytes = b"") -> Answer:
    [answer] = reader.answers(wanted, told, data)
    return answer


def pid(reader: Pool) -> int:
    return call(reader, job("say")).told["pid"]


def is_there(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().split(")")[1].split()[0] not in "ZX"
    except OSError:
        return False


def until(condition, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        threading.Event().wait(0.01)
    return condition()


def test_one_child_serves_file_after_file(reader) -> None:
    answer = call(reader, job("say"), {"a": ["ữ", 1]}, b"abc")
    assert answer.told["told"] == {"a": ["ữ", 1]} and answer.data == b"cba"
    assert answer.told["pid"] == pid(reader) != os.getpid()


def test_what_a_job_says_of_its_file_is_heard(reader) -> None:
    before = pid(reader)
    with pytest.raises(Unfit) as refusal:
        call(reader, job("refuse"))
    assert refusal.value.words == ("photo", "kind") and pid(reader) == before


@pytest.mark.parametrize(("deed", "limits", "words"), [
    ("eat_memory", {}, "memory or time"), ("eat_time", {"cpu_s": 1}, "memory or time"),
    ("sleep", {"wall_s": 1}, "too long"), ("flood", {}, "unpacks to too much"),
    ("crash", {}, "SIGSEGV"), ("nonsense", {}, "unpacks to too much")])
def test_a_file_that_takes_too_much_is_refused_and_the_next_one_is_read(reader, deed, limits,
                                                                           words):
    began = time.monotonic()
    with pytest.raises(TooHeavy, match=words):
        call(reader, job(deed, **limits))
    assert call(reader, job("say"), "next").told["told"] == "next"
    assert time.monotonic() - began < 15


def test_answers_come_one_by_one_and_the_error_where_it_happened(reader) -> None:
    assert [answer.told for answer in reader.answers(job("count"), 3, b"")] == [0, 1, 2]
    heard = []
    with pytest.raises(Unfit, match="scan: page"):
        for answer in reader.answers(job("count_and_refuse"), 2, b""):
            heard.append(answer.told)
    assert heard == [0, 1]


def test_answers_that_are_left_alone_do_not_come_to_the_next_who_asks(reader) -> None:
    answers = reader.answers(job("count"), 1000, b"")
    assert next(answers).told == 0
    answers.close()
    assert call(reader, job("say"), "mine").told["told"] == "mine"


def test_answers_without_end_are_too_much(reader) -> None:
    with pytest.raises(TooHeavy):
        for _answer in reader.answers(job("count", most_bytes=50_000), 10**9, b""):
            pass


def test_a_child_killed_while_it_reads_is_told_and_the_next_file_is_read(reader) -> None:
    number = pid(reader)
    answers = reader.answers(job("begin"), None, b"")
    assert next(answers).told == "begun"
    os.kill(number, signal.SIGKILL)
    with pytest.raises(ReaderDied):
        next(answers)
    assert pid(reader) != number


def test_a_child_that_ended_while_nobody_asked_is_followed_by_another(reader) -> None:
    number = pid(reader)
    os.kill(number, signal.SIGKILL)
    assert pid(reader) != number


def test_a_fault_of_ours_is_no_fault_of_the_file(reader) -> None:
    with pytest.raises(pool.Defect, match="a fault of ours"):
        call(reader, job("be_wrong"))


def test_enough_wait_and_the_rest_is_asked_to_come_back(reader) -> None:
    answers = reader.answers(job("count"), 2, b"")
    next(answers)
    results: list[str] = []

    def ask() -> None:
        try:
            results.append(call(reader, job("say"), "read").told["told"])
        except ReaderBusy:
            results.append("busy")
    threads = [threading.Thread(target=ask) for _number in range(4 + pool.MOST_WAITING)]
    for thread in threads:
        thread.start()
    assert until(lambda: results.count("busy") == 4)
    answers.close()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["busy"] * 4 + ["read"] * pool.MOST_WAITING


def test_a_file_in_command_of_the_child_neither_writes_nor_starts_nor_calls(reader, tmp_path):
    there = tmp_path / "x.there"
    there.write_text("kept")
    came = call(reader, job("tricks"), str(tmp_path / "x")).told
    assert {name for name, error in came.items() if not error} == set()
    assert list(tmp_path.iterdir()) == [there] and there.read_text() == "kept" and pid(reader)


def test_the_child_knows_no_secret_and_none_of_our_doors(reader, monkeypatch) -> None:
    monkeypatch.setenv("DATA_KEY", "a word of ours")
    answer = call(reader, job("surroundings"))
    assert "a word of ours" not in str(answer.told["environ"])
    assert set(answer.told["environ"]) <= {"PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONUTF8",
                                           "LC_CTYPE"}
    assert not {"flask", "db", "peewee", "web"} & set(answer.told["modules"])


def test_the_child_ends_with_its_parent_and_leaves_nothing_behind(tmp_path) -> None:
    program = ("from services.decoding import pool\nfrom tests.services.decoding.deeds import job\n"
               "import os, time\nprint(pool.call(job('say')).told['pid'], flush=True)\n"
               "time.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE,
                          text=True, env={**os.environ, "TMPDIR": str(tmp_path)}) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        assert is_there(number)
        parent.kill()
    assert until(lambda: not is_there(number)) and list(tmp_path.iterdir()) == []
