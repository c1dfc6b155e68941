"""Group commit for SQLite: what arrives while one commit is on its way to the
disk shares the next one.

A commit costs an fdatasync. With one commit a request the disk sets the pace;
here whoever comes first runs all waiting work in one transaction, and each
caller is answered only after that commit.
"""

from __future__ import annotations

import collections
import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import peewee

MOST_PER_COMMIT = 64
_IN_VAIN_S = 0.1  # behind a process that has held the lock for too long already


class _Job:
    __slots__ = ("done", "error", "value", "wake", "work")

    def __init__(self, work: Callable[[], Any]):
        self.work = work
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None
        self.wake = threading.Lock()  # held until the job is done, or its thread must lead
        self.wake.acquire()

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class _Turn:
    """Waits for a locked file in a thread, for nothing else can end such a wait. There is never
    more than one thread: who gives up leaves it to the next one, and a lock that comes when nobody
    wants it any more is let go. Once somebody has waited in vain, nobody else waits as long."""

    def __init__(self, path: str):
        self._path = path
        self._mutex = threading.Lock()  # guards all below
        self._came = threading.Event()
        self._queueing = self._wanted = self._late = False
        self._descriptor = -1

    def take(self, seconds: float) -> int | None:
        """A descriptor that holds the lock, to be closed; None when it did not come in time."""
        with self._mutex:
            self._wanted = True
            seconds = min(seconds, _IN_VAIN_S) if self._late else seconds
            if not self._queueing:
                self._queueing = True
                threading.Thread(target=self._queue, daemon=True).start()
        self._came.wait(seconds)
        with self._mutex:
            self._wanted = False
            if not self._came.is_set():
                self._late = True
                return None
            self._came.clear()
            return self._descriptor

    def _queue(self) -> None:
        descriptor = os.open(self._path, os.O_RDWR)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with self._mutex:
            self._queueing = self._late = False
            if self._wanted:
                self._descriptor = descriptor
                self._came.set()
            else:
                os.close(descriptor)


class Committer:
    """Runs pieces of work on one SQLite database, several to a commit."""

    def __init__(self, database: peewee.Database, lock_path: str, wait_s: float = 5):
        self._database = database
        self._lock_path = lock_path
        self._wait_s = wait_s
        self._lock: tuple[int, int, _Turn] | None = None  # of the process with this id
        self._waiting: collections.deque[_Job] = collections.deque()
        self._mutex = threading.Lock()  # guards `_led`, and appending to `_waiting`
        self._led = False

    def write(self, work: Callable[[], Any]) -> Any:
        """Run `work` in a transaction; return its value after the commit is durable."""
        job = _Job(work)
        with self._mutex:
            self._waiting.append(job)
            leads, self._led = not self._led, True
        if not leads:
            job.wake.acquire()
        if not job.done:
            self._lead(job)
        return job.outcome()

    def _lead(self, own: _Job) -> None:
        """Commit a batch that begins with our own job, then hand the lead to the first in line."""
        jobs = self._commit()
        with self._mutex:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        if following:
            following.wake.release()
        # Each is woken on its own: behind one common lock they would wait for the next commit.
        for job in jobs:
            if job is not own:
                job.wake.release()

    def _all_waiting(self) -> list[_Job]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _next_batch(self) -> list[_Job]:
        count = min(len(self._waiting), MOST_PER_COMMIT)
        return [self._waiting.popleft() for _ in range(count)]

    def _commit(self) -> list[_Job]:
        jobs: list[_Job] = []
        try:
            self._run_together(jobs)
        except BaseException as error:
            # The transaction as a whole failed (disk full, file gone): nobody's work is kept.
            jobs = jobs or self._all_waiting()
            for job in jobs:
                job.error = error
        for job in jobs:
            job.done = True
        return jobs

    def _run_together(self, jobs: list[_Job]) -> None:
        with self._alone():
            jobs += self._next_batch()  # only now, so that whoever came meanwhile shares the commit
            with self._database.atomic():
                for job in jobs:
                    self._run_one(job)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """While no other process commits. Raises OperationalError when one that was stopped in the
        middle of a commit keeps us waiting too long."""
        descriptor, turn = self._process_lock()
        lent = None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Processes queue in the kernel; SQLite's own busy handler would sleep and poll.
            lent = turn.take(self._wait_s)
            if lent is None:
                raise peewee.OperationalError("database is locked: another process commits"
                                              " without end") from None
        try:
            yield
        finally:
            if lent is None:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
            else:
                os.close(lent)

    def _run_one(self, job: _Job) -> None:
        connection = self._database.connection()
        connection.execute("SAVEPOINT job")
        try:
            job.value = job.work()
        except BaseException as error:
            if connection.get_autocommit():
                # SQLite gave up the whole transaction (full disk, I/O error).
                raise
            connection.execute("ROLLBACK TO job")
            job.error = error
        connection.execute("RELEASE job")

    def _process_lock(self) -> tuple[int, _Turn]:
        # A lock belongs to the open file, which a forked child would share: it opens its own.
        if self._lock is None or self._lock[0] != os.getpid():
            self._lock = (os.getpid(), self._open_lock(), _Turn(self._lock_path))
        return self._lock[1:]

    def _open_lock(self) -> int:
        try:
            return os.open(self._lock_path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            # The folder is gone or read-only: to the doors, a database that cannot be written.
            raise peewee.OperationalError(f"cannot write beside the database: {error}") from error
