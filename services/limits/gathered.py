"""Counts that this process keeps in memory, so that asking costs no write: written to the database
within a second, and read from there at most once a second. What was refused is gathered too, since
a refusal undoes the transaction in which it came about.

While the database cannot be written the counts wait here, so that a limit goes on within the
process, and nobody's question fails because of it.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import threading
import time

from db import connection, engines
from db import limits as limit_records
from db.connection import write
from db.limits import Slot

log = logging.getLogger("quaydien.limits")

FLUSH_S = 1.0
_MOST_KEPT = 20_000  # people known, and counts that wait for a database
_IDLE = 3  # seconds without anything to write, after which the writer ends
Counts = dict[tuple[int, str], int]  # by slot and thing


class Gathered:
    """One a process, for the database that is bound now; another one begins anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database: object = None
        self._known: dict[tuple[str, str], tuple[float, Counts]] = {}
        self._waiting: dict[tuple[str, str, int, str], int] = {}
        self._going: dict[tuple[str, str, int, str], int] = {}  # to the database, just now
        self._turns = 0  # counts beginnings and ends of writing
        self._writing = threading.Lock()
        self._refused: dict[tuple[str, str, str], tuple[int, int, int]] = {}
        self._writer: threading.Thread | None = None

    def take(self, at: Slot, thing: str, number: int, most: int) -> bool:
        """Count `number` more, or another `thing`; False, and nothing is counted, when that would
        be more than `most`."""
        self._look(at)
        with self._lock:
            counts = self._counts(at)
            spent = _spent(counts, at.since, thing != "")
            known = any(kept == thing and slot > at.since for slot, kept in counts)
            if thing and known:
                return True
            if spent + number > most:
                return False
            counts[at.slot, thing] = counts.get((at.slot, thing), 0) + number
            self._wait(at, thing, number)
            return True

    def spent(self, at: Slot, different: bool) -> int:
        """How much counts now."""
        self._look(at)
        with self._lock:
            return _spent(self._counts(at), at.since, different)

    def _counts(self, at: Slot) -> Counts:
        return self._known.setdefault((at.rule, at.who), (0.0, {}))[1]

    def oldest(self, at: Slot) -> int | None:
        """The oldest slot that still counts, as far as is known here."""
        with self._lock:
            return min((slot for slot, _thing in self._counts(at) if slot > at.since), default=None)

    def refuse(self, rule: str, who: str, day: str, now: int) -> None:
        """Note that a rule refused somebody."""
        with self._lock:
            self._begin_anew()
            if len(self._refused) < _MOST_KEPT:
                number, first, _last = self._refused.get((rule, who, day), (0, now, now))
                self._refused[rule, who, day] = number + 1, first, now
            self._wake()

    def flush(self) -> None:
        """Write down what waits. Raises one of connection.UNAVAILABLE, and keeps it."""
        with self._writing:
            with self._lock:
                self._begin_anew()
                self._going, self._waiting = self._waiting, {}
                refused, self._refused = self._refused, {}
                self._turns += 1
            try:
                if self._going or refused:
                    write(lambda: _store(self._going, refused))
            except BaseException:
                self._take_back(refused)
                raise
            finally:
                with self._lock:
                    self._going = {}
                    self._turns += 1

    def _look(self, at: Slot) -> None:
        """Know what the database says of this rule and person, as of a second ago at most."""
        with self._lock:
            self._begin_anew()
            read_at, counts = self._known.get((at.rule, at.who), (0.0, {}))
        if read_at and time.monotonic() - read_at < FLUSH_S:
            return
        while True:
            turns = self._turns
            found = self._read(at)
            with self._lock:
                # What was written while we read may stand in what we read, or not: read again.
                if found is None or turns == self._turns:
                    self._keep(at, counts if found is None else self._with_ours(at, found))
                    return

    def _read(self, at: Slot) -> Counts | None:
        """What the database says; None while it cannot be asked."""
        try:
            return {(slot, thing): number for slot, thing, number in limit_records.rows(at)}
        except connection.UNAVAILABLE as error:
            # Where nobody answers the page fails as well, and need not wait for it a second time.
            if connection.database.in_transaction() or engines.silent(error):
                raise
            log.warning("limits go on in memory: %s", type(error).__name__)
            connection.forget_broken()
            return None

    def _with_ours(self, at: Slot, found: Counts) -> Counts:
        """Beside what the database says, what it does not know yet."""
        for counts in (self._going, self._waiting):
            for (rule, who, slot, thing), number in counts.items():
                if (rule, who) == (at.rule, at.who):
                    found[slot, thing] = found.get((slot, thing), 0) + number
        return found

    def _keep(self, at: Slot, counts: Counts) -> None:
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[at.rule, at.who] = time.monotonic(), counts

    def _wait(self, at: Slot, thing: str, number: int) -> None:
        key = at.rule, at.who, at.slot, thing
        if key in self._waiting or len(self._waiting) < _MOST_KEPT:
            self._waiting[key] = self._waiting.get(key, 0) + number
        self._wake()

    def _take_back(self, refused: dict) -> None:
        with self._lock:
            for key, number in self._going.items():
                self._waiting[key] = self._waiting.get(key, 0) + number
            for name, (number, first, last) in refused.items():
                more, _first, later = self._refused.get(name, (0, first, last))
                self._refused[name] = number + more, first, max(last, later)

    def _begin_anew(self) -> None:
        if self._database is not connection.database.obj:
            self._database = connection.database.obj
            self._known, self._waiting, self._refused = {}, {}, {}

    def _wake(self) -> None:
        if self._writer is None or not self._writer.is_alive():
            self._writer = threading.Thread(target=self._write_on, name="limits", daemon=True)
            self._writer.start()

    def _write_on(self) -> None:
        """Write every second, until there was nothing to write for a while."""
        idle = 0
        while idle < _IDLE:
            time.sleep(FLUSH_S)
            with self._lock:
                idle = 0 if self._waiting or self._refused else idle + 1
                if idle >= _IDLE:
                    self._writer = None
            try:
                self.flush()
            except connection.UNAVAILABLE as error:
                log.warning("limits wait to be written: %s", type(error).__name__)
                connection.forget_broken()
            except Exception:  # a defect must not end the writing of all that comes after
                log.exception("limits could not be written")
        with contextlib.suppress(*connection.UNAVAILABLE):
            connection.forget_broken()

    def end(self) -> None:
        """The process ends: what waits is written if the database is there."""
        if connection.database.obj is not None and connection.database.obj is self._database:
            with contextlib.suppress(*connection.UNAVAILABLE, connection.FAULTY):
                self.flush()


def _store(counts: dict, refused: dict) -> None:
    limit_records.add_all((*key, number) for key, number in counts.items())
    limit_records.add_refusals((*key, *values) for key, values in refused.items())


def _spent(counts: Counts, since: int, different: bool) -> int:
    if different:
        return len({thing for slot, thing in counts if thing and slot > since})
    return sum(number for (slot, thing), number in counts.items() if slot > since and not thing)


GATHERED = Gathered()
atexit.register(GATHERED.end)
