"""Scans whose reading is killed (-9) at the n-th step: python -m tests.faults.archive_killed.

Each step is a call, or a return, in the code that reads, stores and gives pages away, also of
what is written in C (fsync, rename, the statement itself). A child is forked for each step before
any database is open, hands in a stack of its own, and kills itself there. Prints one JSON line a
child: {"step", "steps"}; steps is 0 for a killed one. With --naive each page is stored under a
name drawn by lot; that must be caught.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import sys
import uuid
from collections.abc import Callable

from config import Settings
from db import audit, connection
from db.archive import archive_files, archive_scans
from db.archive.archive_scans import CONTENT, READ, PageRow
from db.connection import write
from services import clock, sealed_files
from services.archive import pictures, scanning
from services.officers import audit_trail
from services.privacy import Vault
from services.sealed_files import SealedFiles
from tests import scans
from tests.faults import signing_killed

_WATCHED = ("services/archive/scanning.py", "services/sealed_files.py",
            "db/archive/archive_scans.py",
            "db/archive/archive_entries.py", "db/connection.py", "db/committer.py", "db/disk.py")
PAGES = [2, 4]  # of a stack, that belong to its contract


class Fuse(signing_killed.Fuse):
    """Counts the steps of reading."""

    watched = _WATCHED


def stack(step: int) -> bytes:
    """A separator, a page, its empty back, another page; the same bytes each time."""
    return scans.tiff(scans.sheet(number(step)), scans.paper(f"Trang 1 {step}"), scans.blank(),
                      scans.paper("Trang 2"))


def number(step: int) -> str:
    """The contract of a step."""
    return f"K/{step}"


def read(step: int, store: SealedFiles, now: int) -> None:
    """As the company does it; a second run goes on where the first was broken off."""
    scanning.hand_in(f"{step}.tif", stack(step), "terminal", store, now)
    scanning.work(store, now)


def read_naively(step: int, store: SealedFiles, now: int) -> None:
    """The control: names drawn by lot."""
    data = stack(step)
    digest = hashlib.sha256(data).hexdigest()
    write(lambda: archive_files.add(digest, f"{step}.tif", len(data), 4, "terminal", now))
    file = archive_files.by_digest(digest)
    assert file is not None
    for at, page in zip(PAGES, pictures.read(data, list(PAGES)), strict=True):
        page_id = uuid.uuid4().hex
        store.put_as(page_id, page.data, page_id)
        _record(PageRow(page_id, file.id, at, CONTENT, "", "", READ, "", None), len(page.data))


def _record(page: PageRow, size: int) -> None:
    write(lambda: archive_scans.add_page(page, size))


def child(step: int, way: Callable, settings: Settings, vault: Vault) -> None:
    """A contract on the list, then its stack, until the fuse blows."""
    connection.init(settings.database_url)
    audit.use_key(audit_trail.key_of(settings))
    scans.entry(number(step))
    store, fuse = sealed_files.of(settings, vault), Fuse(step)
    fuse.arm()
    way(step, store, clock.now_ms())
    sys.setprofile(None)
    os.write(1, (json.dumps({"step": step, "steps": fuse.steps}) + "\n").encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", type=int, nargs="+", help="0: not killed, the steps are counted")
    parser.add_argument("--naive", action="store_true")
    options = parser.parse_args()
    settings = Settings.load()
    vault, way = Vault(settings.data_key), read_naively if options.naive else read
    for step in options.steps:
        pid = os.fork()
        if pid == 0:
            with contextlib.suppress(BaseException):
                child(step, way, settings, vault)
            os._exit(0)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
