"""Signing that is killed (-9) at the n-th step: python -m tests.faults.signing_killed.

Each step is a call, or a return, in the code that signs, stores and records, also of what is
written in C (fsync, rename, the statement itself). A child is forked for each step before any
database is open, signs a contract of its own, and kills itself there. Prints one JSON line a
child: {"ticket", "step", "steps"}; steps is 0 for a killed one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable

from config import Settings
from db import agreements as agreement_records
from db import audit, connection
from db import contracts as contract_records
from db.connection import write
from services import clock
from services.context import Context
from services.contracts import signing
from services.contracts.seal import sealing, seals
from services.officers import audit_trail
from services.privacy import Vault
from tests import contracts
from tests.villagers import HOA

_WATCHED = ("services/contracts/signing.py", "services/contracts/seal/sealing.py",
            "services/outbox/otp.py", "db/agreements.py",
            "db/contracts.py", "db/connection.py", "db/committer.py", "db/otp.py")


class Fuse:
    """Counts the steps of all threads; at the chosen one the process is killed."""

    watched = _WATCHED

    def __init__(self, at: int):
        self.at, self.steps = at, 0

    def __call__(self, frame, _event, _what) -> None:
        if frame.f_code.co_filename.endswith(self.watched):
            self.steps += 1
            if self.steps == self.at:
                os.kill(os.getpid(), signal.SIGKILL)

    def arm(self) -> None:
        threading.setprofile_all_threads(self) if hasattr(
            threading, "setprofile_all_threads") else threading.setprofile(self)
        sys.setprofile(self)


def sign(consent: signing.Consent, code: str, here: Context) -> None:
    """As the desk does it."""
    signing.sign_by_code(consent, code, here)


def sign_naively(consent: signing.Consent, _code: str, here: Context) -> None:
    """The control: the state first, then the file. It must be caught."""
    ticket = consent.file.ticket
    write(lambda: (contract_records.move(ticket, ("drafted",), "sealing"),
                   agreement_records.confirm(ticket, consent.digest, "sealing", b"", "canbo",
                                            here.now)))
    write(lambda: (agreement_records.finish(ticket, "naive", here.now),
                   contract_records.mark_signed(ticket, here.now)))
    path = sealing.sealed_path(here.settings, here.vault, ticket)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(here.vault.seal_bytes(b"%PDF", f"sealed:{ticket}"))


def child(step: int, way: Callable, settings: Settings, vault: Vault) -> None:
    """Draft, send the code, tell the ticket, and sign until the fuse blows."""
    connection.init(settings.database_url)
    audit.use_key(audit_trail.key_of(settings))
    here = Context(settings, vault, clock.now_ms())
    someone = HOA._replace(phone=f"+8491{step:07}")  # codes to one phone are limited
    known = vault.seal_phone(someone.phone)
    # The only number on file, and for long: nobody else is told, and each child goes as many steps.
    write(lambda: connection.run(
        "UPDATE customer_phone SET phone_hash = ?, phone_sealed = ?, registered_at = ?"
        " WHERE code = ?", *known, here.now - 30 * clock.DAY, HOA.code))
    ticket, digest = contracts.drafted(here, someone)
    code = contracts.send_code(ticket, digest, here)
    consent = signing.Consent(contracts.opened(ticket), digest, contracts.CONSENTS)
    tell(ticket, step, 0)
    fuse = Fuse(step)
    fuse.arm()
    way(consent, code, here)
    sys.setprofile(None)
    tell(ticket, step, fuse.steps)


def tell(ticket: str, step: int, steps: int) -> None:
    os.write(1, (json.dumps({"ticket": ticket, "step": step, "steps": steps}) + "\n").encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", type=int, nargs="+", help="0: not killed, the steps are counted")
    parser.add_argument("--naive", action="store_true")
    options = parser.parse_args()
    settings = Settings.load()
    vault = Vault(settings.data_key)
    seals.any_key(settings, vault)  # a demo's key takes a while to make
    for step in options.steps:
        pid = os.fork()
        if pid == 0:
            with contextlib.suppress(BaseException):
                child(step, sign_naively if options.naive else sign, settings, vault)
            os._exit(0)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
