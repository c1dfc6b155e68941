"""A small table of notes on a real SQLite file, and threads that write to it together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import apsw
import peewee

from db.committer import Committer
from db.connection import Sqlite


class Counting(Sqlite):
    """Counts commits; can refuse one, as a failing disk would."""

    def __init__(self, path: str):
        super().__init__(path)
        self.commits = 0
        self.refuse = False

    def _connect(self):
        connection = super()._connect()
        connection.set_commit_hook(self._at_commit)
        return connection

    def _at_commit(self) -> bool:
        self.commits += 1
        return self.refuse


def add(database: peewee.Database, text: str) -> Callable[[], str]:
    def work() -> str:
        database.execute_sql("INSERT INTO note VALUES (?)", (text,))
        return text
    return work


def stored(database: peewee.Database) -> list[str]:
    """What another connection sees: committed rows only."""
    other = apsw.Connection(str(database.database))
    try:
        return [text for (text,) in other.execute("SELECT text FROM note ORDER BY text")]
    finally:
        other.close()


class Crowd:
    """Threads that each hand in one piece of work and keep what came back."""

    def __init__(self, committer: Committer):
        self.committer = committer
        self.outcomes: dict[str, object] = {}
        self.threads: list[threading.Thread] = []

    def send(self, name: str, work: Callable) -> None:
        def run() -> None:
            try:
                self.outcomes[name] = self.committer.write(work)
            except Exception as error:
                self.outcomes[name] = error
        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()

    def wait_until_queued(self, count: int) -> None:
        while len(self.committer._waiting) < count:
            time.sleep(0.001)

    def join(self) -> dict[str, object]:
        for thread in self.threads:
            thread.join(30)
        return self.outcomes
