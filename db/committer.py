"""Group commit for SQLite: what arrives while one commit is on its way to the
disk shares the next one.

A commit costs an fdatasync. With one commit a request the disk sets the pace;
here whoever gets the lock first runs everybody's waiting work in one
transaction, and each caller is answered only after that commit.
"""

from __future__ import annotations

import collections
import fcntl
import os
import threading
from collections.abc import Callable
from typing import Any

import peewee

MOST_PER_COMMIT = 64


class _Job:
    __slots__ = ("done", "error", "value", "work")

    def __init__(self, work: Callable[[], Any]):
        self.work = work
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class Committer:
    """Runs pieces of work on one SQLite database, several to a commit."""

    def __init__(self, database: peewee.Database, lock_path: str):
        self._database = database
        self._lock_path = lock_path
        self._lock_file: tuple[int, int] | None = None
        self._waiting: collections.deque[_Job] = collections.deque()
        self._leader = threading.Lock()

    def write(self, work: Callable[[], Any]) -> Any:
        """Run `work` in a transaction; return its value after the commit is durable."""
        job = _Job(work)
        self._waiting.append(job)
        with self._leader:
            # Another leader may have done our job while we waited for the lock.
            while not job.done:
                self._commit()
        return job.outcome()

    def _next_batch(self) -> list[_Job]:
        count = min(len(self._waiting), MOST_PER_COMMIT)
        return [self._waiting.popleft() for _ in range(count)]

    def _commit(self) -> None:
        jobs: list[_Job] = []
        try:
            self._run_together(jobs)
        except BaseException as error:
            # The transaction as a whole failed (disk full, file gone): nobody's work is kept.
            jobs = jobs or self._next_batch()
            for job in jobs:
                job.error = error
        finally:
            for job in jobs:
                job.done = True

    def _run_together(self, jobs: list[_Job]) -> None:
        descriptor = self._process_lock()
        # Processes queue in the kernel here; SQLite's own busy handler would sleep and poll.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            jobs += self._next_batch()  # only now: who came while we queued shares it
            with self._database.atomic():
                for job in jobs:
                    self._run_one(job)
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

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

    def _process_lock(self) -> int:
        # A lock belongs to the open file, which a forked child would share: it opens its own.
        if self._lock_file is None or self._lock_file[0] != os.getpid():
            self._lock_file = (os.getpid(), self._open_lock())
        return self._lock_file[1]

    def _open_lock(self) -> int:
        try:
            return os.open(self._lock_path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            # A folder that is gone or read-only: to the doors the database cannot be written.
            raise peewee.OperationalError(f"cannot write beside the database: {error}") from error
