"""flask audit: the chain of who did what."""

from __future__ import annotations

import re

import click

from services.officers import audit_trail
from web.terminal import Group, Refused, need_database


class Broken(Refused):
    """The chain does not hold."""

    exit_code = 1


@click.group(cls=Group)
def audit() -> None:
    """The audit chain."""


@audit.command()
@click.option("--head", default="", metavar="HASH",
              help="A head noted earlier: the chain must still contain it.")
def check(head: str) -> None:
    """Check every row against the one before; print the head and the number of rows.

    Exit 0: intact. Exit 1: the first bad row is named. Note the head down on another
    machine each day: only a head kept elsewhere finds a chain cut short on purpose.
    """
    known = head.strip().lower()
    if known and not re.fullmatch(r"[0-9a-f]{64}", known):
        raise Refused("--head takes the 64 hex digits that this command printed before")
    need_database()
    bad = audit_trail.check(known)
    if bad:
        raise Broken(f"the audit chain breaks at {bad}")
    digest, count = audit_trail.head()
    click.echo(f"intact: {count} rows, head {digest}")
