"""What must happen now and then without anybody asking: one list, one thread of the worker.

The jobs may wait for other companies' machines, so they never hold up the sending of texts.
Each takes its own leases in the database: several workers may run.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from db import connection
from services import sealed_files
from services.archive import entries, scanning
from services.context import Context
from services.contracts import contract_files, meetings
from services.contracts.seal import sealing
from services.messages import campaigns
from services.officers import audit_heads
from services.providers import orders, registry

log = logging.getLogger("quaydien.periodic")


class Job(NamedTuple):
    """`also_once`: it is part of `flask sms send --once` too, which sends what is there and begins
    nothing new."""

    name: str
    every_s: float
    run: Callable[[Context], object]
    also_once: bool = True


JOBS = [
    Job("ask payment providers", 15,
        lambda here: orders.sweep(registry.configured(here.settings), here.vault, here.now)),
    Job("reminders", 10, lambda here: campaigns.work(here.settings, here.now), also_once=False),
    Job("head of the audit trail", 60, lambda here:
        audit_heads.note_daily(here.settings, here.now), also_once=False),
    Job("meetings of tomorrow", 600, lambda here: meetings.remind(here.now), also_once=False),
    Job("requests that expire", 3600, lambda here:
        contract_files.expire_stale(here.now, here.settings.contract_expires_days),
        also_once=False),
    Job("contracts that wait for their seal", 60, sealing.finish_all),
    Job("scans of paper contracts", 5, lambda here:
        scanning.work(sealed_files.of(here.settings, here.vault), here.now), also_once=False),
    Job("paper contracts of the billing system", 600, lambda here: entries.take_over(here.now),
        also_once=False),
]


def run_once(context: Callable[[], Context], jobs: Sequence[Job] = JOBS) -> None:
    """Every job that `--once` has, one after the other, each at its own moment."""
    for job in jobs:
        if job.also_once:
            _run(job, context)


@contextlib.contextmanager
def running(context: Callable[[], Context]) -> Iterator[None]:
    """The jobs go on in the background while the block runs; they end with it."""
    stop = threading.Event()
    threads = [threading.Thread(target=_repeat, args=(job, context, stop), daemon=True,
                                name=f"periodic: {job.name}") for job in JOBS]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()


def _repeat(job: Job, context: Callable[[], Context], stop: threading.Event) -> None:
    while not stop.wait(job.every_s):
        _run(job, context)


def _run(job: Job, context: Callable[[], Context]) -> None:
    """A job that fails is tried again when its time comes; it must not end the worker."""
    try:
        job.run(context())
    except connection.UNAVAILABLE as error:
        log.warning("%s: database unavailable: %s", job.name, type(error).__name__)
        connection.forget_broken()
    except Exception:
        log.exception("%s failed", job.name)
