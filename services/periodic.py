"""What must happen now and then without anybody asking: one list, one thread of the worker.

The jobs may wait for other companies' machines, so they never hold up the sending of texts.
Each takes its own leases in the database: several workers may run.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from db import connection
from services import sealed_files
from services.archive import entries, scanning
from services.contracts import contract_files, meetings
from services.contracts.seal import sealing
from services.messages import campaigns
from services.privacy import Vault
from services.providers import orders, registry

log = logging.getLogger("quaydien.periodic")


class Job(NamedTuple):
    """`run` gets the settings, the vault and the time (epoch ms). `also_once`: it belongs to
    `flask sms send --once` too, which sends what is there and begins nothing new."""

    name: str
    every_s: float
    run: Callable[[Any, Vault, int], object]
    also_once: bool = True


JOBS = [
    Job("ask payment providers", 15,
        lambda settings, vault, now: orders.sweep(registry.configured(settings), vault, now)),
    Job("reminders", 10, lambda settings, _vault, now: campaigns.work(settings, now),
        also_once=False),
    Job("meetings of tomorrow", 600, lambda _settings, _vault, now: meetings.remind(now),
        also_once=False),
    Job("requests that expire", 3600, lambda settings, _vault, now:
        contract_files.expire_stale(now, settings.contract_expires_days), also_once=False),
    Job("contracts that wait for their seal", 60, sealing.finish_all),
    Job("scans of paper contracts", 5, lambda settings, vault, now:
        scanning.work(sealed_files.of(settings, vault), now), also_once=False),
    Job("paper contracts of the billing system", 600, lambda _settings, _vault, now:
        entries.take_over(now), also_once=False),
]


def run_once(settings: Any, vault: Vault, now: Callable[[], int],
             jobs: Sequence[Job] = JOBS) -> None:
    """Every job that `--once` has, one after the other."""
    for job in jobs:
        if job.also_once:
            _run(job, settings, vault, now)


@contextlib.contextmanager
def running(settings: Any, vault: Vault, now: Callable[[], int]) -> Iterator[None]:
    """The jobs go on in the background while the block runs; they end with it."""
    stop = threading.Event()
    threads = [threading.Thread(target=_repeat, args=(job, settings, vault, now, stop), daemon=True,
                                name=f"periodic: {job.name}") for job in JOBS]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()


def _repeat(job: Job, settings: Any, vault: Vault, now: Callable[[], int],
            stop: threading.Event) -> None:
    while not stop.wait(job.every_s):
        _run(job, settings, vault, now)


def _run(job: Job, settings: Any, vault: Vault, now: Callable[[], int]) -> None:
    """A job that fails is tried again in time; it must not end the worker."""
    try:
        job.run(settings, vault, now())
    except connection.UNAVAILABLE as error:
        log.warning("%s: database unavailable: %s", job.name, type(error).__name__)
        connection.forget_broken()
    except Exception:
        log.exception("%s failed", job.name)
