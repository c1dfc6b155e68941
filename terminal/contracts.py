"""flask contracts: is a sealed contract as it was sealed?"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import click
from cryptography.exceptions import InvalidTag

from db import agreements as agreement_records
from db import connection
from services.contracts import file_sets
from services.contracts.errors import CertificatesUnreadable
from services.errors import AlreadyDecided, UnknownTicket
from services.notation import tickets
from web.office import office
from web.terminal import Group, Refused, Unavailable, need_database

_FAULTS = {
    "unreadable": "this is no PDF that can be read", "no_seal": "there is no seal in it",
    "many_seals": "there is more than one seal in it",
    "changed": "what the seal covers was changed",
    "not_whole": "the seal does not cover the whole file as it is",
    "unjudged": "no certificate of the company is known here (SEAL_P12, SEAL_CERTS)",
    "stranger": "the seal is not the company's",
    "untimely": "the seal's certificate was not valid when it was set",
    "revoked": "the seal's certificate was revoked",
    "evidence": "the evidence is missing or cannot be read",
    "document": "the document is not the one that the evidence speaks of",
    "unknown": "our records know no contract of this ticket",
    "other": "our records know another file under this ticket",
    "no_records": "the database cannot be reached, so nobody can say whether the contract is ours",
}


class Broken(Refused):
    """The file is not as it was sealed."""

    exit_code = 1


@click.group(cls=Group)
def contracts() -> None:
    """Sealed contracts."""


@contracts.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check seal and evidence of FILE.

    Exit 0: the seal was set with the company's own certificate (SEAL_P12, SEAL_CERTS) within its
    time, is not revoked, covers the whole file, the evidence inside speaks of exactly this
    document, and the file is the one on record under its ticket. Exit 1: the first fault is named.
    """
    # loaded where it is used: docs/decisions/0006-rooms.md
    from services.contracts.seal import apart, ours

    here, data = office(), file.read_bytes()
    try:
        known = ours.certificates(here.settings, here.vault)
    except CertificatesUnreadable as error:
        raise Refused(f"SEAL_CERTS: {error} cannot be read as certificates in PEM") from error
    verdict = apart.check(data, known)
    faults = verdict.faults or _unlike_the_record(data, str(verdict.evidence.get("ticket", "")))
    if faults:
        raise Broken(f"{file}: {_FAULTS[faults[0]]}")
    told = verdict.evidence
    click.echo(f"intact: {told.get('ticket')}, confirmed {told.get('confirmed_at')} by"
               f" {told.get('method')}, sealed by {verdict.signer}")


@contracts.command()
@click.argument("ticket")
@click.argument("file", type=click.Path(path_type=Path))
def export(ticket: str, file: Path) -> None:
    """Write the file set of a signed contract to FILE (zip) for the company's own system.

    It holds the sealed PDF, the photographs of the papers, and manifest.json with the SHA-256
    of each. It is readable by anybody who gets it: keep it as safe as the papers.
    """
    need_database()
    if file.exists():
        raise Refused(f"{file} is there already")
    try:
        data = file_sets.pack(tickets.parse(ticket), office().context())
    except UnknownTicket:
        raise Refused(f"there is no request {ticket}") from None
    except AlreadyDecided:
        raise Refused(f"the contract of {ticket} is not signed") from None
    except InvalidTag:
        raise Unavailable("a file of the set was changed, or DATA_KEY is another") from None
    with open(file, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as target:
        target.write(data)
    click.echo(f"{file}: {len(data)} bytes")


def _unlike_the_record(data: bytes, ticket: str) -> list[str]:
    try:
        known = agreement_records.sealed_digest(ticket)
    except (*connection.UNAVAILABLE, connection.FAULTY):
        return ["no_records"]
    if not known:
        return ["unknown"]
    return ["other"] if known != hashlib.sha256(data).hexdigest() else []
