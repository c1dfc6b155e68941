"""From what the customer confirmed to the sealed file, and only then to the state `signed`.

The sealed file of a ticket has one name and appears under it once, complete and on disk. Whoever
comes later, after a power cut or at the same moment, finds it and goes on from there. So no
state says `signed` without its file, and no contract is sealed twice.

The signature itself is made in `seals.py` and checked in `seal_checks.py`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag

from config import Settings
from db import agreements as agreement_records
from db import audit, disk
from db import contracts as contract_records
from db import customers as customer_records
from db.agreements import Agreement
from db.connection import write
from services import clock, sealed_files
from services.context import Context
from services.contracts import agreement_template, agreements, handover, requests
from services.contracts.errors import SealUnavailable
from services.errors import AlreadyDecided
from services.notation import formats
from services.privacy import Vault

log = logging.getLogger("quaydien.sealing")

_GRACE = clock.MINUTE  # whoever just confirmed is still sealing by themselves


def finish(ticket: str, here: Context) -> None:
    """Seal what the customer has confirmed, keep it, and say that it is signed.

    Raises SealUnavailable, and then nothing has changed: it may be tried again at any time.
    Raises AlreadyDecided when nothing waits to be sealed. Twice is once.
    """
    found = agreement_records.current(ticket)
    if found is None or found.state not in (agreement_records.SEALING, agreement_records.SIGNED):
        raise AlreadyDecided(ticket)
    if found.state == agreement_records.SIGNED:
        return
    path = sealed_path(here.settings, here.vault, ticket)
    try:
        data = _keep_once(path, here.vault, ticket, lambda: _seal(found, here))
    except (OSError, InvalidTag):
        raise SealUnavailable("storage") from None
    if hashlib.sha256(data[:found.size]).hexdigest() != found.digest:
        # After a restore from an old backup: a file of what the records no longer know.
        raise SealUnavailable("other")
    digest = hashlib.sha256(data).hexdigest()
    if write(lambda: _mark_signed(found, digest, here)):
        agreements.drop_file(found, here.settings, here.vault)


def check_ready(here: Context) -> None:
    """Raises SealUnavailable when nothing could be sealed now."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    from services.contracts.seal import seals

    seals.key(here)


def finish_all(here: Context) -> int:
    """Seal what a power cut or a silent time-stamp authority left behind; returns how many."""
    done = 0
    for ticket in agreement_records.unfinished(here.now - _GRACE):
        try:
            finish(ticket, here)
            done += 1
        except SealUnavailable as error:
            log.warning("%s waits for its seal: %s", ticket, error)
    return done


def read(found: Agreement, settings: Settings, vault: Vault) -> bytes:
    """The sealed PDF; raises OSError or InvalidTag for a file lost or changed."""
    return _open(sealed_path(settings, vault, found.ticket), vault, found.ticket)


def sealed_path(settings: Settings, vault: Vault, ticket: str) -> Path:
    """Where the sealed file of this ticket lies."""
    return sealed_files.of(settings, vault).folder / "sealed" / f"{ticket}.pdf.sealed"


def _seal(found: Agreement, here: Context) -> bytes:
    # loaded where it is used: docs/decisions/0006-rooms.md
    from services.contracts.seal import seals

    key = seals.key(here)
    evidence = here.vault.open(bytes(found.evidence_sealed or b""), f"evidence:{found.ticket}")
    form = agreement_template.read(here.settings.contract_templates)
    picture = agreement_template.seal_picture(form, _box_texts(json.loads(evidence), found))
    return seals.seal(agreements.read(found, here.settings, here.vault), evidence.encode(),
                      picture, form.words["seal_box_mm"], key, here.now)


def _box_texts(evidence: dict, found: Agreement) -> dict:
    """What the box of the seal shows of the evidence."""
    return {"name": evidence["customer"]["name"], "phone": evidence["customer"]["phone"],
            "officers": evidence["officers"], "strokes": evidence.get("strokes", []),
            "at": formats.moment(found.confirmed_at or found.drafted_at)}


def _keep_once(path: Path, vault: Vault, ticket: str, make: Callable[[], bytes]) -> bytes:
    """The one sealed PDF at `path`; made now unless it is there already."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    with open(part, "ab", opener=disk.private) as file:
        # Two at once: the second waits here and then finds the file of the first.
        fcntl.flock(file, fcntl.LOCK_EX)
        if not path.exists():
            data = make()
            file.truncate(0)
            file.write(vault.seal_bytes(data, f"sealed:{ticket}"))
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
            disk.sync(path.parent)  # the new name as well as the bytes
        elif part.exists() and os.path.samestat(os.fstat(file.fileno()), part.stat()):
            part.unlink()
    return _open(path, vault, ticket)


def _open(path: Path, vault: Vault, ticket: str) -> bytes:
    return vault.open_bytes(path.read_bytes(), f"sealed:{ticket}")


def _mark_signed(found: Agreement, digest: str, here: Context) -> bool:
    """Both states at once; False when another process was faster."""
    if not agreement_records.finish(found.ticket, digest, here.now):
        return False
    if not contract_records.mark_signed(found.ticket, here.now):
        raise AlreadyDecided(found.ticket)
    row = requests.status(found.ticket)
    # Who gave the request back meanwhile still is the one before whom it was signed.
    audit.append(here.now, [(row.officer or found.confirmed_by, "contract.signed", row.ticket,
                             digest)])
    if row.customer_code:
        # It stands until the billing system's next list, which learns of it the usual way.
        customer_records.note_contract(row.customer_code, row.ticket,
                                       clock.local_day(here.now), here.now)
    handover.text_link(row, "", here)
    return True
