"""One child a process, started when the first file comes, used for one file at a time.

What waits is bounded: a web process has few threads, and health needs one of them.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from services.decoding import wire
from services.decoding.errors import ReaderBusy, ReaderDied, TooHeavy, Unfit
from services.decoding.jobs import Answer, Job

MOST_WAITING = 6  # threads of the twelve that a web process has
PATIENCE_S = 20
_MOMENT_S = 2
_ROOT = Path(__file__).resolve().parents[2]
_FROM_PARENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH")  # no key, no password
_CHILD = "services.decoding.child"
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Defect(RuntimeError):
    """A fault of ours in the child; the message is its traceback."""


class _EndedBefore(ReaderDied):
    """Nobody had asked for a while, so it ended before it heard of the job."""


class _Child:
    """A process, and the way to it."""

    def __init__(self) -> None:
        self.channel, other = socket.socketpair()
        with other:
            self.process = subprocess.Popen(
                [sys.executable, "-B", "-m", _CHILD], cwd=_ROOT, stdin=other.fileno(),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={"PYTHONUTF8": "1", **{name: os.environ[name] for name in _FROM_PARENT
                                           if name in os.environ}})
        # It ends by itself when nobody asks; somebody must hear of that.
        self._watch = threading.Thread(target=self.process.wait, daemon=True)
        self._watch.start()

    def alive(self) -> bool:
        return self._watch.is_alive()

    def end(self, by_itself: bool = False) -> int:
        """Its exit status; `by_itself`: it is about to say that."""
        self.channel.close()
        if by_itself:
            self._watch.join(_MOMENT_S)
        if self._watch.is_alive():
            self.process.kill()
            self._watch.join()
        return self.process.returncode


class Pool:
    """The child of this process, if there is one, and whose turn it is."""

    def __init__(self) -> None:
        self._child: _Child | None = None
        self._turn = threading.Lock()
        self._count = threading.Lock()
        self._waiting = 0

    def answers(self, job: Job, told: Any, data: bytes) -> Generator[Answer]:
        """What the job gives, as it is made; leaving early ends the child."""
        self._take_turn()
        try:
            yield from self._ask(job, told, data)
        finally:
            self._turn.release()

    def _take_turn(self) -> None:
        if self._turn.acquire(blocking=False):
            return
        with self._count:
            if self._waiting >= MOST_WAITING:
                raise ReaderBusy("too many files wait to be read")
            self._waiting += 1
        try:
            if not self._turn.acquire(timeout=PATIENCE_S):
                raise ReaderBusy("another file takes long to read")
        finally:
            with self._count:
                self._waiting -= 1

    def _ask(self, job: Job, told: Any, data: bytes) -> Iterator[Answer]:
        reader, (said, more) = self._begun(job, told, data)
        left, until, ended = job.most_bytes, time.monotonic() + job.whole_s, False
        try:
            while "told" in said:
                left -= len(more)
                yield Answer(said["told"], more)
                said, more = _next(reader, left, min(job.wall_s, until - time.monotonic()))
            ended = not said.get("last", True)
            _end(said)
        finally:
            if not ended:
                self._child = None
                reader.end()

    def _begun(self, job: Job, told: Any, data: bytes) -> tuple[_Child, tuple[dict, bytes]]:
        """The child and the first that it says. One that ended since the last job is followed by
        a fresh one."""
        asked = {"function": job.function, "told": told, "cpu_s": job.cpu_s,
                 "memory_mb": job.memory_mb}
        for _try in range(2):
            reader = self._child
            if reader is None or not reader.alive():
                reader = _Child()
            self._child = None
            try:
                wire.send(reader.channel, asked, data, job.wall_s)
                said = _next(reader, job.most_bytes, job.wall_s)
                self._child = reader
                return reader, said
            except (_EndedBefore, OSError):
                continue
            finally:
                if self._child is None:
                    reader.end()
        raise ReaderDied("the reader of files cannot be started")

    def forget(self) -> None:
        """In a copy of the process: the child is the other's."""
        self.__init__()  # type: ignore[misc]

    def close(self) -> None:
        """End the child; the next file starts another."""
        ended, self._child = self._child, None
        if ended is not None:
            ended.end()


def _next(reader: _Child, most: int, within: float) -> tuple[dict, bytes]:
    try:
        said, data = wire.receive(reader.channel, most + 64 * 1024, max(0.001, within))
    except TimeoutError:
        raise TooHeavy("it takes too long to read") from None
    except wire.Nonsense:
        raise TooHeavy("it unpacks to too much") from None
    except ConnectionResetError:
        # What we sent was not read: it was on its way out, whoever sent it there.
        reader.end(by_itself=True)
        raise _EndedBefore("the reader of files ended") from None
    except (EOFError, BrokenPipeError):
        raise _why(reader.end(by_itself=True)) from None
    if not isinstance(said, dict):
        raise TooHeavy("the reader said nothing that can be used")
    return said, data


def _why(status: int) -> Exception:
    """The child ended while it read: at a limit, or within a library, or from outside."""
    if status == 0:
        return _EndedBefore("the reader of files ended")
    if status in (wire.HEAVY, -signal.SIGXCPU):
        return TooHeavy("it takes too much memory or time to read")
    if status < 0 and status not in [-sent for sent in _FROM_OUTSIDE]:
        return TooHeavy(f"the reader broke off ({signal.Signals(-status).name})")
    return ReaderDied("the reader of files was ended")


def _end(said: dict) -> None:
    if "unfit" in said:
        raise Unfit(*map(str, said["unfit"]))
    if "unreadable" in said:
        number, text = said["unreadable"]
        raise OSError(number, text)
    if "defect" in said:
        raise Defect(said["defect"])


_pool = Pool()
os.register_at_fork(after_in_child=_pool.forget)


def call(job: Job, told: Any = None, data: bytes = b"") -> Answer:
    """The one answer of a job.

    Raises Unfit, TooHeavy, ReaderBusy or ReaderDied; OSError for a file that the child cannot
    open.
    """
    *_none, answer = _pool.answers(job, told, data)
    return answer


def stream(job: Job, told: Any = None, data: bytes = b"") -> Generator[Answer]:
    """Answers as the child makes them; raises as `call`, at any of them. No other file is read
    by this process until the last one is taken or the generator closed."""
    return _pool.answers(job, told, data)
